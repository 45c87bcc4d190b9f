"""Somebody says from their own phone that they are here; the clerk, who sees them, confirms it."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from governance.access import Standing

from ..models import Attendance, CheckIn, Item, Meeting, Movement
from .acting import Stopped, WrongState, begin, now, write
from .meeting import OPENS_BEFORE
from .presence import counted, move

State = Meeting.State


def before_checking_in(meeting: Meeting) -> str:
    """Why nobody can check in now; empty if one can."""
    if meeting.state == State.CANCELLED:
        return "这次会议已经取消，不用签到。"
    if meeting.state == State.DRAFT:
        return "会议还没有发出通知，不能签到。"
    if meeting.state not in (State.CALLED, State.OPEN):
        return "会议已经结束，不能再签到。到会情况记得不对的，请告诉记录人。"
    if meeting.starts_at - now() > OPENS_BEFORE:
        starts = timezone.localtime(meeting.starts_at)
        return f"还没有到签到时间：会议 {starts.month}月{starts.day}日 {starts:%H:%M} 开始，提前两小时可以签到。"
    return ""


@transaction.atomic
def check_in(meeting: Meeting, *, by: Standing) -> CheckIn:
    """Once more is the same check-in. It says nothing of the record yet."""
    verb, meeting = begin("check_in", meeting, by)
    if not_now := before_checking_in(meeting):
        raise WrongState(not_now)
    row = meeting.attendance.filter(person=by.person_id).first()
    if row is None:
        raise Stopped("您不在这次会议的参会名单上，不能签到。临时列席的，请告诉记录人登记。")
    if waiting := meeting.check_ins.filter(person=by.person_id, confirmed=None).first():
        return waiting
    if row.status == Attendance.Status.PRESENT and row.to_item is None:
        raise Stopped("记录人已登记您到会，不用再签到。")
    made = CheckIn.objects.create(meeting=meeting, person_id=by.person_id, user=by.user, at=now())
    write(verb, meeting, by, "扫码签到", check_in=made.pk, person=made.person_id, at=made.at.isoformat())
    return made


@transaction.atomic
def decide_check_ins(
    meeting: Meeting, which: Collection[int], *, here: bool, item_no: int | None = None, by: Standing
) -> list[CheckIn]:
    """Confirm these check-ins, or say that the people are not here. Who is confirmed was there from the start, or, once
    something was voted on or settled, from ``item_no``, the item at hand. What was decided before stays."""
    verb, meeting = begin("confirm_check_in", meeting, by)
    rows = list(meeting.check_ins.filter(pk__in=which, confirmed=None).select_related("person"))
    since = _since(meeting, item_no) if here and rows else None
    for row in rows:
        row.confirmed, row.confirmed_by, row.confirmed_at = here, by.user, now()
        row.save(update_fields=["confirmed", "confirmed_by", "confirmed_at"])
        if here:
            move(
                meeting, row.person, Movement.Kind.ARRIVED, item_no=since, at=row.at, by=by,
                origin=Movement.Origin.CHECK_IN,
            )  # fmt: skip
    if rows:
        summary = f"{'确认' if here else '不认可'} {len(rows)} 人的扫码签到"
        write(verb, meeting, by, summary, check_ins=[row.pk for row in rows], here=here, item=since)
    return rows


def _since(meeting: Meeting, item_no: int | None) -> int | None:
    voted = counted(meeting)
    states = {item.no: item.state for item in meeting.items.all()}
    ahead = [no for no, state in sorted(states.items()) if state != Item.State.SETTLED and no not in voted]
    if len(ahead) == len(states):
        return None
    if not ahead:
        raise Stopped("各项都已表决或议定，签到不再改变任何一项的到会。请点“没有到会”，或在到会情况中登记。")
    return next((no for no in ahead if no >= (item_no or 0)), ahead[0])
