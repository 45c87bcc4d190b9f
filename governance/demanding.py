"""What the authorities above ask of what an organisation rules, and whose own words ask for less.

An authority's large sum, row of the catalogue or floor of a parameter binds every organisation below it from its day on:
schools may only be stricter (``rules.stricter`` says which of two is), and so may the authorities between.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from accounts.models import Organisation
from accounts.templatetags.words import yuan

from .access import schools_below
from .models import CatalogueRow, Floor, LargeSum, Procedure
from .parameters import said
from .rules.catalogue import DEFAULT, MARKS
from .rules.facts import spoken
from .rules.stricter import AT_LEAST, AT_MOST, ROUTES, SETS, default_of, laxer, standing, strictness
from .rules.values import PARAMETERS


def paper(row: LargeSum | CatalogueRow | Floor) -> str:
    """On what a demand rests: 区教育局《…》, and since when."""
    whose = (row.authority if isinstance(row, Floor) else row.school).name
    return f"{whose}{row.basis}（自{spoken(row.since)}起）" if row.basis else f"{whose}自{spoken(row.since)}起的规定"


def _above(organisation: Organisation) -> list[int]:
    return organisation.line[:-1]


def _standing(rows: Iterable[Any], day: date, owner: str, *keys: str) -> list[Any]:
    """Of each owner, and of each thing it speaks of, the row in force on a day."""
    kept: dict[tuple, list[Any]] = {}
    for row in rows:
        kept.setdefault(tuple(getattr(row, key) for key in (owner, *keys)), []).append(row)
    return [row for row in (standing(each, day) for each in kept.values()) if row]


# large sums


def sums_asked(organisation: Organisation, day: date) -> list[LargeSum]:
    rows = LargeSum.objects.filter(school__in=_above(organisation)).select_related("school").order_by("school__path")
    return _standing(rows, day, "school_id")


def sum_asked(organisation: Organisation, day: date) -> LargeSum | None:
    """The strictest large sum that the authorities above have set, on a day."""
    return min(sums_asked(organisation, day), key=strictness, default=None)


def why_sum_is_laxer(large: LargeSum, asked: Iterable[LargeSum]) -> tuple[str, str]:
    """Where a large sum asks for less than is asked of it, and the sentence; or nothing."""
    for each in asked:
        if large.amount > each.amount:
            return "amount", (
                f"大额标准不能高于 {yuan(each.amount)}，填写的是 {yuan(large.amount)}，"
                f"高 {yuan(large.amount - each.amount)}。依据{paper(each)}，请改为 {yuan(each.amount)}或更低。"
            )
        if large.amount == each.amount and each.inclusive and not large.inclusive:
            return "inclusive", f"起点金额 {yuan(each.amount)}含本数，不能改为不含。依据{paper(each)}，请重新勾选。"
        if each.cumulative and not large.cumulative:
            return "cumulative", f"大额支出须累计计算，不能分开计算。依据{paper(each)}，请重新勾选。"
    return "", ""


# the catalogue


def rows_above(organisation: Organisation):
    """What the authorities above ask of the catalogue, on any day."""
    rows = CatalogueRow.objects.filter(school__in=_above(organisation)).select_related("school")
    return rows.order_by("school__path", "since")


def rows_asked(organisation: Organisation, code: str, day: date) -> list[CatalogueRow]:
    return _standing(rows_above(organisation).filter(code=code), day, "school_id")


def bound_rows(organisation: Organisation):
    """Every row of the catalogue that says something in an organisation: its own, and those of the authorities above."""
    return CatalogueRow.objects.filter(school__in=organisation.line)


def why_row_is_laxer(row: CatalogueRow, asked: Iterable[CatalogueRow]) -> tuple[str, str]:
    """Where a row takes back what is asked for its code, and the sentence; or nothing.

    ``row.prior`` and the rest are what is asked for in all, with the default."""
    for each in asked:
        if missing := [MARKS[mark] for mark in MARKS if mark in set(each.prior) - set(row.prior)]:
            return "prior", f"{row.code} 须经{'、'.join(missing)}，只能增加，不能减少。依据{paper(each)}，请补选。"
        own = row.code not in DEFAULT
        if (each.reserved or (own and each.reserved is None)) and row.reserved is False:
            return "reserved", f"{row.code} 须由党组织会议决定，不能放宽。依据{paper(each)}，请重新勾选。"
        if each.two_thirds and not row.two_thirds:
            return "two_thirds", f"{row.code} 须三分之二以上到会，不能放宽。依据{paper(each)}，请重新勾选。"
        if own and ROUTES.index(row.route) < ROUTES.index(each.route):
            wanted = each.get_route_display()
            return "route", f"{row.code} 的路径是{wanted}，不能放宽。依据{paper(each)}，请改选{wanted}。"
    return "", ""


# floors of parameters


def floors_asked(organisation: Organisation, body: str, day: date) -> list[Floor]:
    rows = Floor.objects.filter(authority__in=_above(organisation), body=body).select_related("authority")
    return _standing(rows.order_by("authority__path"), day, "authority_id", "name")


def _spaced(word: str, text: str) -> str:
    """A thin space between Chinese and figures."""
    return f"{word} {text}" if text[:1].isdigit() else f"{word}{text}"


def bound_of(name: str, value: Any) -> str:
    """What a floor asks: 不得少于 72 小时; 不得超过 14 天."""
    if name in SETS:
        return _spaced("须包括", said(name, value))
    word = "不得少于" if name in AT_LEAST else "不得超过" if name in AT_MOST else "不得低于"
    return _spaced(word, said(name, value))


def why_version_is_laxer(parameters: Mapping[str, Any], asked: Iterable[Floor]) -> dict[str, str]:
    """By parameter, the sentence: what a version says, or leaves to the default, that asks for less than a floor."""
    wrong = {}
    for floor in asked:
        named = floor.name in parameters
        value = parameters.get(floor.name, default_of(floor.name))
        if laxer(floor.name, value, floor.value):
            is_now = _spaced("填写的是" if named else "没有填写，默认是", said(floor.name, value))
            wrong[floor.name] = (
                f"“{PARAMETERS[floor.name].label}”{bound_of(floor.name, floor.value)}，{is_now}。"
                f"依据{paper(floor)}，{_spaced('请改为', said(floor.name, floor.value))}，或更严的规定。"
            )
    return wrong


# who asks for less


@dataclass(frozen=True)
class Laxer:
    """A school whose own words ask for less than the authority does, or will once both stand."""

    school: Organisation
    what: str
    said: str
    since: date  # of its own words


def _spans(rows: Iterable[Any], today: date, *keys: str) -> Iterator[tuple[Any, date, date]]:
    """What schools have ruled that stands today or will: each row, from which day (not before today) until which."""
    kept: dict[tuple, list[Any]] = {}
    for row in rows:
        kept.setdefault(tuple(getattr(row, key) for key in ("school_id", *keys)), []).append(row)
    for those in kept.values():
        ordered = sorted(those, key=lambda row: row.since)
        for row, after in zip(ordered, [*ordered[1:], None], strict=False):
            until = after.since if after else date.max
            if until > today:
                yield row, max(row.since, today), until


def _days(first: date, until: date, asked: Iterable[Any]) -> list[date]:
    """The days in a span on which something else begins to be asked."""
    return sorted({first, *(each.since for each in asked if first < each.since < until)})


def laxer_sums(authority: Organisation) -> list[Laxer]:
    """Judged by the authority's instead, from the day on which both stand."""
    schools = {school.pk: school for school in schools_below(authority)}
    asked = list(LargeSum.objects.filter(school=authority).select_related("school"))
    found = []
    rows = LargeSum.objects.filter(school__in=schools).order_by("school__code", "since")
    for row, first, until in _spans(rows, timezone.localdate()):
        limits = (standing(asked, day) for day in _days(first, until, asked))
        sentences = (why_sum_is_laxer(row, [limit])[1] for limit in limits if limit)
        if sentence := next(filter(None, sentences), ""):
            found.append(Laxer(schools[row.school_id], str(row), sentence, row.since))
    return found


