"""Entering and mending versions of the rules of procedure: the only code that writes what they say.

A version is mended until the authority has filed it; then another one takes its place from a day on. What was judged
under a version stays as it was judged.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Organisation
from accounts.uploads import Unwelcome, welcome

from .access import Standing
from .appointing import Clash
from .demanding import bound_rows, floors_asked, why_version_is_laxer
from .models import Body, Procedure
from .rules.catalogue import DEFAULT
from .rules.clauses import Clause
from .rules.facts import spoken
from .rules.values import PARAMETERS, parameter_errors

WORDS = {"enter_procedure": "登记议事规则", "mend_procedure": "修改议事规则"}
KINDS = ("docx", "doc", "pdf")
KINDS_IN_WORDS = "PDF 或 Word 文件"


class Refused(Clash):
    """What cannot be entered as it is. ``field`` is where to mend it, ``clause`` on what the refusal rests."""

    def __init__(self, field: str | None, sentence: str, clause: Clause | None = None) -> None:
        super().__init__(sentence)
        self.field, self.clause = field, clause


def bodies_of(school: Organisation) -> list[Body]:
    """Which bodies a school has rules for: without a party organisation there is no party meeting."""
    return [Body.OFFICE] if school.party_organization == "none" else [Body.PARTY, Body.OFFICE]


def categories_of(school: Organisation) -> set[str]:
    """Every code that a version may name."""
    return {*DEFAULT, *bound_rows(school).values_list("code", flat=True)}


def parameter_refusals(
    parameters: Mapping[str, Any], body: str, school: Organisation, since: date | None = None
) -> list[Refused]:
    """``since``: the day from which the authorities' floors are asked for too."""
    wrong = parameter_errors(parameters, body, categories=categories_of(school))
    refusals = [
        Refused(each.name, f"{each.message}。依据{each.clause.label}。{_mend(each.name)}", each.clause)
        for each in wrong
    ]
    if refusals or since is None:
        return refusals
    return [Refused(*each) for each in why_version_is_laxer(parameters, floors_asked(school, body, since)).items()]


def _mend(name: str) -> str:
    floor = PARAMETERS[name].floor if name in PARAMETERS else None
    return f"请改为{floor.label}，或更高的比例。" if floor else ""


def by_ruler(by: Standing) -> None:
    """Who may rule on sums and the catalogue: the clerk for the school, the administrator for all schools below."""
    if by.organisation.kind == Organisation.Kind.SCHOOL:
        by_clerk(by)
    elif not by.administers:
        raise PermissionDenied("对全区学校的要求由主管部门管理员登记。")


def may_be_mended(row: Any) -> bool:
    """What has not begun yet has judged nothing."""
    return row.since > timezone.localdate()


def not_begun(row: Any) -> None:
    if not may_be_mended(row):
        raise Refused(None, f"这一项自{spoken(row.since)}起已经执行，不能再改。要改规定，请从以后的日期另登记一项。")


def by_clerk(by: Standing) -> None:
    if not by.clerk:
        raise PermissionDenied("议事规则、大额标准和事项目录由学校秘书登记。")


def named(procedure: Procedure) -> str:
    """党组织会议议事规则（自2026年9月1日）: as the journal and notices call a version."""
    return f"{procedure.get_body_display()}议事规则（自{spoken(procedure.since)}）"


def mark_of(procedure: Procedure) -> str:
    """Of all that a reader of a version has seen: another mark when anything was changed since."""
    seen = [
        procedure.since, procedure.title, procedure.adopted_on, procedure.text, procedure.file.name,
        procedure.parameters, procedure.submitted_on, procedure.returned_on, procedure.filed_on,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(seen, default=str, sort_keys=True).encode()).hexdigest()[:16]


def version_before(procedure: Procedure) -> Procedure | None:
    """The version that this one takes the place of."""
    earlier = Procedure.objects.filter(school=procedure.school_id, body=procedure.body, since__lt=procedure.since)
    return earlier.order_by("-since").first()


@transaction.atomic
def enter(
    body: str,
    *,
    since: date,
    title: str = "",
    adopted_on: date | None = None,
    text: str = "",
    upload=None,
    parameters: Mapping[str, Any],
    by: Standing,
) -> Procedure:
    """A new version. Raises Refused, and nothing is kept, when it cannot stand."""
    by_clerk(by)
    if body not in bodies_of(by.school):
        raise Refused(None, "本校没有单独设立党组织，没有党组织会议，不登记党组织会议议事规则。")
    procedure = Procedure(school=by.school, body=body, entered_by=by.user)
    _write(procedure, since=since, title=title, adopted_on=adopted_on, text=text, upload=upload, parameters=parameters)
    journal.record("enter_procedure", procedure, f"登记{named(procedure)}", organisation=by.school, by=by.user)
    return procedure


@transaction.atomic
def mend(procedure: Procedure, *, seen: str = "", by: Standing, **given) -> Procedure:
    """Change a version that is not filed yet. What waited for the authority has to be submitted again.

    ``seen`` is the mark of the version that was opened; ``given`` is what ``enter`` takes.
    """
    by_clerk(by)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk, school=by.school)
    if procedure.filed_on:
        raise Refused(
            None, f"这一版{spoken(procedure.filed_on)}已备案，不能再改。要改规定，请登记新的一版，报送审查、备案。"
        )
    if seen and seen != mark_of(procedure):
        raise Refused(
            None, "您打开页面后，这一版已被他人修改。您的内容还没有保存：请在另一个窗口打开对照，再保存一次。"
        )
    facts = {"file": procedure.file.name} if given.get("upload") and procedure.file else {}
    if procedure.filing == Procedure.Filing.SUBMITTED:
        procedure.submitted_on = None
    _write(procedure, **given)
    journal.record(
        "mend_procedure", procedure, f"修改{named(procedure)}", organisation=by.school, by=by.user, facts=facts
    )
    return procedure


def _write(
    procedure: Procedure, *, since: date, title: str, adopted_on: date | None, text: str, upload, parameters
) -> None:
    if refusals := parameter_refusals(parameters, procedure.body, procedure.school, since):
        raise refusals[0]
    procedure.since, procedure.title, procedure.adopted_on = since, title, adopted_on
    procedure.text, procedure.parameters = text, dict(parameters)
    if upload:
        try:
            known = welcome(upload, kinds=KINDS, words=KINDS_IN_WORDS)
        except Unwelcome as refused:
            raise Refused("file", str(refused)) from None
        # The file before stays where it is: it may have been what the authority returned.
        procedure.file, procedure.file_name, procedure.file_sha256 = upload, known.name, known.sha256
    try:
        with transaction.atomic():
            procedure.save()
    except IntegrityError:
        raise Refused(
            "since",
            f"{procedure.get_body_display()}自{spoken(since)}起已有一版议事规则。"
            "同一天只能有一版：请修改那一版，或换一个日期。",
        ) from None
