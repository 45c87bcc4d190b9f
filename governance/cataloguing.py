"""What is large and what is reserved: dated sums, and rows of the catalogue that add to it, of a school or an authority.

A row for a matter of the default catalogue can only ask for more, and nothing may ask for less than the authorities above
do. What has begun stays as it is; from another day on another one takes its place.
"""

import re
import unicodedata
from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction

from accounts import journal
from accounts.templatetags.words import yuan

from .access import Standing
from .demanding import rows_asked, sums_asked, why_row_is_laxer, why_sum_is_laxer
from .models import CatalogueRow, LargeSum
from .procedures import Refused, by_ruler, not_begun
from .rules.catalogue import CLASSES, DEFAULT, MARKS, PERSONNEL, ROUTES
from .rules.clauses import S, cited
from .rules.facts import spoken

WORDS = {
    "add_large_sum": "登记大额标准",
    "mend_large_sum": "更正大额标准",
    "add_catalogue_row": "登记学校目录",
    "mend_catalogue_row": "更正学校目录",
}
OWN_CODE = re.compile(rf"[{''.join(CLASSES)}][0-9A-Z]{{1,9}}")


# large sums


@transaction.atomic
def add_large_sum(*, by: Standing, **given) -> LargeSum:
    """``given``: since, amount, inclusive, cumulative; of an authority basis too."""
    by_ruler(by)
    large = LargeSum(school=by.organisation, **given)
    return _keep_large_sum(large, "add_large_sum", by)


@transaction.atomic
def mend_large_sum(large: LargeSum, *, by: Standing, **given) -> LargeSum:
    """Correct the last one, as long as it has not begun."""
    by_ruler(by)
    large = LargeSum.objects.select_for_update(of=("self",)).get(pk=large.pk, school=by.organisation)
    not_begun(large)
    if LargeSum.objects.filter(school=by.organisation, since__gt=large.since).exists():
        raise Refused(None, "这以后还有一项大额标准。只能更正最后登记、尚未执行的一项。")
    for name, value in given.items():
        setattr(large, name, value)
    return _keep_large_sum(large, "mend_large_sum", by)


def _keep_large_sum(large: LargeSum, verb: str, by: Standing) -> LargeSum:
    _rests_on(large, by)
    field, sentence = why_sum_is_laxer(large, sums_asked(by.organisation, large.since))
    if sentence:
        raise Refused(field, sentence)
    try:
        with transaction.atomic():
            large.save()
    except IntegrityError:
        raise Refused("since", f"自{spoken(large.since)}起已有一项大额标准。请换一个日期。") from None
    edge = "" if large.inclusive else "（不含本数）"
    summary = f"{WORDS[verb]}：自{spoken(large.since)}起 {yuan(large.amount)}{edge}"
    journal.record(verb, large, summary, organisation=by.organisation, by=by.user)
    return large


def _rests_on(row: LargeSum | CatalogueRow, by: Standing) -> None:
    """Schools that are refused are told on what paper: an authority names it."""
    row.basis = row.basis.strip()
    if by.of_authority and not row.basis:
        raise Refused("basis", "请填写依据文件的名称或文号：学校被退回时要看到它。")


# rows of the catalogue


@transaction.atomic
def add_row(code: str, *, by: Standing, **given) -> CatalogueRow:
    """A row for a code of the default catalogue, which adds to it, or for a code of the school's own.

    ``given``: since, prior, reserved, two_thirds; for an own code title and route too.
    """
    by_ruler(by)
    row = CatalogueRow(school=by.organisation, code=unicodedata.normalize("NFKC", code).strip().upper())
    return _keep_row(row, "add_catalogue_row", by, **given)


@transaction.atomic
def mend_row(row: CatalogueRow, *, by: Standing, **given) -> CatalogueRow:
    """Correct a row that has not begun."""
    by_ruler(by)
    row = CatalogueRow.objects.select_for_update(of=("self",)).get(pk=row.pk, school=by.organisation)
    not_begun(row)
    return _keep_row(row, "mend_catalogue_row", by, **given)


