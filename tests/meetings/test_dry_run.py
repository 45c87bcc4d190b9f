"""Dry run: what a page says before an act is what the act is refused with, word for word."""

from dataclasses import dataclass
from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import Post
from meetings import transitions as verbs
from meetings.models import Item, Matter, Meeting

from .stage import acting, agreed, called, confirmed, draft, mark, opened, proposed, signed


@dataclass
class Scene:
    matter: Matter
    act: callable


def page_of(client, matter):
    return client.get(reverse("matter", args=["shifan", matter.pk]))


def deliberated(cast, **more) -> Item:
    """A personnel matter on which everything was done that has to come before the meeting."""
    matter = agreed(cast, category="H01", candidates=["冯某"], **more)
    verbs.consult(
        matter, kind="deliberation", at=timezone.now(), people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    return verbs.confirm(matter.items.get(), by=acting(cast.zhao))


def confirming(cast, matter) -> Scene:
    return Scene(matter, lambda: verbs.confirm(matter.items.get(), by=acting(cast.zhao)))


def nobody_has_answered(cast):
    return confirming(cast, proposed(cast))


def the_heads_differ(cast):
    matter = proposed(cast)
    verbs.answer(matter.consultations.get(), outcome="agreed", by=acting(cast.zhao))
    verbs.answer(matter.consultations.get(), outcome="divergent", note="再议", by=acting(cast.qian))
    return confirming(cast, matter)


def nobody_deliberated(cast):
    return confirming(cast, agreed(cast, category="H01", candidates=["冯某"]))


def there_is_no_principal(cast):
    matter = agreed(cast)
    Post.objects.filter(person=cast.qian, post="principal").update(until=timezone.localdate())
    return confirming(cast, matter)


def the_wrong_one_confirmed(cast):
    item, other = confirmed(cast), confirmed(cast, title="另一项")
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=3), place="会议室", by=acting(cast.zheng)
    )
    verbs.set_agenda(meeting, [other.pk, item.pk], by=acting(cast.zheng))
    Item.objects.filter(pk=item.pk).update(confirmed_by=cast.li)
    return Scene(item.matter, lambda: verbs.call(meeting, by=acting(cast.zheng)))


def _announced(cast, item) -> None:
    for name, value in (("outcome", "passed"), ("decision_text", "同意。")):
        verbs.note(item.meeting, f"item/{item.pk}/{name}", value, base=None, by=acting(cast.zheng))


def too_few_are_there(cast):
    item = deliberated(cast)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.li)
    item = Item.objects.get(pk=item.pk)
    _announced(cast, item)
    return Scene(item.matter, lambda: verbs.settle(item, by=acting(cast.zheng)))


def nobody_has_called_the_roll(cast):
    item = confirmed(cast)
    opened(cast, item)
    item = Item.objects.get(pk=item.pk)
    _announced(cast, item)
    return Scene(item.matter, lambda: verbs.settle(item, by=acting(cast.zheng)))


def one_rule_has_its_reason(cast):
    scene = too_few_are_there(cast)
    item = scene.matter.items.get()
    verbs.note(item.meeting, f"attendance/{cast.li.pk}/status", "leave", base=None, by=acting(cast.zheng))
    verbs.override(item, ["P-04"], "情况紧急", by=acting(cast.zhao))
    return scene


def the_minutes_wait_for_two_items(cast):
    first, second = confirmed(cast), confirmed(cast, title="另一项")
    meeting = opened(cast, first, second)
    mark(cast, meeting, "present", cast.zhao, cast.qian)
    for item in Item.objects.filter(meeting=meeting):
        _announced(cast, item)
    meeting = signed(cast, meeting)
    return Scene(first.matter, lambda: verbs.issue(meeting, by=acting(cast.zhao)))


