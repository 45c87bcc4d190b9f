"""What is going on now in a demo school, done by the verbs as its people would do it."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from governance.access import Standing, school_for
from governance.models import Body, Person

from .. import transitions as verbs
from ..facts import day_facts
from ..models import Item, Matter, Meeting
from .people import DemoSchool
from .texts import TEXTS, Text


class Desk:
    """The people of one school, as they act today."""

    def __init__(self, school: DemoSchool, on: date):
        self.school, self.on = school, on
        self.dossier = day_facts(school.organisation, on)
        self.clerk = self.acting(school.clerk)
        self.secretary = self._of(self.dossier.head("party", on))
        self.principal = self._of(self.dossier.head("office", on))
        self.counterpart = self._of(self.dossier.counterpart("party", on))
        vice = self.dossier.holders("vice_principal", on)[0]
        self.owner = Person.objects.get(pk=vice)

    def acting(self, person: Person) -> Standing:
        return school_for(person.user, self.school.organisation.code)

    def _of(self, pk: int) -> Standing:
        return self.acting(Person.objects.select_related("user").get(pk=pk))

    def head(self, body: str) -> Standing:
        return self.secretary if body == Body.PARTY else self.principal

    def draft(self, title: str, **more) -> Matter:
        text = _text(title)
        amount = round(self.school.large_sum * round(text.share * 100) / 100, 2) if text.share else None
        given = {"amount": amount, "payee": text.payee, "candidates": [text.candidate] if text.candidate else []} | more
        return Matter.objects.create(
            school=self.school.organisation,
            title=text.title,
            category=text.category,
            background="根据本月工作安排提出，已在分管部门内征求意见。",
            proposal=text.proposal,
            proposer=self.owner,
            owner=self.owner,
            created_by=self.owner.user,
            **given,
        )

    def proposed(self, title: str, **more) -> Matter:
        return verbs.propose(self.draft(title, **more), by=self.clerk)

    def answered(self, title: str, *outcomes: str, note: str = "") -> Matter:
        matter = self.proposed(title)
        request = verbs.ask_heads(matter, by=self.clerk)
        for by, outcome in zip((self.secretary, self.counterpart), outcomes, strict=False):
            verbs.answer(request, outcome=outcome, note=note if outcome == "divergent" else "", by=by)
        return Matter.objects.get(pk=matter.pk)

    def confirmed(self, title: str) -> Item:
        """Agreed by both heads, deliberated where it is personnel, and put on the list by the head."""
        general = _text(title).category == "G"
        matter = self.proposed(title) if general else self.answered(title, "agreed", "agreed")
        if matter.personnel:
            team = self.dossier.team("party", self.on)
            verbs.consult(
                matter, kind="deliberation", at=timezone.now(), people=Person.objects.filter(pk__in=team),
                heard=len(team), note="在班子成员和党员骨干中酝酿，意见一致。", by=self.clerk,
            )  # fmt: skip
        item = matter.items.get()
        return verbs.confirm(item, by=self.head(item.body))

    def revised(self, matter: Matter, proposal: str) -> None:
        """The text is mended after the notice: the agenda has another version."""
        before = Matter.objects.get(pk=matter.pk)
        Matter.objects.filter(pk=matter.pk).update(proposal=proposal)
        verbs.text_changed(Matter.objects.get(pk=matter.pk), before=before, by=self.clerk)

    def called(self, body: str, starts_at: datetime, items: Iterable[Item], place: str) -> Meeting:
        meeting = verbs.plan(self.school.organisation, body=body, starts_at=starts_at, place=place, by=self.clerk)
        verbs.set_agenda(meeting, [item.pk for item in items], by=self.clerk)
        return verbs.call(meeting, by=self.clerk)


def _text(title: str) -> Text:
    return next(text for text in TEXTS if text.title.startswith(title))


def _at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def write(school: DemoSchool, on: date) -> None:
    desk = Desk(school, on)
    senior = school.organisation.stage == "senior"
    party = [desk.confirmed("师德师风建设年"), desk.confirmed("教务处副主任"), desk.confirmed("传达学习上级")]
    _answered(desk, desk.called(Body.PARTY, _at(on + timedelta(days=3), 15), party, "党员活动室"))
    office = [desk.confirmed("新学期学校工作计划"), desk.confirmed("家长开放日")]
    desk.called(Body.OFFICE, _at(on + timedelta(days=1), 14, 30), office, "行政楼二楼会议室")
    desk.revised(office[1].matter, "分年级开放课堂、食堂和社团，每个年级一个半天。")
    desk.proposed("课后服务收费")
    desk.answered("中级职称评审", "agreed")
    desk.answered("作业管理与课堂教学", "agreed", "agreed")
    desk.proposed("校本课程开设")
    desk.answered("中层干部年度考核等次", "agreed", "agreed")
    held = desk.answered("校园无线网络升级", "agreed", "divergent", note="运维费用没有落实，建议先与区信息中心对接。")
    if senior:
        returned = verbs.send_back(held.items.get(), reason="请补充三家比价和运维费用测算后重报。", by=desk.principal)
        assert returned.state == Item.State.RETURNED
        _in_session(desk)
        _corrected(desk)
    desk.draft("防溺水安全教育")
    if senior or school.organisation.stage == "nine_year":
        _lives(desk, days=1 if senior else 4)


def _lives(desk: Desk, days: int) -> None:
    """What is not over with a decision: an emergency that waits to be ratified (or that yesterday's meeting passed by),
    a decision to deploy, one that is reconsidered."""
    desk.proposed(
        "应急抢修供水管道", emergency_at=_at(desk.on - timedelta(days=days), 19, 40), emergency_by=desk.owner,
        emergency_reason="主管道爆裂，全校停水，当晚组织抢修，已电话报告书记、校长。",
    )  # fmt: skip
    decided = Matter.objects.filter(
        school=desk.school.organisation, state=Matter.State.DECIDED, items__body=Body.PARTY, items__outcome="passed"
    )
    proposed = decided.filter(items__in=Item.objects.filter(purpose=Item.Purpose.PROPOSE)).order_by("-pk").first()
    if proposed:
        verbs.request(proposed, Body.OFFICE, Item.Purpose.DEPLOY, by=desk.clerk)
    again = decided.filter(category__startswith="D").exclude(pk=proposed and proposed.pk).order_by("-pk").first()
    if again:
        made = verbs.reconsider(again, reason="上级部署有新要求，原方案的时间安排需要调整。", by=desk.clerk)
        verbs.propose(made, by=desk.clerk)


def _corrected(desk: Desk) -> None:
    """Two things found wrong in sealed records: one corrected and signed, one that waits for the secretary."""
    issued = Meeting.objects.filter(school=desk.school.organisation, body=Body.PARTY, state=Meeting.State.ISSUED)
    last, before = issued.order_by("-starts_at", "-pk")[:2]
    item = before.items.exclude(decision_text="").order_by("no").first()
    assert item
    made = verbs.correct(
        before, f"item/{item.pk}/decision_text", f"{item.decision_text}由校务办公室每学期检查一次落实情况。",
        found_by="区教育局督导组", reason="会上决定由校务办公室检查，记录漏写。与会议录音、当日记事本核对一致。", by=desk.clerk,
    )  # fmt: skip
    verbs.sign_correction(made, digest=made.digest, by=desk.secretary)
    verbs.correct(
        last, "meeting/place", "行政楼三楼会议室", found_by=desk.principal.person_name,
        reason="当日党员活动室停电，临时改到行政楼。", by=desk.clerk,
    )  # fmt: skip


def _answered(desk: Desk, meeting: Meeting) -> None:
    """Some have answered the notice; one asks for leave, and the head has not decided yet."""
    for by in (desk.secretary, desk.counterpart):
        verbs.reply(meeting, coming=True, by=by)
    heads = {desk.secretary.person_id, desk.counterpart.person_id}
    others = sorted(desk.dossier.team("party", desk.on) - heads, key=desk.dossier.name)
    for away in Person.objects.filter(pk__in=others[:1]):
        verbs.reply(meeting, coming=False, reason="参加区里的培训", person=away, by=desk.clerk)


def _in_session(desk: Desk) -> None:
    """A meeting that is being held at this moment, for whoever wants to see the room at once."""
    soon = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=10)
    items = [desk.confirmed("区优秀共产党员"), desk.confirmed("年级组长、教研组长"), desk.confirmed("领导班子成员分工")]
    meeting = verbs.open_meeting(desk.called(Body.PARTY, soon, items, "第一会议室"), by=desk.clerk)
    others = desk.dossier.team("party", desk.on) - {meeting.chair_id}
    team = [meeting.chair_id, *sorted(others, key=desk.dossier.name)]
    for pk in team[:4]:
        verbs.note(meeting, f"attendance/{pk}/status", "present", base=None, by=desk.clerk)
    verbs.note(meeting, f"attendance/{team[4]}/status", "leave", base=None, by=desk.clerk)
    verbs.note(meeting, f"attendance/{team[4]}/leave_reason", "参加区里会议", base=None, by=desk.clerk)
    verbs.add_usual_phrases(by=desk.clerk)
    item = meeting.items.get(no=1)
    for text in ("同意推荐人选，建议在党员大会上说明过程。", "同意推荐人选，建议公示五个工作日后再上报。"):
        verbs.note(meeting, f"opinion/{item.pk}/{team[1]}/text", text, base=None, by=desk.clerk)
    for name, value in (("order", "1"), ("stance", "agree")):
        verbs.note(meeting, f"opinion/{item.pk}/{team[1]}/{name}", value, base=None, by=desk.clerk)
    for pk in Person.objects.filter(pk__in=team[5:], user__isnull=False).values_list("pk", flat=True)[:1]:
        verbs.check_in(meeting, by=desk._of(pk))  # waits for the clerk to confirm it