def _keep_row(
    row: CatalogueRow,
    verb: str,
    by: Standing,
    *,
    since: date,
    prior: Collection[str],
    reserved: bool,
    two_thirds: bool,
    title: str = "",
    route: str = "",
    basis: str = "",
) -> CatalogueRow:
    row.since, row.basis = since, basis
    _rests_on(row, by)
    asked = rows_asked(by.organisation, row.code, since)
    whole = CatalogueRow(code=row.code, prior=list(prior), reserved=reserved, two_thirds=two_thirds, route=route)
    if row.code in DEFAULT:
        _stricter(row, asked, prior=prior, reserved=reserved, two_thirds=two_thirds)
    else:
        _own(row, title=title, route=route, prior=prior, reserved=reserved, two_thirds=two_thirds)
    field, sentence = why_row_is_laxer(whole, asked)
    if sentence:
        raise Refused(field, sentence)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refused("since", f"{row.code} 自{spoken(since)}起已有一项规定。请换一个日期。") from None
    summary = f"{WORDS[verb]}：{row.code} {row.title}，自{spoken(since)}起"
    journal.record(verb, row, summary, organisation=by.organisation, by=by.user)
    return row


def _stricter(
    row: CatalogueRow, asked: Collection[CatalogueRow], *, prior: Collection[str], reserved: bool, two_thirds: bool
) -> None:
    """What the row adds to its default; whatever the default asks for stays asked for."""
    default = DEFAULT[row.code]
    if missing := [MARKS[mark] for mark in MARKS if mark in default.marks - set(prior)]:
        words = "、".join(missing)
        raise Refused("prior", f"{row.code} 须经{words}，学校只能增加，不能减少。依据{S(7).label}。请补选。", S(7))
    if default.reserved and not reserved:
        clauses = S(1, 3), S(5)
        raise Refused(
            "reserved", f"{row.code} 须由党组织会议决定，学校不能放宽。依据{cited(clauses)}。请重新勾选。", clauses[0]
        )
    personnel = default.letter == PERSONNEL
    if personnel and not two_thirds:
        raise Refused("two_thirds", f"干部任免须三分之二以上到会，学校不能放宽。依据{S(5).label}。请重新勾选。", S(5))
    row.title, row.route = default.title, default.route
    row.prior = [mark for mark in MARKS if mark in set(prior) - default.marks]
    row.reserved = True if reserved and not default.reserved else None
    row.two_thirds = True if two_thirds and not personnel else None
    earlier = CatalogueRow.objects.filter(school=row.school_id, code=row.code, since__lt=row.since)
    known = {mark for each in asked for mark in each.prior}
    reserves = row.reserved and not any(each.reserved for each in asked)
    counts = row.two_thirds and not any(each.two_thirds for each in asked)
    if not (set(row.prior) - known or reserves or counts or earlier.exists()):
        raise Refused(None, f"和目录对 {row.code} 的规定相同，没有增加要求，不用登记。")


def _own(row: CatalogueRow, *, title: str, route: str, prior, reserved: bool, two_thirds: bool) -> None:
    if not OWN_CODE.fullmatch(row.code):
        letters = "、".join(f"{letter}（{word}）" for letter, word in CLASSES.items())
        raise Refused("code", f"编码以类别字母开头，后接数字，例如 D20。类别：{letters}。")
    if not title.strip():
        raise Refused("title", "请填写事项名称。")
    if route not in ROUTES:
        raise Refused("route", "请选择路径。")
    if row.school.party_organization != "none" and reserved == (route == "A"):
        raise Refused(
            "route",
            "由党组织会议决定的事项，路径请选党组织会议，或先行政后党组织。"
            if reserved
            else "不由党组织会议决定的事项，路径请选校长办公会议。",
        )
    row.title, row.route, row.prior = title.strip(), route, [mark for mark in MARKS if mark in prior]
    row.reserved, row.two_thirds = reserved, two_thirds
