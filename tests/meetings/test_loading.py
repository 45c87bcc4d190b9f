"""The same findings everywhere: judged with what a page loads, or in the whole dossier."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Organisation
from governance.rules.engine import judge
from governance.rules.facts import DecidedWithoutMeeting, Emergency, Opinion, day_of
from meetings import transitions as verbs
from meetings.dossiers import bring_in
from meetings.facts import load, load_whole
from meetings.models import Matter, Meeting
from meetings.transitions.record import judge_all
from tests.meetings import stage
from tests.rules.story import Story, at, consulted, counts, hours

ON = date(2025, 6, 30)


def told(finding) -> tuple:
    return (finding.code, finding.place, finding.outcome, finding.mode, finding.message, finding.values)


def told_apart(school: Organisation, on: date, every: int = 1) -> list[tuple]:
    """What is told of a meeting by what is loaded for it alone and not by the whole dossier, or the other way round.
    ``every``: of how many meetings one is looked at."""
    whole = load_whole(school)
    everything = judge(whole.dossier, on=on)
    apart: list[tuple] = []
    for pk, items in ((pk, whole.items[pk]) for pk in list(whole.meetings)[::every]):
        part = load(school, Meeting.objects.filter(pk=pk), neighbours=True)
        alone = [told(finding) for finding in judge_all(part, pk, on=on)]
        matters = {item.matter_id for item in items}
        among = [
            told(finding)
            for finding in everything
            if finding.meeting == pk or (finding.meeting is None and finding.matter in matters)
        ]
        apart += [each for each in alone if each not in among] + [each for each in among if each not in alone]
    return apart


def brought(story: Story) -> Organisation:
    return bring_in(story.records).school


def says(school: Organisation, code: str, on: date = ON) -> list[str]:
    """What the whole dossier says, and that every meeting by itself says the same."""
    assert told_apart(school, on) == []
    return [str(finding.outcome) for finding in judge(load_whole(school).dossier, on=on, codes=[code])]


pytestmark = pytest.mark.django_db


def test_a_matter_reconsidered_comes_with_the_decision_it_changes():
    story = Story()
    first = story.matter("D02", title="原来的规划")
    story.party_meeting(story.item(first, outcome="passed"), starts_at=at("2025-02-05"))
    again = story.matter("D02", title="改动规划", reconsiders=first.id)
    story.office_meeting(story.item(again, "handle", outcome="principal_decided"), starts_at=at("2025-03-05"))
    assert says(brought(story), "C-20") == ["broken"]


def test_an_opinion_that_was_copied_comes_with_where_it_stands():
    """Blanks of every kind apart; what stands twice in one meeting is no copy."""
    said = "原则同意这一方案，请分管领导抓紧落实并及时报告进展"
    story = Story()
    for week, texts in enumerate(([said], ["　".join(said)], [said + "情况", said + "情况"], ["同意"])):
        opinions = tuple(
            Opinion(person, "agree", None, text) for person, text in zip(("zhao", "qian"), texts, strict=False)
        )
        story.party_meeting(story.item("D13", opinions=opinions), starts_at=at("2025-03-05") + timedelta(weeks=week))
    assert says(brought(story), "R-12") == ["broken", "broken", "met"]


def test_what_is_paid_to_one_payee_comes_together_however_it_was_decided():
    story = Story().large_sum(100_000)
    paid = dict(category="F01", amount=60_000, payee="百川公司", project="机房")
    one = story.matter(**paid, proposed_at=at("2025-01-10"))
    story.matter(**paid, decided_without_meeting=DecidedWithoutMeeting(at("2025-02-10"), "signature", ("qian",)))
    story.matter(**paid, proposed_at=at("2025-02-20"))
    story.matter(**(paid | {"payee": "别的公司"}), proposed_at=at("2025-02-20"))
    story.office_meeting(story.item(one, "handle", outcome="principal_decided"), starts_at=at("2025-03-05"))
    school = brought(story)
    assert says(school, "C-28") == ["broken", "met", "broken", "met"]
    # A matter that was withdrawn before any meeting is no payment, one decided without a meeting is.
    Matter.objects.filter(school=school, proposed_at=at("2025-02-20"), payee="百川公司").update(state="withdrawn")
    assert says(school, "C-28") == ["broken", "met", "met"]
    Matter.objects.filter(school=school, decided_without_at__isnull=False).update(state="draft")
    assert says(school, "C-28") == ["broken", "met", "met"]


def test_an_emergency_comes_with_the_first_party_meeting_after_it():
    story = Story()
    acted = Emergency(at("2025-02-01 08:00"), "qian", "水管爆裂")
    matter = story.matter("D14", emergency=acted, consultations=consulted(when=at("2025-02-01 09:00")))
    story.party_meeting(story.item("D13", outcome="passed"), starts_at=at("2025-02-20"), number=1)
    story.party_meeting(story.item(matter, outcome="passed"), starts_at=at("2026-05-20"), number=2)
    assert says(brought(story), "C-19", on=date(2026, 6, 30)) == ["broken"]


def test_the_meeting_before_may_be_long_ago_and_what_shows_that_none_clashes_may_come_later():
    story = Story()
    story.office_meeting(story.item(outcome="noted"), starts_at=at("2023-03-05"), number=1)
    story.party_meeting(story.item("D13", outcome="passed"), starts_at=at("2022-03-05"), ends_at=at("2022-03-05 10:00"))
    story.office_meeting(story.item(outcome="noted"), starts_at=at("2025-03-05"), ends_at=at("2025-03-12"), number=1)
    story.party_meeting(
        story.item("D13", outcome="passed"), starts_at=at("2025-03-10"), ends_at=at("2025-03-10") + hours(1), number=1
    )
    school = brought(story)
    assert says(school, "A-16") == ["broken"]
    assert says(school, "C-24") == ["met", "broken"]


def test_what_is_only_being_prepared_or_was_cancelled_is_no_fact(cast):
    item = stage.confirmed(cast, category="P01", title="修缮操场")
    clerk = stage.acting(cast.zheng)
    planned = verbs.plan(cast.school, body="office", starts_at=timezone.now() + timedelta(days=9), place="", by=clerk)
    verbs.set_agenda(planned, [item.pk], by=clerk)
    stage.issued_with_the_chair_first(cast)
    assert told_apart(cast.school, day_of(timezone.now())) == []
    Meeting.objects.filter(pk=planned.pk).update(state="cancelled")
    assert told_apart(cast.school, day_of(timezone.now())) == []


def test_a_first_load_without_neighbours_leaves_out_what_it_cannot_tell():
    story = Story()
    acted = Emergency(at("2025-02-01 08:00"), "qian", "水管爆裂")
    matter = story.matter("D14", emergency=acted)
    story.party_meeting(story.item("D13", outcome="passed"), starts_at=at("2025-02-20"), number=1)
    story.party_meeting(story.item(matter, outcome="passed", votes=counts(5)), starts_at=at("2025-05-20"), number=2)
    school = brought(story)
    last = Meeting.objects.get(school=school, number=2)
    codes = {finding.code for finding in judge_all(load(school, Meeting.objects.filter(pk=last.pk)), last.pk)}
    assert not codes & {"A-16", "C-19", "C-24", "R-06"}
