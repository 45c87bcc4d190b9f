"""Where what is wrong is put right: the one link beside a finding, for whoever may follow it."""

from django.urls import reverse
from django.utils.html import format_html

from governance.access import Standing

from .. import transitions as verbs
from ..dry_run import amiss
from ..models import Matter, Meeting
from ..needs import PRIOR
from ..next_act import NextAct

TO_A_MEETING = ("C-09", "C-18", "C-28", "P-09")
BEGUN = (Meeting.State.OPEN, Meeting.State.ENDED)


def mends(by: Standing, matter: Matter, act: NextAct) -> dict[str, str]:
    """By rule, for what is amiss with an act and what later acts will ask."""
    found = [*amiss(act.findings), *act.to_come]
    if not by.works_here:
        return {}
    links = {one.code: _link(one.code, by, matter, act, stops=one in act.left) for one in found}
    return {code: link for code, link in links.items() if link}


def to_a_meeting(by: Standing, matter: Matter) -> str:
    if not verbs.may(by, "request", matter):
        return ""
    return format_html(
        '<a class="btn btn-small" href="{}#to">去提请上会</a>', reverse("matter", args=[by.school.code, matter.pk])
    )


def _link(code: str, by: Standing, matter: Matter, act: NextAct, *, stops: bool) -> str:
    school, meeting = by.school.code, act.item and act.item.meeting_id and act.item.meeting
    what, kind = PRIOR.get(code, ("", ""))
    kinds = ("staff_hearing", "staff_congress") if code == "C-06" else (kind,)
    outdated = next((act.outdated[each] for each in kinds if each in act.outdated), None)
    if outdated and verbs.may(by, "confirm_anew", matter):
        address = reverse("confirm_anew", args=[school, outdated])
        word = "去看改了什么" if code in act.under_way else "去重新确认"
        return format_html('<a class="btn btn-small" href="{}" aria-label="{}：{}">{}</a>', address, word, what, word)
    if kind and verbs.may(by, "consult", matter) and not (meeting and meeting.state in BEGUN):
        address = reverse("consult", args=[school, matter.pk])
        return format_html(
            '<a class="btn btn-small" href="{}?kind={}" aria-label="去登记：{}">去登记</a>', address, kind, what
        )
    if code in TO_A_MEETING and not meeting:
        return "" if code in act.under_way else to_a_meeting(by, matter)
    if not meeting or not act.item.no:
        return ""
    here = reverse("meeting", args=[school, meeting.pk])
    if stops and by.heads(meeting.body) and meeting.state not in (Meeting.State.DRAFT, Meeting.State.CALLED):
        there = (
            f"{here}?item={act.item.no}"
            if meeting.state == Meeting.State.OPEN
            else reverse("record", args=[school, meeting.pk])
        )
        return format_html('<a class="btn btn-small" href="{}">去说明理由</a>', there)
    if verbs.may(by, "set_agenda", meeting):
        return format_html('<a class="btn btn-small" href="{}">去编排议程</a>', here)
    if verbs.may(by, "note", meeting):
        return format_html('<a class="btn btn-small" href="{}?item={}">去第 {} 项</a>', here, act.item.no, act.item.no)
    return ""


def door(by: Standing, act: NextAct) -> tuple[str, str]:
    """Where the act itself is done, or watched, and what the link says; nothing where the page has its button."""
    item = act.item
    if act.verb in ("propose", "confirm") or item is None:
        return "", ""
    school = by.school.code
    if item.meeting_id is None or (act.verb == "call" and not by.works_here):
        return (f"{reverse('meeting_list', args=[school])}?body={item.body}", "去编排议程") if by.clerk else ("", "")
    if act.verb == "issue" and item.meeting.state != Meeting.State.OPEN:
        return reverse("record", args=[school, item.meeting_id]), "看会议记录"
    word = (
        {"call": "去编排议程", "settle": "去记录"}.get(act.verb) if by.clerk and item.meeting.state != "called" else ""
    )
    number = f"?item={item.no}" if item.meeting.state == Meeting.State.OPEN else ""
    return reverse("meeting", args=[school, item.meeting_id]) + number, word or "看会议"
