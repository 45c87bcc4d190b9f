"""A proposal changes after people were asked about it: who is asked anew, and what the agenda says of it."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Entry
from governance.models import Person
from meetings import transitions as verbs
from meetings.attachments import attach, remove
from meetings.models import AgendaVersion, Consultation, Item, Matter, Meeting

from .stage import acting, agreed, called, confirmed, decided, draft, mark, opened, proposed, rewritten, say, vote

pytestmark = pytest.mark.django_db
OTHER = "拟开展为期两年的师德师风建设活动。"


def rewrite(matter, by, proposal=OTHER, **more) -> Matter:
    return rewritten(None, matter, by=by, proposal=proposal, **more)


def heads_of(matter):
    return matter.consultations.filter(kind="secretary_principal").order_by("pk")


def test_the_heads_are_asked_anew_and_their_first_answers_count_again_when_the_text_comes_back(cast, again):
    matter = again(agreed)
    first = heads_of(matter).get()
    assert not first.stale
    rewrite(matter, acting(cast.li))
    former, again = heads_of(matter)
    assert former.stale and again.at is None and again.renews == former and not again.stale
    assert [text.proposal for text in matter.texts.all()] == [draft(cast).proposal, OTHER]
    rewrite(matter, acting(cast.li), proposal=former.matter.texts.first().proposal)
    assert [one.stale for one in heads_of(matter)] == [False, True]
    assert heads_of(matter).last().at, "the request about the other text is over"
    assert matter.texts.count() == 2, "a wording is kept once"
    line = Entry.objects.filter(verb="revise").first()
    assert (
        line.facts["stale"] == {str(former.pk): False, str(again.pk): True}
        and line.facts["text"] == former.proposal_digest
    )


def test_an_item_cannot_be_confirmed_on_what_the_heads_said_of_another_text(cast, again):
    matter = rewrite(again(agreed), acting(cast.zheng))
    item = matter.items.get()
    with pytest.raises(verbs.Refused, match="就原方案进行的，此后方案有改动"):
        verbs.confirm(item, by=acting(cast.zhao))
    request = heads_of(matter).get(at=None)
    for head in (cast.zhao, cast.qian):
        verbs.answer(request, outcome="agreed", by=acting(head))
    assert verbs.confirm(item, by=acting(cast.zhao)).state == Item.State.CONFIRMED


def test_a_draft_that_nobody_was_asked_about_keeps_no_wording(cast):
    matter = rewrite(draft(cast), acting(cast.li))
    assert not matter.texts.exists() and not Entry.objects.filter(verb="revise").exists()


def test_saving_the_same_text_changes_nothing(cast, again):
    matter = again(agreed)
    rewrite(matter, acting(cast.li), proposal=matter.proposal)
    assert not Entry.objects.filter(verb="revise").exists() and heads_of(matter).count() == 1


@pytest.mark.parametrize("who", ["zhao", "he", "wei"])
def test_the_text_is_its_authors_to_change(cast, who, again):
    matter = again(proposed)
    with pytest.raises(verbs.NotAllowed):
        rewrite(matter, acting(getattr(cast, who)))


def test_what_has_been_voted_on_or_decided_is_not_rewritten(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    people = (cast.zhao, cast.qian, cast.sun, cast.li)
    mark(cast, meeting, "present", *people)
    matter = rewrite(item.matter, acting(cast.zheng))
    assert meeting.agenda_versions.last().changes[0]["kind"] == "text", "in the room it is mended too, and told"
    rewrite(matter, acting(cast.zheng), proposal=item.matter.texts.first().proposal)
    for order, person in enumerate((cast.li, cast.sun, cast.qian, cast.zhao), start=1):
        say(cast, Item.objects.get(pk=item.pk), person, order=order)
    vote(cast, Item.objects.get(pk=item.pk), agree=4)
    with pytest.raises(verbs.WrongState, match="第 1 项已经有结果"):
        rewrite(matter, acting(cast.zheng))
    decided(cast, Item.objects.get(pk=item.pk))
    with pytest.raises(verbs.WrongState, match="已议决"):
        rewrite(matter, acting(cast.zheng))


def test_each_person_consulted_confirms_for_themselves_and_it_counts_once_all_have(cast):
    guest = Person.objects.create(school=cast.school, name="退休教师")
    matter = proposed(cast)
    held = verbs.consult(
        matter, kind="individual", at=timezone.now() - timedelta(hours=1), people=[cast.sun, cast.wu, guest],
        outcome="agreed", by=acting(cast.zheng),
    )  # fmt: skip
    matter = rewrite(matter, acting(cast.li))
    held.refresh_from_db()
    assert held.stale
    with pytest.raises(verbs.Stopped, match="没有征求过您的意见"):
        verbs.confirm_anew(held, by=acting(cast.he))
    with pytest.raises(verbs.NotAllowed, match="孙副书记有自己的账号，请本人确认"):
        verbs.confirm_anew(held, people=[cast.sun.pk], by=acting(cast.zheng))
    for _ in range(2):
        anew = verbs.confirm_anew(held, by=acting(cast.sun))
    assert anew.renews == held and anew.stale, "not everybody yet"
    assert verbs.confirm_anew(anew, by=acting(cast.wu)).stale
    with pytest.raises(verbs.NotAllowed, match="由学校秘书代为登记"):
        verbs.confirm_anew(held, people=[guest.pk], by=acting(cast.wu))
    anew = verbs.confirm_anew(held, people=[guest.pk], by=acting(cast.zheng))
    assert not anew.stale and {row.person_id for row in anew.consulted.all()} == {cast.sun.pk, cast.wu.pk, guest.pk}
    assert Entry.objects.filter(verb="confirm_anew").count() == 3
    rewrite(matter, acting(cast.li), proposal="三年。")
    anew.refresh_from_db()
    assert anew.stale
    assert verbs.confirm_anew(anew, by=acting(cast.sun)).renews == held


def test_of_a_congress_somebody_says_why_its_result_still_holds(cast, again):
    matter = again(proposed)
    held = verbs.consult(
        matter, kind="staff_congress", at=timezone.now() - timedelta(hours=1), heard=80, outcome="passed",
        by=acting(cast.zheng),
    )  # fmt: skip
    assert verbs.confirm_anew(held, note="改了错字", by=acting(cast.zheng)) == held, "there is nothing to confirm"
    rewrite(matter, acting(cast.li))
    with pytest.raises(verbs.Stopped, match="请写明原结果仍然适用的理由"):
        verbs.confirm_anew(held, by=acting(cast.zheng))
    for _ in range(2):
        anew = verbs.confirm_anew(held, note="只改了活动期限，讨论通过的办法没有变。", by=acting(cast.zheng))
    assert (anew.outcome, anew.heard, anew.stale) == ("passed", 80, False)
    assert Consultation.objects.filter(kind="staff_congress").count() == 2


def test_a_survey_and_what_came_from_a_file_keep_what_they_say(cast, again):
    matter = again(proposed)
    survey = verbs.consult(matter, kind="investigation", at=timezone.now(), outcome="heard", by=acting(cast.zheng))
    came = Consultation.objects.create(matter=matter, kind="legal", at=timezone.now(), stale=True)
    rewrite(matter, acting(cast.li))
    survey.refresh_from_db()
    came.refresh_from_db()
    assert not survey.stale and came.stale


def test_the_agenda_has_a_version_at_the_notice_and_at_each_change_since(cast):
    clerk = acting(cast.zheng)
    one, two, three = (confirmed(cast, title=title) for title in ("甲", "乙", "丙"))
    meeting = called(cast, one, two)
    assert [(row["no"], row["title"]) for row in meeting.agenda_versions.get().items] == [(1, "甲"), (2, "乙")]
    verbs.set_agenda(meeting, [two.pk, one.pk, three.pk], by=clerk)
    verbs.set_agenda(meeting, [two.pk, one.pk, three.pk], by=clerk)  # a double click
    rewrite(one.matter, clerk, title="甲改")
    file = attach(one.matter, SimpleUploadedFile("表.pdf", b"%PDF-1.4\n"), by=clerk)
    remove(file, by=clerk)
    verbs.set_agenda(meeting, [two.pk, three.pk], by=clerk)
    kinds = [[change["kind"] for change in version.changes] for version in AgendaVersion.objects.all()]
    assert kinds == [[], ["moved", "added"], ["text"], ["files"], ["files"], ["removed"]]
    assert AgendaVersion.objects.get(number=3).changes[0]["was"] == "甲"
    lines = [entry for entry in Entry.objects.filter(subject_kind="meeting").order_by("pk") if "version" in entry.facts]
    assert [entry.facts["version"] for entry in lines] == [1, 2, 3, 4, 5, 6]
    assert lines[-1].facts["agenda"] == [
        [row["item"], row["matter"], row["no"], row["text"], []] for row in AgendaVersion.objects.get(number=6).items
    ]


def test_before_the_notice_there_is_no_version(cast, again):
    item = again(confirmed)
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=5), place="", by=acting(cast.zheng)
    )
    verbs.set_agenda(meeting, [item.pk], by=acting(cast.zheng))
    assert not Meeting.objects.get(pk=meeting.pk).agenda_versions.exists()