def laxer_rows(authority: Organisation) -> list[Laxer]:
    """Own codes of schools that are the authority's too and ask for less; additions to the default never do."""
    schools = {school.pk: school for school in schools_below(authority)}
    asked: dict[str, list[CatalogueRow]] = {}
    for each in CatalogueRow.objects.filter(school=authority).exclude(code__in=DEFAULT).select_related("school"):
        asked.setdefault(each.code, []).append(each)
    found = []
    rows = CatalogueRow.objects.filter(school__in=schools, code__in=asked).order_by("school__code", "code", "since")
    for row, first, until in _spans(rows, timezone.localdate(), "code"):
        limits = (standing(asked[row.code], day) for day in _days(first, until, asked[row.code]))
        sentences = (why_row_is_laxer(row, [limit])[1] for limit in limits if limit)
        if sentence := next(filter(None, sentences), ""):
            found.append(Laxer(schools[row.school_id], str(row), sentence, row.since))
    return found


def laxer_versions(authority: Organisation) -> list[Laxer]:
    """Versions of rules of procedure that ask for less than a floor does."""
    schools = {school.pk: school for school in schools_below(authority)}
    floors = list(Floor.objects.filter(authority=authority).select_related("authority"))
    found = []
    rows = Procedure.objects.filter(school__in=schools, body__in={floor.body for floor in floors}).defer("text")
    for version, first, until in _spans(rows.order_by("school__code", "since"), timezone.localdate(), "body"):
        ours = [floor for floor in floors if floor.body == version.body]
        sentences: dict[str, str] = {}
        for day in _days(first, until, ours):
            sentences = (
                why_version_is_laxer(version.parameters, _standing(ours, day, "authority_id", "name")) | sentences
            )
        what = f"{version.get_body_display()}议事规则"
        found += [Laxer(schools[version.school_id], what, each, version.since) for each in sentences.values()]
    return found
