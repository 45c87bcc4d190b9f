"""What a rule rests on: the clauses of the Opinion, and the lesser authorities beside it.

``S(5)`` is clause （五） of the Opinion, ``S(1, 3)`` the third paragraph of clause （一）. A clause
that has no text in :mod:`governance.rules.opinion` raises ``KeyError`` at import: nothing is cited
that a reader cannot open.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from governance.rules.opinion import OPINION

_NUMERALS = "〇一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Clause:
    """``code`` as findings carry it, ``label`` as people write it, ``text`` as it stands."""

    code: str
    label: str
    text: str


def _numeral(number: int) -> str:
    return _NUMERALS[number] if number <= 10 else "十" + _NUMERALS[number - 10]


def S(clause: int, paragraph: int = 0) -> Clause:
    """A clause of the Opinion, or one numbered paragraph of it."""
    which = str(paragraph or "")
    return Clause(
        code=f"S({clause}){which}",
        label=f"《意见》（{_numeral(clause)}）{which}",
        text=OPINION[clause, paragraph],
    )


SCHOOL_RULE = Clause(
    "school rule",
    "本校议事规则",
    "本校报教育主管部门审查、备案的议事规则；没有作出规定的，按系统默认值执行。",
)
PASSING_RULE = Clause(
    "school rule",
    "本校议事规则",
    "本校议事规则规定的通过票数；没有作出规定的，同意票须超过应到会人数的半数。",
)
ARITHMETIC = Clause(
    "arithmetic",
    "计票规则",
    "每名参加表决的人一票：同意、不同意、弃权、缓议的票数相加，等于参加表决的人数。",
)
MOE_32 = Clause(
    "MoE order 32",
    "教育部令第 32 号",
    "《学校教职工代表大会规定》：教职工福利、校内分配实施方案，以及聘任、考核、奖惩办法，"
    "须经教职工代表大会讨论通过，不止于听取意见。",
)
AUDIT_PRACTICE = Clause(
    "audit practice",
    "审计惯例",
    "审计、巡察查阅会议记录时的通常看法：事后补录、内容雷同、纪要与记录不符的，须作说明。",
)
DOCUMENT_RULES = Clause(
    "document rules",
    "公文处理要求",
    "会议按年度依次编号，不跳号、不重号。",
)
CIVIL_CODE_1259 = Clause(
    "Civil Code 1259",
    "《民法典》第一千二百五十九条",
    "民法所称的“以上”、“以下”、“以内”、“届满”，包括本数；所称的“不满”、“超过”、“以外”，不包括本数。",
)


def cited(clauses: Iterable[Clause]) -> str:
    """Several clauses in one breath: 《意见》（二）、（五）."""
    labels: list[str] = []
    for clause in clauses:
        seen_opinion = any(label.startswith("《意见》") for label in labels)
        labels.append(clause.label.removeprefix("《意见》") if seen_opinion else clause.label)
    return "、".join(labels)
