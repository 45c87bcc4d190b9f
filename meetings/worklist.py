"""今天要办: what waits for one person in one school, by when, each with its one act.

A row is there because of what the records say now; nothing is ticked off by hand. ``due`` is set only where
a rule or a record gives a day; of the rest it is said since when they wait.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, time, timedelta

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from accounts.templatetags.words import day as day_in_words
from governance.access import Standing
from governance.calendar import counted_plainly
from governance.models import Body, Procedure
from governance.rules.facts import day_of

from .anew import to_confirm_anew
from .answer_rows import answer_rows
from .archives.overdue import archiving
from .facts import Load, load, with_facts_of_items
from .follow_up_rows import follow_up_rows
from .models import Consultation, Correction, Item, Matter, Meeting
from .transitions import before_confirming_all
from .waiting import LONG, Row
from .waiting import end_of as _end_of
from .waiting import link as _link
from .whereabouts import idle, ratifying_words, to_ratify, with_ratifying

ROWS: list[Callable[[Standing, datetime], Iterable[Row]]] = []  # what inspection adds


def worklist(by: Standing, now: datetime) -> list[Row]:
    """Everything that waits for this person here: overdue first, then by day, then by how long it waits."""
    if not by.works_here:
        return []
    meetings, personnel = _meetings_of(by, now), _personnel(by)
    loaded = load(by.school, matters={item.matter_id for item in personnel})
    ratifying, asked = _emergencies(by, now)
    rows = [
        *_answers(by, now),
        *_matters(by, now),
        *_items(by, now, meetings, asked),
        *_deliberations(by, personnel, loaded),
    ]
    rows += [_meeting(by, meeting, loaded, now) for meeting in meetings]
    rows += [*_procedures(by, now), *follow_up_rows(by, now), *answer_rows(by, now)]
    rows += ratifying
    rows += _corrections(by, now)
    rows += _anew(by, now)
    rows += archiving(by, now)
    rows += (row for more in ROWS for row in more(by, now))
    return sorted(rows, key=lambda row: (not row.late, row.due is None, row.due or row.since))


def _answers(by: Standing, now: datetime) -> Iterator[Row]:
    """去沟通: the two heads are asked for their views."""
    if not (by.leader and by.person_id):
        return
    asked = Consultation.objects.filter(
        matter__school=by.school,
        matter__state__in=(Matter.State.PROPOSED, Matter.State.HELD),
        at=None,
        consulted__person=by.person_id,
        consulted__answered_at=None,
    )
    for consultation in asked.select_related("matter__proposer"):
        matter = consultation.matter
        yield Row(
            "answer",
            matter.title,
            "方案有改动，请就新方案答复"
            if consultation.renews_id
            else f"会前沟通 · {matter.proposer or '未填提出人'}提出",
            "去沟通",
            _link(by, "answer", pk=consultation.pk),
            since=consultation.asked_at,
            late=now - consultation.asked_at > LONG,
        )


def _anew(by: Standing, now: datetime) -> Iterator[Row]:
    """去重新确认: what was said of a text that has changed since."""
    for consultation, own in to_confirm_anew(by):
        since = consultation.matter.updated_at
        more = f"{consultation.get_kind_display()}以后方案有改动，{'请您确认意见是否不变' if own else '请确认结果是否仍然适用'}"
        yield Row(
            "confirm_anew", consultation.matter.title, more, "去重新确认", _link(by, "confirm_anew", pk=consultation.pk),
            since=since, late=now - since > LONG,
        )  # fmt: skip


def _matters(by: Standing, now: datetime) -> Iterator[Row]:
    """改后重报, 继续填写, 再沟通: what its author has to move on."""
    mine = Q(created_by=by.user)
    if by.leader and by.person_id:
        mine |= Q(proposer=by.person_id) | Q(owner=by.person_id)
    open_request = Count("consultations", filter=Q(consultations__at=None))
    idle_here = idle() & Q(created_by__isnull=False)  # what came from elsewhere waits for nobody
    matters = (
        Matter.objects.filter(
            mine & (Q(state__in=(Matter.State.DRAFT, Matter.State.RETURNED, Matter.State.HELD)) | idle_here),
            school=by.school,
        )
        .annotate(open_requests=open_request)
        .order_by("pk")
    )
    for matter in matters:
        if matter.state == Matter.State.RETURNED:
            more, act, page = "已退回，修改后重新申报", "改后重报", "matter_edit"
        elif matter.state == Matter.State.DRAFT:
            more, act, page = "草稿，还没有提交申报", "继续填写", "matter_edit"
        elif matter.state == Matter.State.PROPOSED:
            more, act, page = "已经申报，没有哪个会议在等它", "去提请上会", "matter"
        elif matter.open_requests:
            continue  # the heads are at it
        else:
            more, act, page = "书记、校长意见有分歧，暂缓上会", "再沟通", "matter"
        late = matter.state == Matter.State.RETURNED and now - matter.updated_at > LONG
        yield Row(
            matter.state, matter.title, more, act, _link(by, page, pk=matter.pk), since=matter.updated_at, late=late
        )


def _emergencies(by: Standing, now: datetime) -> tuple[list[Row], set[int]]:
    """去追认: what was decided in an emergency, for the party's head and the clerk until a party meeting has settled it;
    and the items that these rows stand for."""
    if not (by.clerk or by.heads(Body.PARTY)):
        return [], set()
    found = Matter.objects.filter(to_ratify(), school=by.school, created_by__isnull=False).exclude(
        state=Matter.State.HELD
    )
    rows, asked = [], set()
    for matter in with_ratifying(found).order_by("emergency_at", "pk"):
        act, url = "去提请", _link(by, "matter", pk=matter.pk)
        if matter.ratifying_meeting:
            act, url = "去看", _link(by, "meeting", pk=matter.ratifying_meeting)
        elif matter.ratifying_item and by.heads(Body.PARTY):
            act, url = "去确认", f"{_link(by, 'agenda')}?body=party#item-{matter.ratifying_item}"
        elif matter.ratifying_item:
            act = "去看"
        asked.add(matter.ratifying_item)
        since = timezone.localtime(matter.emergency_at)
        more = f"{day_in_words(since)}紧急处置；{ratifying_words(matter.ratifies_at, matter.missed_at)}"
        late = matter.missed_at is not None
        due = matter.missed_at or matter.ratifies_at
        rows.append(Row("ratify", matter.title, more, act, url, since=since, due=due, late=late))
    return rows, asked


def _items(by: Standing, now: datetime, meetings: list[Meeting], elsewhere: set[int]) -> Iterator[Row]:
    """去确认, 去召集: items before a meeting."""
    bodies = [body for body in Body if by.heads(body)]
    off_agenda = Q(meeting=None) & ~Q(matter__state__in=(Matter.State.WITHDRAWN, Matter.State.CLOSED))
    waiting = Q(state=Item.State.WAITING, body__in=bodies) & off_agenda & ~Q(matter__state=Matter.State.HELD)
    wanted = waiting
    if by.clerk:
        wanted |= Q(state=Item.State.CONFIRMED) & off_agenda
    items = (
        Item.objects.filter(wanted, matter__school=by.school)
        .annotate(asking=Count("matter__consultations", filter=Q(matter__consultations__at=None)))
        .select_related("matter__proposer")
        .order_by("pk")
    )
    to_call: dict[str, list[Item]] = {}
    for item in items:
        if item.state == Item.State.CONFIRMED:
            to_call.setdefault(item.body, []).append(item)
        elif not item.asking and item.pk not in elsewhere:  # while the heads still consult, there is nothing to confirm
            yield Row(
                "confirm",
                item.matter.title,
                f"提请{item.get_body_display()}{item.get_purpose_display()} · {item.matter.proposer or '未填提出人'}提出",
                "去确认",
                f"{_link(by, 'agenda')}?body={item.body}#item-{item.pk}",
                since=item.requested_at,
                late=now - item.requested_at > LONG,
            )
    drafts = [meeting for meeting in reversed(meetings) if meeting.state == Meeting.State.DRAFT]
    planned = {meeting.body: meeting.pk for meeting in drafts}  # the next one of each body
    for body, ready in to_call.items():
        yield Row(
            "call",
            f"{len(ready)} 项议题已确认，等待列入{Body(body).label}",
            "、".join(item.matter.title for item in ready[:3]) + (" 等" if len(ready) > 3 else ""),
            "去列入" if body in planned else "去召集",
            _link(by, "meeting", pk=planned[body]) if body in planned else f"{_link(by, 'meeting_new')}?body={body}",
            since=min(item.confirmed_at or item.requested_at for item in ready),
        )


def _personnel(by: Standing) -> list[Item]:
    """Personnel items that wait for a head, for the clerk."""
    if not by.clerk:
        return []
    waiting = Item.objects.filter(
        meeting=None, state__in=(Item.State.WAITING, Item.State.POSTPONED), matter__school=by.school,
        matter__category__startswith="H", matter__state=Matter.State.PROPOSED,
    )  # fmt: skip
    return list(with_facts_of_items(waiting))


def _deliberations(by: Standing, items: list[Item], loaded: Load) -> Iterator[Row]:
    """去登记: what the head could not confirm, because nobody has written down that it was deliberated."""
    said = before_confirming_all(items, by=by, codes=("C-05",), loaded=loaded)
    for item in items:
        findings, _judged = said[item.pk]
        if any(finding.blocks for finding in findings):
            url = f"{_link(by, 'consult', pk=item.matter_id)}?kind={Consultation.Kind.DELIBERATION}"
            yield Row("consult", item.matter.title, "上会前还没有酝酿的记录", "去登记", url, since=item.requested_at)


def _procedures(by: Standing, now: datetime) -> Iterator[Row]:
    """去报送, 修改后重报: rules of procedure that stand today or will, and are not with the authority."""
    if not by.clerk:
        return
    versions = Procedure.objects.filter(school=by.school, filed_on=None).defer("text")
    later = Procedure.objects.filter(
        school=by.school, body=OuterRef("body"), since__gt=OuterRef("since"), since__lte=day_of(now)
    )
    for version in versions.filter(~Exists(later)).order_by("since", "pk"):
        if version.filing == Procedure.Filing.RETURNED:
            since = timezone.make_aware(datetime.combine(version.returned_on, time.min))
            yield Row(
                "procedure_returned", str(version), f"主管部门退回：{version.returned_reason[:60]}", "修改后重报",
                _link(by, "procedure_edit", pk=version.pk), since=since, late=now - since > LONG,
            )  # fmt: skip
        elif version.filing == Procedure.Filing.NOT_SUBMITTED:
            yield Row(
                "procedure_not_submitted", str(version), "还没有报送主管部门审查、备案", "去报送",
                _link(by, "procedure", pk=version.pk), since=version.entered_at,
            )  # fmt: skip


def _meetings_of(by: Standing, now: datetime) -> list[Meeting]:
    """去通知, 去记录, 去整理, 去签字, 去签发: each by when the school's rules of procedure want it."""
    state = Meeting.State
    wanted = Q(state=state.SIGNED, body__in=[body for body in Body if by.heads(body)])
    if by.person_id:
        wanted |= Q(state=state.COMPLETED) & (Q(chair=by.person_id) | Q(recorder=by.person_id))
    if by.clerk:
        wanted |= Q(state__in=(state.DRAFT, state.OPEN, state.ENDED))
        wanted |= Q(state=state.CALLED, starts_at__lte=now + timedelta(hours=2))
    signed = Count("signatures", filter=Q(signatures__voided_at=None, signatures__person=by.person_id))
    meetings = Meeting.objects.filter(wanted, school=by.school).annotate(signed=signed).order_by("starts_at")
    return [meeting for meeting in meetings if not (meeting.state == state.COMPLETED and meeting.signed)]


