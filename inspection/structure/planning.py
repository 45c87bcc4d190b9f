"""What a workbook would change: every line beside what is in the tables. Nothing is written."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from accounts.models import Organisation
from governance.access import authorities_from, schools_below
from governance.appointing import SINGLE
from governance.models import Person
from governance.rules.facts import spoken
from meetings.workbook.lines import Wrong

from ..transitions.structuring import why_it_stays
from .layout import POSTS, SCHOOLS
from .reading import Line, read

NEW, SAME, CHANGED, WRONG = "new", "same", "changed", "wrong"
STATES = {WRONG: "有错", NEW: "新增", CHANGED: "改动", SAME: "没有变化"}
CODE = re.compile(r"[-a-zA-Z0-9_]{1,40}")
SCHOOL_FIELDS = ("name", "stage", "ownership", "party_organization")
PERSON_FIELDS = ("party_member", "title")
LABELS = {sheet.title: {column.field: column.title for column in sheet.columns} for sheet in (SCHOOLS, POSTS)}
WORDS = {column.field: column.words for sheet in (SCHOOLS, POSTS) for column in sheet.columns}


@dataclass
class Row:
    """One line and what becomes of it. ``changes``: what, from what, to what."""

    sheet: str
    number: int
    title: str
    verdict: str = SAME
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    note: str = ""
    wrongs: list[Wrong] = field(default_factory=list)


@dataclass
class Someone:
    """A person of the tables (``pk``), or one to be registered."""

    school: str
    name: str
    ref: str = ""
    pk: int | None = None
    given: dict[str, Any] = field(default_factory=dict)  # what is written: party_member, title
    lines: list[Line] = field(default_factory=list)


@dataclass
class Term:
    someone: Someone
    post: str
    since: date
    until: date | None
    full_time: bool | None
    pk: int | None = None
    row: Row | None = None
    given: dict[str, Any] = field(default_factory=dict)  # what is written of one that is there


@dataclass
class Plan:
    rows: list[Row] = field(default_factory=list)
    wrongs: list[Wrong] = field(default_factory=list)
    schools: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # code, what is written
    people: list[Someone] = field(default_factory=list)
    terms: list[Term] = field(default_factory=list)
    together: list[str] = field(default_factory=list)  # names that stand in several lines and are taken for one person

    @property
    def nothing(self) -> bool:
        return not (self.schools or self.people or self.terms)

    def shown(self) -> dict[str, Any]:
        """What a page tells of it, as JSON has it."""
        return {
            "rows": [{**vars(row), "wrongs": [[each.cell, each.error] for each in row.wrongs]} for row in self.rows],
            "wrongs": len(self.wrongs),
            "head": [f"{each.cell}：{each.error}" for each in self.wrongs if not each.row or each.row == 1],
            "together": self.together,
            "nothing": self.nothing,
        }

    @property
    def digest(self) -> str:
        """Of everything that would be written, and of what it would be written over."""
        said = [
            [row.sheet, row.number, row.verdict, row.changes, [each.error for each in row.wrongs]] for row in self.rows
        ]
        return hashlib.sha256(json.dumps(said, default=str, ensure_ascii=False).encode()).hexdigest()


def plan_of(content: bytes, authority: Organisation, at: Callable[[str, int, int], None] | None = None) -> Plan:
    """Raises Unreadable. ``at`` is told how far it has come."""
    at = at or (lambda _step, _done, _of: None)
    at("读取表格", 0, 3)
    lines, wrongs = read(content)
    plan = Plan(wrongs=list(wrongs))
    at("核对", 2, 3)
    codes = _schools(plan, lines["schools"], authority)
    _posts(plan, lines["posts"], codes, authority)
    plan.wrongs += [wrong for row in plan.rows for wrong in row.wrongs]
    return plan


def shown(name: str, value: Any) -> str:
    if value in (None, ""):
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return spoken(value)
    return WORDS.get(name, {}).get(value, str(value))


def _row(plan: Plan, line: Line, title: str) -> Row:
    row = Row(line.sheet.title, line.number, title, wrongs=line.wrongs)
    plan.rows.append(row)
    return row


def _compared(row: Row, there: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What of ``given`` is otherwise than ``there``; told on the row."""
    changed = {}
    for name, value in given.items():
        if getattr(there, name) != value:
            changed[name] = value
            row.changes.append((LABELS[row.sheet][name], shown(name, getattr(there, name)), shown(name, value)))
    if changed:
        row.verdict = CHANGED
    return changed


# schools