SCENES = {
    nobody_has_answered: ("confirm", ["C-02"]),
    the_heads_differ: ("confirm", ["C-03"]),
    nobody_deliberated: ("confirm", ["C-05"]),
    there_is_no_principal: ("confirm", ["C-02", "C-03"]),
    the_wrong_one_confirmed: ("call", ["P-08"]),
    too_few_are_there: ("settle", ["P-04"]),
    nobody_has_called_the_roll: ("settle", ["P-03"]),
    one_rule_has_its_reason: ("settle", ["P-03"]),
    the_minutes_wait_for_two_items: ("issue", ["P-03"]),
}


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_the_page_says_what_the_act_is_refused_with(cast, sign_in, scene):
    verb, codes = SCENES[scene]
    scene = scene(cast)
    answer = page_of(sign_in(cast.zhao), scene.matter)
    act = answer.context["lines"][0].act
    with pytest.raises(verbs.Refused) as refused:
        scene.act()
    mine = [one for one in refused.value.findings if one.item == (act.item.no or 1)]
    assert act.beside == len(refused.value.findings) - len(mine)  # other items of the meeting are counted
    assert act.verb == verb and [one.code for one in act.left] == codes
    assert [one.message for one in act.left] == [one.message for one in mine]
    html = unescape(answer.content.decode())
    for finding in mine:
        assert finding.headline in html and finding.mend in html
        assert all(clause.label in html for clause in finding.clauses)


def test_the_plan_says_what_the_notice_would_be_refused_with(cast, sign_in, again):
    scene = again(the_wrong_one_confirmed)
    meeting = Meeting.objects.get()
    html = unescape(sign_in(cast.zheng).get(reverse("meeting", args=["shifan", meeting.pk])).content.decode())
    margin = html[html.index("现在发出通知的话") :]
    with pytest.raises(verbs.Refused) as refused:
        scene.act()
    assert [one.code for one in refused.value.findings] == ["P-08"]
    assert refused.value.findings[0].headline in margin and refused.value.findings[0].mend in margin


def test_a_draft_says_what_the_proposal_lacks(cast, sign_in):
    matter = draft(cast, proposal="")
    answer = page_of(sign_in(cast.li), matter)
    with pytest.raises(verbs.Stopped) as stopped:
        verbs.propose(matter, by=acting(cast.li))
    assert str(stopped.value) in answer.content.decode()
    assert "会前要办" in answer.content.decode()  # the list of what the kind needs stands while nothing is judged


def test_while_a_head_has_not_answered_it_is_under_way_and_not_broken(cast, sign_in):
    matter = proposed(cast)
    verbs.answer(matter.consultations.get(), outcome="agreed", by=acting(cast.zhao))
    for address in (reverse("matter", args=["shifan", matter.pk]), reverse("agenda", args=["shifan"])):
        html = sign_in(cast.zhao).get(address).content.decode()
        assert "会前沟通还在进行：赵书记一致，钱校长待答复。" in html and "进行中" in html
        assert "须改正" not in html and "现在同意上会的话" in html
        assert "本议题没有赵书记、钱校长会前沟通的记录" in html  # the finding stands behind it
        assert "说明理由后同意" in html  # and the act would still be refused
    ask = reverse("answer", args=["shifan", matter.consultations.get().pk])
    for head, awaited in ((cast.zhao, False), (cast.qian, True)):
        page = sign_in(head).get(reverse("agenda", args=["shifan"]), {"body": "all"}).content.decode()
        assert (ask in page) is awaited


def test_before_any_meeting_nothing_is_asked_that_only_a_meeting_can_show(cast, sign_in):
    for matter in (proposed(cast, category="H01", candidates=["冯某"]), confirmed(cast).matter):
        line = page_of(sign_in(cast.zhao), matter).context["lines"][0]
        asked = {one.code for one in [*line.act.findings, *line.act.later]}
        assert asked.isdisjoint({"P-03", "P-04", "P-06", "P-10", "P-12", "P-13", "P-14", "P-20", "C-14", "C-15"})
        assert {"C-04", "C-01"} <= {one.code for one in line.later}


def test_each_finding_leads_to_where_it_is_mended(cast, sign_in):
    matter = agreed(cast, category="H01", candidates=["冯某"])
    consult = reverse("consult", args=["shifan", matter.pk])
    html = page_of(sign_in(cast.zheng), matter).content.decode()
    assert f'href="{consult}?kind=deliberation"' in html and f'href="{consult}?kind=individual"' in html
    assert "去登记" not in page_of(sign_in(cast.wang), matter).content.decode()


