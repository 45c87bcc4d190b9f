"""One past meeting of a demo school: called, held, recorded, signed, issued, judged."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Entry
from governance.access import Standing
from governance.models import Body

from ..documents import freeze_minutes
from ..facts import Load, load
from ..models import (
    Attendance,
    Document,
    Item,
    Matter,
    Meeting,
    Minutes,
    NamedBallot,
    Opinion,
    Override,
    PaperStyle,
    Recusal,
    Signature,
    Vote,
)
from ..transitions.acting import digest_of
from ..transitions.ballots import digest_of_vote
from ..transitions.papers import number_of
from ..transitions.record import draft_minutes, judge_all, keep_all, record_digest
from .texts import DISSENT, LEAVE, SUMMING_UP, VIEWS

if TYPE_CHECKING:
    from .year import Coming, Year

O = Item.Outcome  # noqa: E741
NAMED = ("P01", "P08", "D08")  # put to an open ballot
BEFORE = ("H02", "D05", "D09")  # voted on twice
UNSAID = "第 {no} 项没有书记、校长会前沟通的记录。依据《意见》（七）、（九）。"
LATE = "第 {no} 项在会议开始后才由召集会议的负责人确认。依据《意见》（五）。"


def hold(
    year: "Year",
    body: str,
    starts_at: datetime,
    comings: list["Coming"],
    flaw: str = "",
    until: str = Meeting.State.ISSUED,
) -> Meeting:
    """Hold a meeting and follow its record as far as ``until``."""
    day = starts_at.date()
    dossier, school, clerk = year.dossier, year.school.organisation, year.school.clerk
    head = dossier.head(body, day)
    team = year.named(dossier.team(body, day))
    chair = next(pk for pk in team if pk != head) if flaw == "substitute in the chair" and len(team) > 2 else head
    ends_at = starts_at + timedelta(minutes=25 * len(comings) + 10)
    number = year.next_number(body, day.year)
    meeting = Meeting.objects.create(
        school=school, body=body, number=number, starts_at=starts_at, ends_at=ends_at,
        place="党员活动室" if body == Body.PARTY else "行政楼二楼会议室", convener_id=head, chair_id=chair, recorder=clerk,
        notice_sent_at=starts_at - timedelta(hours=70), entered_at=starts_at, opened_at=starts_at,
        record_completed_at=None if until == Meeting.State.ENDED else ends_at + timedelta(hours=2), state=until if until != Meeting.State.ISSUED else Meeting.State.SIGNED, created_by=clerk.user,
        created_at=starts_at - timedelta(days=4),
    )  # fmt: skip
    present = _attend(year, meeting, team, chair, comings, flaw)
    items = [
        _item(year, meeting, number, coming, team, chair, present) for number, coming in enumerate(comings, start=1)
    ]
    if until == Meeting.State.ENDED:
        Item.objects.filter(meeting=meeting).update(state=Item.State.CONFIRMED, settled_at=None)
    else:
        _paper(year, meeting, items, flaw)
    if until in (Meeting.State.COMPLETED, Meeting.State.SIGNED):
        _keep(year, meeting, "complete", meeting.record_completed_at)
    if until == Meeting.State.ISSUED:
        _issue(year, meeting, items, head, flaw)
    return meeting


def _attend(
    year: "Year", meeting: Meeting, team: list[int], chair: int, comings: list["Coming"], flaw: str
) -> set[int]:
    """Who was there: mostly everybody, enough for the strictest item unless an item is meant to lack its quorum."""
    needed = -(-2 * len(team) // 3)
    owners = {coming.matter.owner_id for coming in comings}
    away = [pk for pk in team if pk != chair and pk not in owners and year.chance.random() < 0.15][: len(team) - needed]
    early = next((n for n, coming in enumerate(comings, start=1) if coming.flaw == "thin quorum" and n > 1), None)
    rows, leaving = [], len(team) - len(away) - (len(team) - 1) // 2 if early else 0
    for pk in team:
        row = Attendance(meeting=meeting, person_id=pk, role="member", status="leave" if pk in away else "present")
        if pk in away:
            row.leave_reason = "" if flaw == "leave without reason" else year.chance.choice(LEAVE)
        elif leaving > 0 and pk != chair:
            row.to_item, leaving = early - 1, leaving - 1
        rows.append(row)
    for pk in year.named(owners - set(team) - {None}):
        rows.append(Attendance(meeting=meeting, person_id=pk, role="observer", status="present"))
    rows.append(Attendance(meeting=meeting, person=year.school.clerk, role="recorder", status="present"))
    Attendance.objects.bulk_create(rows)
    return {row.person_id for row in rows if row.status == "present" and row.role == "member" and row.to_item is None}


def _item(
    year: "Year", meeting: Meeting, number: int, coming: "Coming", team: list[int], chair: int, present: set[int]
) -> Item:
    party, flaw, start = meeting.body == Body.PARTY, coming.flaw, meeting.starts_at
    usual = O.PASSED if party else O.PRINCIPAL_DECIDED
    outcome = {"propose": O.REFERRED, "deploy": O.NOTED}.get(str(coming.purpose), usual)
    due = (start + timedelta(days=year.chance.choice((20, 30, 45, 60)))).date()
    carried = outcome in (O.PASSED, O.PRINCIPAL_DECIDED)
    recent = year.on - due < timedelta(days=75)
    done = carried and due < year.on and not (recent and year.chance.random() < 2 * year.school.flawed)
    confirmed_at = start + timedelta(minutes=5) if flaw == "late confirmation" else start - timedelta(hours=76)
    item = Item.objects.create(
        matter=coming.matter, body=meeting.body, purpose=coming.purpose, state=Item.State.SETTLED,
        requested_at=start - timedelta(days=7), confirmed_by_id=year.dossier.head(meeting.body, start.date()),
        confirmed_at=confirmed_at, meeting=meeting, no=number, added_at=start - timedelta(hours=74), outcome=outcome,
        decision_text=coming.text.decision, due=due if carried and flaw != "no owner of the task" else None,
        done_on=min(due, year.on) if done and flaw != "no owner of the task" else None,
        done_note="已按要求完成，材料留存备查。" if done else "", settled_at=meeting.ends_at,
        lead_id=coming.matter.owner_id if carried and flaw != "no owner of the task" else None,
        **_closed(year, meeting, due) if done and flaw != "no owner of the task" else {},
        published=True if carried and party else None, published_from=(start + timedelta(days=2)).date() if party else None,
        published_until=(start + timedelta(days=12)).date() if party else None, published_scope="全体教职工" if party else "",
    )  # fmt: skip
    if carried and flaw != "no owner of the task" and coming.matter.owner_id:
        item.responsible.add(coming.matter.owner_id)
        helpers = year.named(year.dossier.team("office", start.date()) - {coming.matter.owner_id})
        item.responsible.add(*helpers[number % 3 : number % 3 + number % 2])
    _speak(year, item, coming, chair, present)
    if party and coming.purpose == Item.Purpose.DECIDE:
        _vote(year, item, coming, team, present)
    if coming.purpose in (Item.Purpose.DECIDE, Item.Purpose.HANDLE):
        state = Matter.State.CLOSED if done or not carried else Matter.State.DECIDED
        Matter.objects.filter(pk=coming.matter.pk).update(state=state)
    if flaw in ("no consultation", "late confirmation") and (coming.explained or year.chance.random() < 0.5):
        Override.objects.create(
            item=item, rule="C-02" if flaw == "no consultation" else "P-08",
            message=(UNSAID if flaw == "no consultation" else LATE).format(no=number),
            reason="当时情况紧急，已口头沟通，事后补记。", by_id=item.confirmed_by_id, at=meeting.ends_at + timedelta(days=1),
        )  # fmt: skip
    return item


def _closed(year: "Year", meeting: Meeting, due: date) -> dict:
    """The head of the body closed it on the day it was done."""
    at = timezone.make_aware(datetime.combine(due, time(17)))
    return {"closed_at": at, "closed_by_id": year.dossier.head(meeting.body, due)}


def _speak(year: "Year", item: Item, coming: "Coming", chair: int, present: set[int]) -> None:
    if coming.flaw == "nobody heard":
        return
    order = year.named(present - {chair})
    year.chance.shuffle(order)
    speakers = [chair, *order] if coming.flaw == "chair first" else [*order, chair]
    doubter = (
        speakers[0] if coming.flaw == "wrong count" or (len(speakers) > 4 and year.chance.random() < 0.06) else None
    )
    rows = []
    for place, pk in enumerate(speakers, start=1):
        against = pk == doubter and pk != chair
        rows.append(
            Opinion(
                item=item,
                person_id=pk,
                order=place,
                stance="abstain" if against else "agree",
                text=DISSENT if against else SUMMING_UP if pk == chair else year.chance.choice(VIEWS),
            )
        )
    if coming.flaw == "observer votes":
        rows.append(Opinion(item=item, person=year.school.clerk, order=len(rows) + 1, stance="agree", text="同意。"))
    Opinion.objects.bulk_create(rows)
    if coming.flaw == "interest":
        coming.matter.interests.add(speakers[0])
    elif coming.matter.category == "D11" and len(order) > 3:
        Recusal.objects.create(item=item, person_id=order[0], reason="本人为候选人")
        Opinion.objects.filter(item=item, person_id=order[0]).delete()


def _vote(year: "Year", item: Item, coming: "Coming", team: list[int], present: set[int]) -> None:
    stances = list(Opinion.objects.filter(item=item, person__in=present).values_list("stance", flat=True))
    agree, abstain = stances.count("agree"), stances.count("abstain")
    if coming.flaw == "wrong count":
        agree, abstain = len(team) // 2, max(0, len(stances) - len(team) // 2)
    if coming.flaw == "count off":
        agree += 1
    voters = sorted(present - set(item.recusals.values_list("person_id", flat=True)), key=str)
    category, named = coming.matter.category, {}
    if category in NAMED and not coming.flaw:
        named = dict(Opinion.objects.filter(item=item, person__in=voters).values_list("person_id", "stance"))
    method = Vote.Method.SECRET_BALLOT if coming.matter.personnel else Vote.Method.SHOW_OF_HANDS
    facts = dict(
        method=Vote.Method.OPEN_BALLOT if named else method, agree=agree, abstain=abstain,
        candidate=coming.text.candidate, in_office=len(team), present=len(present),
        register=[{"id": pk, "name": year.dossier.name(pk)} for pk in voters], outcome=O.PASSED,
        computed=O.PASSED if 2 * agree > len(team) else O.REJECTED, disagree=0, defer=0, round=1, outcome_reason="",
    )  # fmt: skip
    token = uuid.UUID(int=year.chance.getrandbits(128), version=4)
    if not coming.flaw and category in BEFORE:
        facts |= _before(year, item, facts, uuid.UUID(int=token.int ^ 1))
    vote = _counted(year, item, facts, named, token)
    NamedBallot.objects.bulk_create(NamedBallot(vote=vote, person_id=pk, choice=named[pk]) for pk in sorted(named))


def _before(year: "Year", item: Item, facts: dict, token: uuid.UUID) -> dict:
    """The vote before the one that counted: a round that nobody won, or a count that was given up. Gives what it
    changes in the later one."""
    half = len(facts["register"]) // 2
    if item.matter.personnel:
        first = facts | {"agree": half, "abstain": len(facts["register"]) - half}
        _counted(year, item, first | {"computed": O.REJECTED, "outcome": O.REJECTED}, {}, token)
        return {"round": 2}
    less = facts | {"agree": facts["agree"] - 1, "abstain": facts["abstain"] + 1}
    vote = _counted(year, item, less, {}, token)
    vote.abandoned_at, vote.abandoned_by = item.settled_at, year.school.clerk.user
    vote.abandoned_reason = "举手时漏计一人，当场重新表决"
    vote.save(update_fields=["abandoned_at", "abandoned_by", "abandoned_reason"])
    return {}


def _counted(year: "Year", item: Item, facts: dict, named: dict[int, str], token: uuid.UUID) -> Vote:
    return Vote.objects.create(
        item=item, **facts, digest=digest_of_vote(item.pk, facts, named), token=token,
        recorded_by=year.school.clerk.user, recorded_at=item.settled_at,
    )  # fmt: skip


def _paper(year: "Year", meeting: Meeting, items: list[Item], flaw: str) -> None:
    """The drafted minutes, and the signatures where the record has come so far."""
    draft_minutes(meeting, items)
    if flaw == "unsigned" or meeting.state == Meeting.State.COMPLETED:
        return
    loaded = load(year.school.organisation, Meeting.objects.filter(pk=meeting.pk))
    digest = record_digest(loaded, meeting.pk)
    Signature.objects.bulk_create(
        Signature(meeting=meeting, person_id=pk, role=role, digest=digest, at=meeting.ends_at + timedelta(hours=3))
        for role, pk in (("chair", meeting.chair_id), ("recorder", year.school.clerk.pk))
    )


def _keep(year: "Year", meeting: Meeting, verb: str, at: datetime) -> Load:
    """Judge the meeting and keep the answers, as the verb would have at that moment."""
    loaded = load(year.school.organisation, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
    by = Standing(user=year.school.clerk.user, organisation=year.school.organisation, day=year.on)
    keep_all(loaded, meeting, judge_all(loaded, meeting.pk, on=at.date()), verb=verb, by=by, at=at)
    return loaded


def _issue(year: "Year", meeting: Meeting, items: list[Item], head: int, flaw: str) -> None:
    """The issued minutes, the document, and what the rules said that day."""
    school, clerk = year.school.organisation, year.school.clerk
    issued_at = meeting.ends_at + timedelta(hours=22 if flaw != "late minutes" else 24 * 9)
    serial = year.next_number(f"minutes {meeting.body}", issued_at.year)
    number = number_of(Document.Kind.MINUTES, PaperStyle(), meeting.body, issued_at.year, serial)
    Minutes.objects.filter(meeting=meeting).update(number=number, issued_by=head, issued_at=issued_at)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.ISSUED)
    loaded = _keep(year, meeting, "issue", issued_at)
    frozen = freeze_minutes(loaded, meeting.pk)
    document = Document.objects.create(
        school=school, meeting=meeting, kind=Document.Kind.MINUTES, body=meeting.body, year=issued_at.year, serial=serial,
        number=number, frozen=frozen, digest=digest_of(frozen), issued_at=issued_at, issued_by=clerk.user,
    )  # fmt: skip
    # Of the past nobody is to be told: the line is written as one whose errands are done.
    Entry.objects.create(
        organisation=school, actor=clerk.user, actor_name=clerk.name, at=issued_at, verb="issue", subject_kind="meeting",
        subject_id=meeting.pk, summary=f"签发{number}", facts={"document": document.pk}, drained_at=issued_at,
    )  # fmt: skip
