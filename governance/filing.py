"""审查、备案: a school submits a version of its rules of procedure, the authority returns it or files it."""

import re
from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import journal
from accounts.models import Organisation

from .access import Standing, schools_below
from .models import Procedure
from .procedures import Refused, by_clerk, mark_of, named
from .rules.facts import spoken

WORDS = {"submit_procedure": "报送议事规则", "return_procedure": "退回议事规则", "file_procedure": "备案议事规则"}
NUMBER = re.compile(r"(?P<head>.*)〔(?P<year>\d{4})〕(?P<number>\d+)号")
Filing = Procedure.Filing


def standing_at(filing: str) -> Q:
    """Which versions have come that far: ``Procedure.filing`` as a condition."""
    not_filed = Q(filed_on=None)
    return {
        Filing.FILED: ~not_filed,
        Filing.RETURNED: not_filed & ~Q(returned_on=None),
        Filing.SUBMITTED: not_filed & Q(returned_on=None) & ~Q(submitted_on=None),
        Filing.NOT_SUBMITTED: not_filed & Q(returned_on=None, submitted_on=None),
    }[Filing(filing)]


def waiting(authority: Organisation):
    """What the schools of an authority have submitted, and nobody has answered."""
    return Procedure.objects.filter(standing_at(Filing.SUBMITTED), school__in=schools_below(authority))


@transaction.atomic
def submit(procedure: Procedure, *, on: date, by: Standing) -> Procedure:
    """Hand a version to the authority. Submitted twice is submitted once."""
    by_clerk(by)
    procedure = Procedure.objects.select_for_update(of=("self",)).get(pk=procedure.pk, school=by.school)
    if procedure.filing == Filing.SUBMITTED:
        return procedure
    if procedure.filed_on:
        raise Refused(None, f"这一版{spoken(procedure.filed_on)}已备案，不用再报送。")
    if not procedure.text.strip() and not procedure.file:
        raise Refused(None, "这一版没有全文，也没有文件，主管部门无从审查。请先修改，补上全文或文件。")
    if on > timezone.localdate():
        raise Refused("submitted_on", "报送日期晚于今天。请填写实际报送的日期。")
    if procedure.adopted_on and on < procedure.adopted_on:
        raise Refused("submitted_on", f"报送日期早于通过日期（{spoken(procedure.adopted_on)}）。请核对。")
    procedure.submitted_on, procedure.returned_on, procedure.returned_reason = on, None, ""
    procedure.save(update_fields=["submitted_on", "returned_on", "returned_reason"])
    journal.record(
        "submit_procedure",
        procedure,
        f"报送{named(procedure)}，{spoken(on)}",
        organisation=by.school,
        by=by.user,
    )
    return procedure


@transaction.atomic
def send_back(procedure: Procedure, *, reason: str, seen: str, by: Standing) -> Procedure:
    """Return a version to the school, with what has to be mended."""
    procedure = _begin(procedure, by)
    if procedure.filing == Filing.RETURNED:
        return procedure
    _waits(procedure, seen)
    if not reason.strip():
        raise Refused("reason", "请写明退回意见：哪里要改，依据什么。")
    procedure.returned_on, procedure.returned_reason = timezone.localdate(), reason.strip()
    procedure.save(update_fields=["returned_on", "returned_reason"])
    journal.record(
        "return_procedure",
        procedure,
        f"退回{named(procedure)}",
        organisation=by.school,
        by=by.user,
        facts={"reason": procedure.returned_reason},  # the version forgets it when it is submitted again
    )
    return procedure


@transaction.atomic
def file(procedure: Procedure, *, on: date, number: str, seen: str, by: Standing) -> Procedure:
    """File a version under a number that no other version of the same authority has."""
    procedure, number = _begin(procedure, by), number.strip()
    if procedure.filing == Filing.FILED and procedure.filing_number == number:
        return procedure
    _waits(procedure, seen)
    if not number:
        raise Refused("number", "请填写备案号。")
    if on > timezone.localdate():
        raise Refused("filed_on", "备案日期晚于今天。请填写实际备案的日期。")
    if procedure.submitted_on and on < procedure.submitted_on:
        raise Refused("filed_on", f"备案日期早于报送日期（{spoken(procedure.submitted_on)}）。请核对。")
    if used := _of_one_authority(procedure.school).filter(filing_number=number).select_related("school").first():
        raise Refused("number", f"备案号“{number}”已用于{used.school}的{named(used)}。请换一个号。")
    procedure.filed_on, procedure.filing_number = on, number
    procedure.save(update_fields=["filed_on", "filing_number"])
    journal.record("file_procedure", procedure, f"备案{named(procedure)}，{number}", organisation=by.school, by=by.user)
    return procedure


def next_number(school: Organisation, day: date) -> str:
    """The number after the last one of this year, in the way the authority writes them: 青教议备〔2026〕4号."""
    filed = _of_one_authority(school).exclude(filing_number="").order_by("filed_on", "pk")
    written = [
        match
        for number in filed.values_list("filing_number", flat=True)
        if (match := NUMBER.fullmatch(number)) is not None
    ]
    head = written[-1]["head"] if written else ""
    used = [int(match["number"]) for match in written if match["head"] == head and match["year"] == str(day.year)]
    return f"{head}〔{day.year}〕{max(used, default=0) + 1}号"


def by_authority(by: Standing) -> None:
    if not by.administers:
        raise PermissionDenied("议事规则由主管部门管理员审查、备案。")


def _begin(procedure: Procedure, by: Standing) -> Procedure:
    """Locked, together with the numbers of its authority."""
    by_authority(by)
    Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=by.school.parent_id or by.school.pk)
    return (
        Procedure.objects.select_for_update(of=("self",))
        .select_related("school")
        .get(pk=procedure.pk, school=by.school)
    )


def _waits(procedure: Procedure, seen: str) -> None:
    if procedure.filing != Filing.SUBMITTED:
        raise Refused(None, f"这一版现在是“{procedure.get_filing_display()}”，不在待审查之列。请刷新页面看现在的情况。")
    if seen != mark_of(procedure):
        raise Refused(None, "您打开页面后，学校改过并重新报送了这一版。请看过现在的内容再办理。")


def _of_one_authority(school: Organisation):
    """Numbers are given by the authority right above a school."""
    mine = Q(school=school.pk) if school.parent_id is None else Q(school__parent=school.parent_id)
    return Procedure.objects.filter(mine)