def _meeting(by: Standing, meeting: Meeting, loaded: Load, now: datetime) -> Row:
    dossier = loaded.dossier
    state, rules = Meeting.State, dossier.parameters(meeting.body, day_of(meeting.starts_at))
    ended = meeting.ends_at or meeting.starts_at
    page, due, since = "meeting", meeting.starts_at, meeting.created_at
    match meeting.state:
        case state.DRAFT:
            act, more, due = "去通知", "还没有发出会议通知", meeting.starts_at - timedelta(hours=rules.notice_hours)
        case state.CALLED | state.OPEN:
            act, more = "去记录", "会议就要开始" if meeting.starts_at > now else "会议已到开始时间，请记录"
            since = meeting.starts_at
        case state.ENDED:
            act, more, page, since = "去整理", "会议已结束，请核对并完成记录", "record", ended
            due = ended + timedelta(hours=rules.record_hours)
        case state.COMPLETED:
            act, more, page, since = "去签字", "会议记录已整理，请签字", "record", meeting.record_completed_at or ended
            due = _end_of(dossier.minutes_due(meeting.body, day_of(meeting.starts_at)))
        case _:
            act, more, page, since = "去签发", "会议纪要待签发", "minutes", meeting.record_completed_at or ended
            due = _end_of(dossier.minutes_due(meeting.body, day_of(meeting.starts_at)))
    if meeting.state in (state.COMPLETED, state.SIGNED):  # whose deadlines are in working days
        said_plainly = counted_plainly((day_of(meeting.starts_at), day_of(due)), loaded.ground.years)
        more = "；".join(filter(None, (more, said_plainly)))
    return Row(
        f"meeting_{meeting.state}",
        meeting.title or f"{meeting.get_body_display()} {day_in_words(meeting.starts_at)}",
        more,
        act,
        _link(by, page, pk=meeting.pk),
        since=since,
        due=due,
        late=due < now and meeting.state not in (state.CALLED, state.OPEN),
    )


