"""学校检查, kept: each term has one that counts, it is new only where facts or answers are, and whatever changes calls for it."""

from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts import journal
from accounts.models import Organisation
from config.urls import verb_words
from governance import appointing, communicating
from governance.models import Person, Procedure
from meetings import school_checks
from meetings.draining import drain
from meetings.models import Judgement, KeptFinding, Meeting, SchoolCheck
from meetings.rejudging import rejudge
from meetings.school_checks import LOOKED_AT, check_due, check_school
from tests.meetings.stage import acting


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


SPRING, NEXT_DAY, LATER, AUTUMN = map(
    at, ("2026-03-02T01:00", "2026-03-03T00:30", "2026-05-01T00:30", "2026-09-01T00:30")
)


def said(school) -> dict[tuple[str, str], str]:
    kept = KeptFinding.objects.filter(judgement__in=school_checks.whole(school.judgements)[:1])
    return {(one.rule, one.body): one.outcome for one in kept}


def test_the_same_facts_and_answers_stay_the_same_row(cast):
    first = check_school(cast.school, SPRING)
    assert said(cast.school) == {
        ("G-01", "party"): "broken",
        ("G-01", "office"): "broken",
        ("G-02", ""): "unknown",
        ("P-16", ""): "unknown",
    }
    assert check_school(cast.school, NEXT_DAY) is None
    talk = cast.school.communications.create(at=at("2026-03-03T10:00"))
    assert check_school(cast.school, LATER) is None  # one talk more, and the answers are what they were
    assert talk.pk and school_checks.whole(Judgement.objects.all()).get() == first


def test_what_changed_takes_its_place_within_the_term(cast):
    first = check_school(cast.school, SPRING)
    Procedure.objects.create(
        school=cast.school, body="party", since="2026-01-01", submitted_on="2026-01-05", filed_on="2026-04-20"
    )
    second = check_school(cast.school, NEXT_DAY)
    assert ("G-01", "party") in said(cast.school)  # submitted, not filed yet
    third = check_school(cast.school, LATER)
    assert ("G-01", "party") not in said(cast.school)  # as days passed: the facts are the same
    assert third.same_as == second and third.facts["procedures"] and not first.facts.get("procedures")
    Person.objects.filter(pk=cast.li.pk).update(party_member=None)
    check_school(cast.school, LATER)
    assert said(cast.school)["G-06", ""] == "unknown"
    assert [one.current for one in cast.school.judgements.order_by("pk")] == [False, False, False, True]


def test_a_term_that_is_over_keeps_its_last(cast):
    spring, autumn = check_school(cast.school, SPRING), check_school(cast.school, AUTUMN)
    assert spring.current and autumn.same_as == spring
    assert set(school_checks.whole(cast.school.judgements)) == {spring, autumn}
    assert check_school(cast.school, AUTUMN + timedelta(days=1)) is None


def test_every_school_is_judged_once_a_day_and_one_that_fails_keeps_nobody_back(cast, monkeypatch):
    assert check_due(SPRING) == Organisation.objects.filter(kind="school").count() == 2
    assert check_due(SPRING) == 0
    load = school_checks.load_school

    def loaded(school):
        if school == cast.school:
            raise ValueError("an odd record")
        return load(school)

    with monkeypatch.context() as odd:
        odd.setattr(school_checks, "load_school", loaded)
        assert check_due(NEXT_DAY) == 1
    assert check_due(NEXT_DAY) == 0  # it rests
    assert SchoolCheck.objects.get(school=cast.school).on == date(2026, 3, 2)
    assert check_due(NEXT_DAY + school_checks.REST) == 1


def test_acts_call_for_it_however_many_come_together(cast):
    check_due()
    clerk = acting(cast.zheng, cast.school)
    newcomer = appointing.add_person("韩新", party_member=True, by=clerk)
    appointing.appoint(newcomer, "vice_principal", since=timezone.localdate(), by=clerk)
    drain()
    assert check_due() == 1
    assert said(cast.school)["G-06", ""] == "broken"
    communicating.note_talk_of_now(by=clerk)
    drain()
    assert check_due() == 1 and check_due() == 0


def test_what_an_authority_asks_calls_for_all_schools_below(cast):
    check_due()
    journal.record("set_floor", cast.school.parent, "登记议事规则底线", organisation=cast.school.parent, by=None)
    drain()
    assert check_due() == 2


def test_acts_that_call_for_it_exist(cast):
    assert set(LOOKED_AT) <= set(verb_words)


def test_judged_again_it_stands_beside_the_last_one_kept(cast):
    check_school(cast.school, AUTUMN - timedelta(days=60))
    check_school(cast.school, AUTUMN)
    Procedure.objects.create(
        school=cast.school, body="party", since="2026-01-01", submitted_on="2026-01-05", filed_on="2026-01-20"
    )
    run = rejudge(cast.school, date(2026, 1, 1), date(2026, 12, 31))
    [difference] = run.differences.all()
    assert (difference.rule, difference.body, difference.reason) == ("G-01", "party", "parameter_late")
    assert Meeting.objects.count() == 0
