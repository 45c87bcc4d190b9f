"""One matter, from the proposal to the issued minutes, by the verbs alone."""

import pytest

from accounts.models import Entry
from meetings import transitions as verbs
from meetings.models import Item, KeptFinding, Matter, Meeting
from tests.answers import answers

from .stage import acting, called, confirmed, decided, draft, mark, opened, proposed, say, signed, vote


def test_a_party_matter_goes_from_proposal_to_issued_minutes(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "leave", cast.wu)
    item = Item.objects.get(pk=item.pk)
    for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, item, person, order=order)
    made = vote(cast, item, agree=4)
    assert (made.computed, made.outcome, made.in_office, made.present) == ("passed", "passed", 5, 4)
    decided(cast, item)
    document = verbs.issue(signed(cast, meeting), by=acting(cast.zhao))

    assert Meeting.objects.get(pk=meeting.pk).state == Meeting.State.ISSUED
    assert Matter.objects.get(pk=item.matter_id).state == Matter.State.DECIDED
    assert document.frozen["present"] == ["赵书记", "钱校长", "孙副书记", "李副校"]
    assert document.frozen["items"][0]["outcome"] == "通过"
    kept = KeptFinding.objects.filter(meeting=meeting, judgement__current=True)
    assert not kept.filter(mode="block").exists()
    assert answers(rule="P-03", outcome="met", meeting_id=meeting.pk)
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True))[:4] == [
        "propose",
        "ask_heads",
        "answer",
        "answer",
    ]


def test_personnel_needs_two_thirds_and_says_who_is_missing(cast):
    matter = proposed(cast, category="H01", title="教务处主任任免", candidates=["冯某"])
    consultation = matter.consultations.get()
    for person in (cast.zhao, cast.qian):
        verbs.answer(consultation, outcome="agreed", by=acting(person))
    with pytest.raises(verbs.Refused) as refused:
        verbs.confirm(matter.items.get(), by=acting(cast.zhao))
    assert [f.code for f in refused.value.findings] == ["C-05"]
    verbs.consult(
        matter, kind="deliberation", at=matter.proposed_at, people=[cast.sun], outcome="heard", by=acting(cast.zheng)
    )
    item = verbs.confirm(matter.items.get(), by=acting(cast.zhao))
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    item = Item.objects.get(pk=item.pk)
    with pytest.raises(verbs.Refused) as refused:
        vote(cast, item, agree=3, candidate="冯某")
    assert [f.code for f in refused.value.findings] == ["P-04"]
    assert "应到 5 人，实到 3 人，干部任免须到 4 人" in str(refused.value)
    mark(cast, meeting, "present", cast.li)
    assert vote(cast, item, agree=4, candidate="冯某").computed == "passed"


def test_a_divergent_answer_holds_the_matter_back_until_a_later_one_agrees(cast, again):
    matter = again(proposed)
    consultation = matter.consultations.get()
    verbs.answer(consultation, outcome="agreed", by=acting(cast.zhao))
    verbs.answer(consultation, outcome="divergent", note="经费来源未落实。", by=acting(cast.qian))
    matter = Matter.objects.get(pk=matter.pk)
    assert matter.state == Matter.State.HELD
    item = matter.items.get()
    with pytest.raises(verbs.Refused) as refused:
        verbs.confirm(item, by=acting(cast.zhao))
    assert [f.code for f in refused.value.findings] == ["C-03"]
    again = verbs.ask_heads(matter, by=acting(cast.li))
    for person in (cast.zhao, cast.qian):
        verbs.answer(again, outcome="no_major_difference", by=acting(person))
    assert Matter.objects.get(pk=matter.pk).state == Matter.State.PROPOSED
    assert verbs.confirm(item, by=acting(cast.zhao)).state == Item.State.CONFIRMED


def test_the_head_alone_can_let_a_block_stand_and_the_reason_stays(cast, again):
    matter = again(proposed)
    item = matter.items.get()
    with pytest.raises(verbs.Refused):
        verbs.confirm(item, by=acting(cast.zhao))
    with pytest.raises(verbs.NotAllowed):
        verbs.confirm(item, despite="情况紧急", by=acting(cast.zheng))
    verbs.confirm(item, despite="校长外出学习，已电话沟通，回校后补录。", by=acting(cast.zhao))
    assert item.overrides.get().rule == "C-02"


def test_three_of_six_can_meet_but_cannot_pass(cast, again):
    """T3 of the worked cases, at the page's own verb: the computed result stands beside the announced one."""
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    item = Item.objects.get(pk=item.pk)
    made = vote(cast, item, agree=2, abstain=1, outcome="passed")
    assert (made.computed, made.outcome) == ("rejected", "passed")
    with pytest.raises(verbs.Refused) as refused:
        decided(cast, item)
    assert "P-10" in [f.code for f in refused.value.findings]


def test_notice_needs_a_future_time_and_an_agenda(cast):
    with pytest.raises(verbs.Stopped, match="议程还没有议题"):
        called(cast)


def test_a_member_of_another_school_can_do_nothing(cast):
    matter = draft(cast)
    with pytest.raises(verbs.NotAllowed):
        verbs.propose(matter, by=acting(cast.wei))