def test_what_was_asked_of_the_office_meeting_is_under_way(cast, sign_in):
    matter = agreed(cast, category="P02")
    line = page_of(sign_in(cast.zheng), matter).context["lines"][0]
    assert "C-09" not in {one.code for one in line.later}
    assert "已提请校长办公会议研究提出方案，待确认。" in [sentence for _, sentence in line.later_waiting]


def test_the_notified_meeting_is_judged_for_those_who_are_expected(cast, sign_in):
    item = deliberated(cast)
    meeting = called(cast, item)
    act = page_of(sign_in(cast.zhao), item.matter).context["lines"][0].act
    assert (act.verb, act.left) == ("settle", [])
    mark(cast, meeting, "leave", cast.sun, cast.wu)
    answer = page_of(sign_in(cast.zhao), item.matter)
    left = answer.context["lines"][0].act.left
    assert [one.code for one in left] == ["P-04"] and "预计到会的 3 人演算" in answer.content.decode()
    said = unescape(sign_in(cast.zheng).get(reverse("meeting", args=["shifan", meeting.pk])).content.decode())
    assert left[0].headline in said and left[0].mend in said


def test_a_meeting_being_prepared_is_the_schools_own(cast, sign_in, again):
    scene = again(the_wrong_one_confirmed)
    assert "P-08" in page_of(sign_in(cast.li), scene.matter).content.decode()
    inspector = page_of(sign_in(cast.wang), scene.matter)
    assert "先由学校秘书列入会议议程" in inspector.content.decode()
    assert f"/meetings/{Meeting.objects.get().pk}/" not in inspector.content.decode()


@pytest.fixture
def six(cast):
    """A party team of six: three may meet, and can carry nothing."""
    Post.objects.create(school=cast.school, person=cast.he, post="party_committee_member", since="2025-01-01")
    return cast


def test_who_would_make_the_difference_is_named_on_every_page(six, sign_in):
    cast = six
    meeting = called(cast, confirmed(cast), hours=1)
    mark(cast, meeting, "leave", cast.sun, cast.wu, cast.he)
    address = reverse("meeting", args=["shifan", meeting.pk])
    for who in (cast.zheng, cast.zhao, cast.wu):
        html = sign_in(who).get(address).content.decode()
        assert "可以开会，但全部同意也不够通过票数（须 4 票）" in html
        assert "当中再有一人到会，就有可能通过" in html and "吴委员" in html
    verbs.open_meeting(meeting, by=acting(cast.zheng))
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.li)
    html = sign_in(cast.zheng).get(address, {"item": 1}).content.decode()
    strip = html[html.index("strip-says") : html.index('id="room-nav"')]
    assert "可以表决" in strip and "不能通过" in strip and "不够 4 票" in strip
    for name in ("孙副书记", "吴委员", "何主任"):
        assert name in strip
    mark(cast, meeting, "present", cast.wu)
    html = sign_in(cast.zheng).get(address, {"item": 1}).content.decode()
    assert "能够通过" in html and "不能通过" not in html


def test_nobody_is_asked_for_votes_on_what_is_only_reported(six, sign_in):
    cast = six
    matter = agreed(cast)
    item = verbs.request(matter, "party", "report", by=acting(cast.zheng))
    meeting = called(cast, verbs.confirm(item, by=acting(cast.zhao)))
    mark(cast, meeting, "leave", cast.sun, cast.wu, cast.he)
    html = sign_in(cast.zhao).get(reverse("meeting", args=["shifan", meeting.pk])).content.decode()
    assert "预计可以开会" in html and "票" not in html[html.index("议程（") :]


def test_the_page_of_a_matter_is_cheap_in_every_state(cast, sign_in, count_queries):
    scenes = [too_few_are_there, the_heads_differ, the_wrong_one_confirmed, the_minutes_wait_for_two_items]
    for make in scenes:
        matter = make(cast).matter
        client = sign_in(cast.zhao)
        page_of(client, matter)
        assert count_queries(lambda c=client, m=matter: page_of(c, m)) <= 23
