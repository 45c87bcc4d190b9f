"""The rules as a book: what each says, rests on, reads and stops, what a school may set, and the catalogue of matters.

One list of rows, printed twice: as the page 规则 and as ``docs/rules.md``. Everything here is read from the rules, the
parameters, the catalogue and the table of verbs; nothing is said a second time.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from governance.models import Body
from governance.parameters import said
from governance.rules.catalogue import CLASSES, DEFAULT, MARKS, ROUTES, Category
from governance.rules.clauses import CIVIL_CODE_1259, Clause, S
from governance.rules.index import CHAPTERS, RULES
from governance.rules.ruling import Looks, Mode, Rule
from governance.rules.values import PARAMETERS, SETTINGS, Parameter

from .models import KeptFinding
from .transitions.table import TABLE

WRITTEN = Path(settings.BASE_DIR) / "docs" / "rules.md"
APPLIES = (
    "《意见》（十五）：公办中小学校适用，公办幼儿园参照执行，民办学校按照有关规定执行。"
    "在幼儿园和民办学校，须改正的规则只作提醒。"
)
STOPS_NOTHING = "不拦办理，列入检查结果"
_THINGS = {
    Looks.MEETING: "每次{}",
    Looks.ITEM: "{}的每项议题",
    Looks.MATTER: "每件事项",
    Looks.SCHOOL: "学校",
    Looks.BODY: "学校的每种会议",
}
_MODES = {mode: KeptFinding.Mode(mode).label for mode in Mode}
_SETTINGS = {
    "large_sum": "没有默认值：登记以前，是否大额支出不可判定。达到起点金额即为大额，同一收款人、同一项目一年内的支出合并"
    "计算；学校另有规定的，从其规定。",
    "catalogue": "默认的事项目录见下。学校可以增加事项；对已有的事项只能从严：增加前置程序、列为须由党组织会议决定、"
    "要求三分之二以上到会。",
    "calendar": "按国家和主管部门的放假、调休安排；没有登记的年份，星期一至星期五为工作日。",
}


def _bodies(bodies: Iterable[str]) -> str:
    return "、".join(Body(body).label for body in bodies)


@dataclass(frozen=True)
class Setting:
    """One thing a school may set: a parameter of its rules of procedure, or what stands beside them."""

    name: str
    label: str
    whose: str
    default: str
    floor: str
    clauses: tuple[Clause, ...]

    @property
    def read_by(self) -> list[str]:
        return [rule.code for rule in RULES if self.name in rule.parameters]

    @property
    def short(self) -> str:
        """As it stands beside a rule."""
        if self.name in SETTINGS:
            return self.label
        space = " " if self.default[0].isdigit() else ""
        return f"{self.label}：默认{space}{self.default}" + (f"，{self.floor}" if self.floor else "")


@dataclass(frozen=True)
class Line:
    """One rule."""

    rule: Rule
    stops: tuple[str, ...]

    @property
    def looks_at(self) -> str:
        whose = Body(self.rule.body).label if self.rule.body else "会议"
        return _THINGS[self.rule.looks_at].format(whose) + ("，撤回的也查" if self.rule.withdrawn_too else "")

    @property
    def mode(self) -> str:
        return _MODES[self.rule.mode]

    @property
    def softened(self) -> str:
        """How it weighs where the Opinion applies by reference only; empty if just as much."""
        return _MODES[Mode.WARN] if self.rule.mode is Mode.BLOCK else ""

    @property
    def settings(self) -> list[Setting]:
        return [SETTING[name] for name in self.rule.parameters]

    @property
    def stopping(self) -> str:
        return f"拦住{'、'.join(self.stops)}" if self.stops else STOPS_NOTHING


@dataclass(frozen=True)
class Row:
    """One category of the default catalogue."""

    category: Category

    @property
    def route(self) -> str:
        return ROUTES[self.category.route]

    @property
    def reserved(self) -> str:
        return "达到起点金额" if self.category.by_amount else "是" if self.category.reserved else "否"

    @property
    def prior(self) -> str:
        return "、".join(word for mark, word in MARKS.items() if mark in self.category.marks)


def _stops(rule: Rule) -> tuple[str, ...]:
    """Whom a breach keeps from doing what: 同意上会（召集会议的负责人）. Only what is of mode block stops anybody."""
    if rule.mode is not Mode.BLOCK:
        return ()
    return tuple(f"{verb.label}（{verb.whom}）" for verb in TABLE if rule.code in verb.rules)


def _floor(parameter: Parameter) -> str:
    if parameter.floor:
        return f"不得低于{parameter.floor.label}"
    return f"不小于 {parameter.least}" if parameter.least else ""


def _setting(name: str) -> Setting:
    parameter = PARAMETERS.get(name)
    if parameter is None:
        return Setting(name, SETTINGS[name], "学校", _SETTINGS[name], "", ())
    clauses = tuple(dict.fromkeys(parameter.clause_for(body) for body in parameter.bodies))
    default = said(name, parameter.default)
    return Setting(name, parameter.label, _bodies(parameter.bodies), default, _floor(parameter), clauses)


SETTING = {name: _setting(name) for name in (*PARAMETERS, *SETTINGS)}


def _place(clause: Clause) -> tuple[bool, list[int], str, str]:
    """The Opinion first, clause by clause; then the rest."""
    opinion = clause.code.startswith("S(")
    return (
        not opinion,
        [int(number) for number in re.findall(r"\d+", clause.code)] if opinion else [],
        clause.label,
        clause.text,
    )


@cache
def book() -> dict:
    lines = [Line(rule, _stops(rule)) for rule in RULES]
    clauses = {*(clause for rule in RULES for clause in rule.clauses), S(15), CIVIL_CODE_1259}
    return {
        "count": len(lines),
        "chapters": [
            (word, [line for line in lines if line.rule.code.startswith(letter)]) for letter, word in CHAPTERS.items()
        ],
        "settings": list(SETTING.values()),
        "catalogue": [
            (word, [Row(category) for category in DEFAULT.values() if category.letter == letter])
            for letter, word in CLASSES.items()
        ],
        "clauses": sorted(clauses, key=_place),
        "opinion_applies": APPLIES,
        "party_only": [line.rule.code for line in lines if line.rule.needs_party_organization],
    }


def written() -> str:
    """The book as ``docs/rules.md`` has it."""
    return render_to_string("meetings/rules.md", book())


def stale() -> bool:
    return not WRITTEN.exists() or WRITTEN.read_text() != written()
