"""The life of a matter over both bodies: what comes next by itself, what comes back, what is reconsidered."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Entry
from governance.models import Body
from meetings import transitions as verbs
from meetings.coming import coming_to
from meetings.life import life_of
from meetings.models import Extension, Item, Matter, Meeting, Progress, Task
from meetings.transitions.table import TABLE
from meetings.worklist import worklist

from .stage import acting, agreed, confirmed, decided, draft, mark, opened, proposed, say, vote

P = Item.Purpose


def settled(cast, item: Item, outcome: str, text: str = "同意实施。") -> Item:
    """The item goes through a meeting of its body, with everybody there, and comes to this outcome."""
    meeting = opened(cast, item, body=item.body)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    item = Item.objects.get(pk=item.pk)
    head = cast.zhao if item.body == Body.PARTY else cast.qian
    for order, person in enumerate((cast.li, cast.sun, head), start=1):
        say(cast, item, person, order=order)
    if item.body == Body.PARTY and outcome == "passed" and item.purpose == P.DECIDE:
        vote(cast, item, agree=5)
    verbs.note(meeting, f"item/{item.pk}/outcome", outcome, base=None, by=acting(cast.zheng))
    item = decided(cast, item, text)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=timezone.now() - timedelta(hours=1), state="ended")
    return item


def confirmed_next(cast, matter: Matter) -> Item:
    item = matter.items.get(meeting=None, state=Item.State.WAITING)
    return verbs.confirm(item, by=acting(cast.zhao if item.body == Body.PARTY else cast.qian))


def life(cast, matter: Matter, who=None):
    matter = Matter.objects.select_related("reconsiders", "emergency_by").get(pk=matter.pk)
    return life_of(matter, by=acting(who or cast.zheng), now=timezone.now())


def words(life) -> list[str]:
    return [step.title for step in life.steps]


def open_items(matter) -> list[tuple[str, str, str]]:
    return list(matter.items.filter(meeting=None).exclude(state="dropped").values_list("body", "purpose", "state"))


def test_a_matter_goes_over_both_bodies_and_asks_for_each_step_itself(cast, sign_in):
    item = confirmed(cast, category="D14", title="校园安防改造")
    matter = item.matter
    settled(cast, item, "referred", "同意提交。")
    assert open_items(matter) == [("party", "decide", "waiting")]
    settled(cast, confirmed_next(cast, matter), "passed")
    assert open_items(matter) == [("office", "deploy", "waiting")]
    assert Matter.objects.get(pk=matter.pk).state == "decided"
    assert [stage.word for stage in life(cast, matter).stages][-4:] == [
        "党组织会议决定",
        "校长办公会议部署",
        "落实",
        "办结",
    ]
    page = sign_in(cast.qian).get("/s/shifan/agenda/").content.decode()
    assert "党组织会议已决定，待部署" in page and "不需部署" in page and ">退回<" not in page
    settled(cast, confirmed_next(cast, matter), "principal_decided", "由总务处落实。")
    found = life(cast, matter)
    assert "校长办公会议第 1 项部署落实：校长决定" in words(found)
    votes = [one for step in found.steps for one in step.votes]
    assert votes == ["同意 5（应到 5，实到 5）"]
    client = sign_in(cast.zheng)
    assert matter.title not in client.get("/s/shifan/matters/?state=to_deploy").content.decode()
    assert matter.title in client.get("/s/shifan/matters/?state=carried_out").content.decode()


def test_the_principal_says_that_nothing_need_be_deployed(cast, sign_in, again):
    item = again(confirmed, category="D14")
    settled(cast, item, "referred")
    settled(cast, confirmed_next(cast, item.matter), "passed")
    deploys = item.matter.items.get(purpose="deploy")
    with pytest.raises(verbs.NotAllowed):
        verbs.skip_deployment(deploys, reason="直接落实", by=acting(cast.zhao))
    address = f"/s/shifan/items/{deploys.pk}/act/skip_deployment/"
    client = sign_in(cast.qian)
    assert "请写明不需部署的理由" in client.post(address, {"reason": " "}, follow=True).content.decode()
    deploys.refresh_from_db()
    assert deploys.state == "waiting"
    assert "said-error" not in client.post(address, {"reason": "由总务处直接落实"}, follow=True).content.decode()
    assert "said-error" not in client.post(address, {"reason": "由总务处直接落实"}, follow=True).content.decode()
    deploys.refresh_from_db()
    assert (deploys.state, deploys.head_note) == ("dropped", "由总务处直接落实")
    assert "不需部署，直接落实" in words(life(cast, item.matter))


def test_personnel_is_not_deployed(cast):
    matter = agreed(cast, category="H01", title="中层任免", candidates=["冯某"])
    at = timezone.now()
    verbs.consult(matter, kind="deliberation", at=at, people=[cast.sun], outcome="heard", by=acting(cast.zheng))
    item = confirmed_next(cast, matter)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    verbs.vote(item=Item.objects.get(pk=item.pk), method="secret_ballot", counts={"agree": 5}, candidate="冯某",
               token=uuid.uuid4(), by=acting(cast.zheng))  # fmt: skip
    decided(cast, Item.objects.get(pk=item.pk))
    assert not open_items(matter)


def test_what_was_deferred_postponed_or_not_reached_heads_the_next_list(cast, sign_in):
    deferred, unreached = confirmed(cast, title="缓议的事"), confirmed(cast, title="没有议到的事")
    postponed = agreed(cast, title="暂缓的事").items.get()
    verbs.postpone(postponed, reason="方案还不成熟", by=acting(cast.zhao))
    fresh = confirmed(cast, title="新的事")
    meeting = opened(cast, deferred, unreached)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    verbs.note(meeting, f"item/{deferred.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
    decided(cast, Item.objects.get(pk=deferred.pk), "预算没有算清。")
    verbs.end(meeting, by=acting(cast.zheng))
    with pytest.raises(verbs.Stopped, match="第 2 项还没有结果。没有议到的"):
        verbs.complete(meeting, by=acting(cast.zheng))
    client = sign_in(cast.zheng)
    assert "没有议到：第 2 项" in client.get(f"/s/shifan/meetings/{meeting.pk}/record/").content.decode()
    for _ in range(2):
        client.post(f"/s/shifan/items/{unreached.pk}/act/pass_over/")
    verbs.complete(meeting, by=acting(cast.zheng))
    minutes = meeting.minutes.items.get(item=unreached)
    assert minutes.text == "会议没有议到，留待下次会议。"
    record = client.get(f"/s/shifan/meetings/{meeting.pk}/record/").content.decode()
    assert "没有议到</span>" in record and "撤回</span>" not in record
    assert "研究了1项议题" in client.get(f"/s/shifan/meetings/{meeting.pk}/minutes/").content.decode()

    ready, waiting = coming_to(acting(cast.zheng), "party")
    assert [item.matter.title for item in ready] == ["没有议到的事", "新的事"] and fresh in ready
    assert "没有议到" in ready[0].why and not ready[1].why
    whys = {item.matter.title: item.why for item in waiting}
    assert "上次缓议" in whys["缓议的事"] and "预算没有算清" in whys["缓议的事"]
    assert whys["暂缓的事"] == "暂缓上会：方案还不成熟"
    planned = verbs.plan(cast.school, body="party", starts_at=timezone.now() + timedelta(days=3), place="一楼",
                         by=acting(cast.zheng))  # fmt: skip
    page = client.get(f"/s/shifan/meetings/{planned.pk}/").content.decode()
    assert page.index("没有议到的事") < page.index("新的事") and "还等书记确认（2）" in page
    assert "上次缓议" in sign_in(cast.zhao).get("/s/shifan/agenda/").content.decode()
    assert any("没有议到" in word for word in words(life(cast, unreached.matter)))


def test_what_was_spoken_of_was_reached(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    say(cast, Item.objects.get(pk=item.pk), cast.sun, order=1)
    with pytest.raises(verbs.Stopped, match="请记为“缓议”"):
        verbs.pass_over(item, by=acting(cast.zheng))


def test_not_reached_is_said_in_the_room_and_can_be_taken_back(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    client = sign_in(cast.zheng)
    act = f"/s/shifan/items/{item.pk}/act/pass_over/"
    assert act in client.get(f"/s/shifan/meetings/{meeting.pk}/?item=1").content.decode()
    parts = client.post(act, headers={"X-Requested-With": "XMLHttpRequest"}).json()["parts"]
    assert "没有议到" in parts["room-nav"] and "没有议到" in parts["topic-1"] and act not in parts["topic-1"]
    item = verbs.unsettle(item, reason="议过了", by=acting(cast.zheng))
    assert (item.state, item.outcome, open_items(item.matter)) == ("confirmed", "", [])


def test_taking_back_a_decision_takes_back_what_it_asked_for(cast, again):
    item = again(confirmed, category="D14")
    settled(cast, item, "referred")
    decides = settled(cast, confirmed_next(cast, item.matter), "passed")
    Meeting.objects.filter(pk=decides.meeting_id).update(starts_at=timezone.now() + timedelta(hours=1))
    verbs.unsettle(decides, reason="票数记错", by=acting(cast.zheng))
    assert Matter.objects.get(pk=item.matter_id).state == "proposed" and not open_items(item.matter)
    verbs.settle(decides, by=acting(cast.zheng))
    assert open_items(item.matter) == [("office", "deploy", "waiting")]


def test_a_decision_is_reconsidered_by_the_same_body_once(cast, sign_in):
    item = confirmed(cast, title="师德方案")
    settled(cast, item, "passed")
    former = item.matter
    address = f"/s/shifan/matters/{former.pk}/act/reconsider/"
    client = sign_in(cast.li)
    client.post(address, {"reason": ""})
    assert not former.reconsidered_by.exists()
    for _ in range(2):
        answer = client.post(address, {"reason": "情况有变化"})
    again = former.reconsidered_by.get()
    assert answer.url == f"/s/shifan/matters/{again.pk}/"
    assert (again.title, again.category, again.proposal) == ("复议：师德方案", former.category, former.proposal)
    page = client.get(answer.url).content.decode()
    assert "本议题复议" in page and "情况有变化" in page
    line = Entry.objects.get(verb="reconsider")
    assert line.facts["made"] == again.pk and "师德方案" not in str(line.facts), "auditors read no titles"
    with pytest.raises(verbs.WrongState, match="李副校 已在起草"):
        verbs.reconsider(former, reason="我也要", by=acting(cast.wu))
    verbs.propose(again, by=acting(cast.li))
    assert "本决定正在复议" in client.get(f"/s/shifan/matters/{former.pk}/").content.decode()
    assert "复议中" in client.get("/s/shifan/decisions/").content.decode()
    assert former.title in client.get("/s/shifan/matters/?state=reconsidered").content.decode()
    for head in (cast.zhao, cast.qian):
        verbs.answer(again.consultations.get(), outcome="agreed", by=acting(head))
    settled(cast, confirmed_next(cast, again), "passed", "按复议的方案办。")
    assert (
        not Matter.objects.get(pk=again.pk)
        .items.get(meeting__isnull=False)
        .judgements.filter(findings__rule="C-20", findings__outcome="broken")
    )
    assert "提出复议" in words(life(cast, former))


def test_what_the_party_decided_the_party_reconsiders_whatever_its_category(cast):
    item = confirmed(cast, category="G", major=True)
    settled(cast, item, "passed")
    again = verbs.reconsider(item.matter, reason="有变化", by=acting(cast.li))
    Matter.objects.filter(pk=again.pk).update(major=False)
    verbs.propose(again, by=acting(cast.li))
    assert open_items(again) == [("party", "decide", "waiting")]


@pytest.fixture
def emergency(cast) -> Matter:
    at = timezone.now() - timedelta(hours=6)
    return proposed(
        cast, category="D14", title="水管爆裂抢修", emergency_at=at, emergency_by=cast.qian, emergency_reason="全校停水"
    )


def desk_row(cast, who):
    return next(row for row in worklist(acting(who), timezone.now()) if row.kind == "ratify")


def test_an_emergency_waits_for_the_next_party_meeting_and_heads_its_list(cast, emergency, sign_in):
    assert open_items(emergency) == [("party", "decide", "waiting")]
    confirmed(cast, title="别的事")
    for head in (cast.zhao, cast.qian):
        verbs.answer(emergency.consultations.get(), outcome="agreed", by=acting(head))
    assert (desk_row(cast, cast.zhao).act, desk_row(cast, cast.zheng).act) == ("去确认", "去看")
    item = confirmed_next(cast, emergency)
    ready, _ = coming_to(acting(cast.zheng), "party")
    assert ready[0] == item and "待追认" in ready[0].why
    page = sign_in(cast.zheng).get(f"/s/shifan/matters/{emergency.pk}/").content.decode()
    assert "待下次党组织会议追认" in page and "C-19" in page
    settled(cast, item, "passed", "予以追认。")
    found = life(cast, emergency)
    assert "党组织会议第 1 项讨论决定：已追认" in words(found) and not found.ratifying
    assert not open_items(emergency)  # it was acted upon already: nothing to deploy
    assert not [row for row in worklist(acting(cast.zhao), timezone.now()) if row.kind == "ratify"]


def test_an_emergency_that_a_party_meeting_passed_by_is_said_not_to_be_ratified(cast, emergency, sign_in):
    Meeting.objects.create(
        school=cast.school, body="party", starts_at=timezone.now() - timedelta(hours=2), state=Meeting.State.ENDED,
        ends_at=timezone.now() - timedelta(hours=1), created_by=cast.zheng.user,
    )  # fmt: skip
    assert desk_row(cast, cast.zheng).late and "未追认" in desk_row(cast, cast.zheng).more
    found = life(cast, emergency)
    assert "党组织会议没有追认：未追认" in words(found)
    assert [one.outcome.value for one in found.ratification] == ["broken"]
    page = sign_in(cast.zheng).get("/s/shifan/matters/?state=unratified").content.decode()
    assert emergency.title in page and "未追认" in page.split("<tbody>")[1]


def test_a_general_emergency_is_handled_by_the_office_and_reported_to_the_party(cast):
    at = timezone.now() - timedelta(hours=6)
    matter = proposed(cast, category="G", emergency_at=at, emergency_by=cast.qian, emergency_reason="停电")
    assert sorted(open_items(matter)) == [("office", "handle", "waiting"), ("party", "report", "waiting")]


def test_a_proposal_goes_on_though_nobody_wrote_that_it_was_referred(cast):
    passed = confirmed(cast, category="D14", title="通过的方案")
    settled(cast, passed, "principal_decided")
    assert open_items(passed.matter) == [("party", "decide", "waiting")]


def test_a_proposal_that_the_office_rejects_goes_back_to_its_author(cast, again):
    item = again(confirmed, category="D14")
    settled(cast, item, "rejected")
    assert Matter.objects.get(pk=item.matter_id).state == "returned"


def test_what_nobody_waits_for_is_on_its_author_s_desk(cast, sign_in, again):
    item = again(confirmed)
    settled(cast, item, "noted")
    rows = [row for row in worklist(acting(cast.li), timezone.now()) if row.title == item.matter.title]
    assert [row.act for row in rows] == ["去提请上会"]
    assert item.matter.title in sign_in(cast.li).get("/s/shifan/matters/?state=idle").content.decode()


def test_a_long_life_costs_as_much_as_a_short_one_and_is_folded(cast, sign_in, count_queries):
    matter = draft(cast)
    Matter.objects.filter(pk=matter.pk).update(state="decided", proposed_at=timezone.now() - timedelta(days=90))

    def come(number: int) -> None:
        at = timezone.now() - timedelta(days=80 - number)
        meeting = Meeting.objects.create(school=cast.school, body="party", starts_at=at, ends_at=at, state="ended",
                                         notice_sent_at=at, number=number, created_by=cast.zheng.user)  # fmt: skip
        item = Item.objects.create(matter=matter, body="party", purpose="decide", meeting=meeting, no=1, added_at=at,
                                   confirmed_at=at, confirmed_by=cast.zhao, outcome="passed", decision_text="同意。" * 99,
                                   state="settled", due=at.date(), settled_at=at)  # fmt: skip
        Task.objects.create(item=item, text="列出清单", who=cast.li, created_by=cast.zheng.user)
        Progress.objects.create(item=item, text="已完成一半", percent=50, by=cast.li.user, at=at)
        Extension.objects.create(item=item, until=at.date(), reason="材料未齐", asked_by=cast.li.user, asked_at=at)

    come(1)
    client, address = sign_in(cast.zhao), f"/s/shifan/matters/{matter.pk}/"
    page = client.get(address).content.decode()
    for words in ("进展（50%）", "步骤：列出清单", "申请延期至", "会议通知（"):
        assert words in page
    assert "更早的" not in page
    first = count_queries(lambda: client.get(address))
    for number in range(2, 8):
        come(number)
    assert count_queries(lambda: client.get(address)) == first
    assert "更早的" in client.get(address).content.decode()


ENDS = {"withdrawn", "cancelled", "issued", "imported", "dropped", "settled", "returned"}
SUBJECTS = {"matter": Matter.State, "item": Item.State, "meeting": Meeting.State}


def test_every_state_is_an_end_or_a_verb_leads_on_from_it():
    leads = {state for verb in TABLE for state in verb.sources}
    stuck = [f"{kind}: {state}" for kind, states in SUBJECTS.items() for state in states.values if state not in leads]
    assert {each.split(": ")[1] for each in stuck} <= ENDS
    reached = {verb.target for verb in TABLE if verb.target}
    made = {
        "draft",
        "waiting",
        "imported",
        "held",
        "decided",
        "returned",
        "closed",
    }  # at the start, by answers, by follow-up
    assert {state for states in SUBJECTS.values() for state in states.values} <= reached | made


OUTCOMES = {
    ("party", "decide"): ("passed", "rejected", "deferred", "noted", "withdrawn"),
    ("office", "propose"): ("referred", "passed", "principal_decided", "rejected", "deferred", "withdrawn"),
    ("office", "handle"): ("principal_decided", "deferred", "withdrawn"),
}


@pytest.mark.parametrize(
    ("body", "purpose", "outcome"), [(*key, one) for key, several in OUTCOMES.items() for one in several]
)
def test_whatever_a_meeting_says_the_matter_is_at_an_end_or_somebody_is_asked(cast, body, purpose, outcome):
    from meetings.facts import load
    from meetings.transitions.onward import go_on

    matter = draft(cast, category="D14" if purpose != "handle" else "G")
    Matter.objects.filter(pk=matter.pk).update(state="proposed")
    matter.refresh_from_db()
    item = Item(matter=matter, body=body, purpose=purpose, outcome=outcome, state="settled")
    go_on(item, load(cast.school, matters=[matter.pk]))
    idle = matter.state == "proposed" and not matter.items.filter(state="waiting").exists()
    assert idle == (outcome == "noted")  # the one that goes to its author's desk
    assert matter.state in ("withdrawn", "decided", "returned") or idle or open_items(matter)