def _schools(plan: Plan, lines: list[Line], authority: Organisation) -> set[str]:
    """Reads the sheet of schools; gives the codes that posts may name."""
    authorities = {each.code: each for each in authorities_from(authority)}
    named = {str(line.get("code")) for line in lines if line.get("code")}
    known = {each.code: each for each in Organisation.objects.filter(code__in=named).select_related("parent")}
    seen: dict[str, int] = {}
    for line in lines:
        code = line.get("code") or ""
        row = _row(plan, line, f"{line.get('name') or ''}（{code}）")
        there = known.get(code)
        if code and not CODE.fullmatch(code):
            line.wrong("code", f"代码只用字母、数字和 - _，最多 40 个，实际是“{code[:40]}”")
        elif code in seen:
            line.wrong("code", f"代码“{code}”在第 {seen[code]} 行已经有了")
        elif there and (there.kind != "school" or not there.path.startswith(authority.path)):
            line.wrong("code", f"代码“{code}”已是{there.name}，不是本单位的学校。请换一个代码")
        seen.setdefault(code, line.number)
        above = authorities.get(line.get("parent") or authority.code)
        if above is None:
            line.wrong(
                "parent", f"本单位和下级主管部门中没有代码“{line.get('parent') or authority.code}”，或者已经停用"
            )
        if not there and code and not line.get("party_organization"):
            line.wrong("party_organization", "新增学校须填党组织设置")
        if line.wrongs:
            row.verdict = WRONG
            continue
        given = {name: line.get(name) for name in SCHOOL_FIELDS if line.get(name) is not None}
        if there is None:
            row.verdict = NEW
            plan.schools.append((code, given | {"parent": above}))
        else:
            changed = _compared(row, there, given)
            if line.get("parent") and above != there.parent:
                if unfinished := why_it_stays(there, above):
                    line.wrong("parent", unfinished.removesuffix("。"))
                    row.verdict = WRONG
                    continue
                changed["parent"], row.verdict = above, CHANGED
                row.changes.append((LABELS[row.sheet]["parent"], there.parent.name if there.parent else "", above.name))
            if changed:
                plan.schools.append((code, changed))
    return {line.get("code") for line in lines if line.get("code")}


# people and posts


def _posts(plan: Plan, lines: list[Line], codes: set[str], authority: Organisation) -> None:
    wanted = {str(line.get("school")) for line in lines}
    schools = {each.code: each for each in schools_below(authority).filter(code__in=wanted)}
    people: dict[str, list[Person]] = defaultdict(list)
    for person in Person.objects.filter(school__in=schools.values()).select_related("school").prefetch_related("posts"):
        people[person.school.code].append(person)
    known = {(code, person.ref): person for code, those in people.items() for person in those}
    found: dict[tuple[str, str], Someone] = {}
    terms = _standing_terms(people)
    rows = [(line, _row(plan, line, _title(line))) for line in lines]
    refs_of: dict[tuple[Any, Any], set[str]] = defaultdict(set)
    for line, _ in rows:
        if line.get("ref"):
            refs_of[line.get("school"), line.get("name")].add(line.get("ref"))
    for line, row in rows:
        if line.get("school") and line.get("school") not in codes and line.get("school") not in schools:
            line.wrong("school", f"本单位没有代码为“{line.get('school')}”的学校，“学校”表里也没有")
        if line.get("post") and not line.get("since"):
            line.wrong("since", "填了职务的，须填任职之日")
        if line.get("since") and line.get("until") and line.get("until") <= line.get("since"):
            line.wrong("until", f"免职之日须在任职之日（{spoken(line.get('since'))}）以后")
        if not line.get("post") and (line.get("since") or line.get("until")):
            line.wrong("post", "填了任职之日或免职之日的，须填职务")
        someone = None if line.wrongs else _someone(line, row, found, known, people, refs_of)
        if someone:
            _tell_person(line, row, someone, known)
            if line.get("post"):
                _tell_term(line, row, someone, terms)
    _conflicts(terms)
    for line, row in rows:
        if line.wrongs:
            row.verdict = WRONG
    used = [one for one in found.values() if not all(line.wrongs for line in one.lines)]
    plan.people = [one for one in used if one.pk is None or one.given]
    plan.terms = [
        term for each in terms.values() for term in each if term.row and (term.pk is None or term.given)
    ]  # fmt: skip
    plan.together = [
        f"{schools[one.school].name if one.school in schools else one.school}：{one.name}"
        for one in used
        if one.pk is None and not one.ref and len(one.lines) > 1
    ]


def _title(line: Line) -> str:
    post = WORDS["post"].get(line.get("post") or "", "")
    return " ".join(filter(None, (line.get("school"), line.get("name"), post)))