def _corrections(by: Standing, now: datetime) -> Iterator[Row]:
    """待签更正: what a record says wrong, entered and not signed yet."""
    if not by.leader:
        return
    mine = Q(meeting__body__in=[body for body in Body if by.heads(body)]) | Q(meeting__chair=by.person_id)
    waiting = Correction.objects.filter(mine, meeting__school=by.school, signed_at=None, dropped_at=None)
    for each in waiting.select_related("meeting").order_by("pk"):
        meeting = each.meeting
        yield Row(
            "correction",
            f"更正 {each.no}：{each.label}",
            f"{meeting.get_body_display()} {day_in_words(meeting.starts_at)}的记录 · {each.found_by}发现",
            "去签字",
            f"{_link(by, 'record', pk=meeting.pk)}#correction-{each.no}",
            since=each.entered_at,
            late=now - each.entered_at > LONG,
        )


def next_meetings(by: Standing, now: datetime, count: int = 5):
    """Meetings that are called and not over yet."""
    return Meeting.objects.filter(
        school=by.school, state__in=(Meeting.State.CALLED, Meeting.State.OPEN), starts_at__gte=now - timedelta(hours=12)
    ).order_by("starts_at")[:count]


def recent_decisions(by: Standing, count: int = 5):
    return (
        Item.objects.filter(matter__school=by.school, state=Item.State.SETTLED, meeting__isnull=False)
        .exclude(outcome="")
        .select_related("matter", "meeting")
        .order_by(F("settled_at").desc(nulls_last=True), "-pk")[:count]
    )