def _someone(line: Line, row: Row, found, known, people, refs_of) -> Someone | None:
    """The person whom a line means; one of whom it cannot be told is asked for, never guessed."""
    school, name, ref = line.get("school"), line.get("name"), line.get("ref") or ""
    if ref:
        there = known.get((school, ref))
        if there and there.name != name:
            line.wrong("name", f"人员编号“{ref}”是{there.name}，这里写的是“{name}”")
            return None
    else:
        same = [person for person in people.get(school, ()) if person.name == name]
        if len(same) > 1:
            which = "；".join(f"{person.ref}（{_posts_of(person)}）" for person in same)
            line.wrong("ref", f"本校有 {len(same)} 位“{name}”，请填人员编号：{which}")
            return None
        if (refs := refs_of[school, name]) and not (same and refs == {same[0].ref}):
            line.wrong("ref", f"表中另有填了编号的“{name}”。这一行是不是同一人，请填人员编号写明")
            return None
        there = same[0] if same else None
    key = (school, f"ref {there.ref if there else ref}") if (there or ref) else (school, name)
    someone = found.setdefault(key, Someone(school, name, there.ref if there else ref, there.pk if there else None))
    someone.lines.append(line)
    row.note = f"已有人员{there.name}（{_posts_of(there)}）" if there else "新登记的人员"
    return someone


def _posts_of(person: Person) -> str:
    posts = sorted(person.posts.all(), key=lambda post: post.since)
    return "、".join(dict.fromkeys(post.get_post_display() for post in posts)) or person.title or "没有任职"


def _tell_person(line: Line, row: Row, someone: Someone, known) -> None:
    given = {name: line.get(name) for name in PERSON_FIELDS if line.get(name) is not None}
    for name, value in given.items():
        if name in someone.given and someone.given[name] != value:
            line.wrong(
                name,
                f"“{someone.name}”的{LABELS[row.sheet][name]}前面写的是“{shown(name, someone.given[name])}”，不一致",
            )
            return
    if someone.pk is None:
        row.verdict = NEW
        someone.given |= given
    else:
        someone.given |= _compared(row, known[someone.school, someone.ref], given)


def _standing_terms(people: dict[str, list[Person]]) -> dict[str, list[Term]]:
    terms: dict[str, list[Term]] = defaultdict(list)
    for code, those in people.items():
        for person in those:
            someone = Someone(code, person.name, person.ref, person.pk)
            for post in person.posts.all():
                terms[code].append(Term(someone, post.post, post.since, post.until, post.full_time, post.pk))
    return terms


def _tell_term(line: Line, row: Row, someone: Someone, terms: dict[str, list[Term]]) -> None:
    post, since = line.get("post"), line.get("since")
    there = next(
        (
            term for term in terms[someone.school]
            if (term.post, term.since) == (post, since) and _same(term.someone, someone)
        ),
        None,
    )  # fmt: skip
    if there is None:
        row.verdict = NEW
        made = Term(someone, post, since, line.get("until"), line.get("full_time"), row=row)
        terms[someone.school].append(made)
    elif there.row is not None:
        line.wrong("post", f"和第 {there.row.number} 行是同一项任职")
    else:
        given = {name: line.get(name) for name in ("until", "full_time") if line.get(name) is not None}
        there.row, there.given = row, _compared(row, there, given)
        for name, value in there.given.items():
            setattr(there, name, value)


def _same(one: Someone, other: Someone) -> bool:
    return one is other or (one.pk is not None and one.pk == other.pk)


def _conflicts(terms: dict[str, list[Term]]) -> None:
    """Terms that exclude each other once all of this is in; said on the line that brings it."""
    for those in terms.values():
        for term in (each for each in those if each.row and (each.pk is None or each.given)):
            for other in those:
                apart = other is term or other.post != term.post or not _overlap(term, other)
                if apart or not (term.post in SINGLE or _same(term.someone, other.someone)):
                    continue
                end = f"至{spoken(other.until)}" if other.until else "起"
                where = f"（第 {other.row.number} 行）" if other.row else ""
                post = WORDS["post"][term.post]
                error = f"{other.someone.name}{where}{spoken(other.since)}{end}任{post}，时间重叠。请先填前任的免职之日，或核对日期"
                assert term.row is not None
                line = next((each for each in term.someone.lines if each.number == term.row.number), None)
                if line is not None:
                    line.wrong("since", error)
                break


def _overlap(one: Term, other: Term) -> bool:
    return one.since < (other.until or date.max) and other.since < (one.until or date.max)
