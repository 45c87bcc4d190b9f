"""What is said of a school as a whole: in figures and lists of its term, on its page, in working papers and notices."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from governance.models import Procedure
from governance.terms import moments, term_of
from inspection import transitions as verbs
from inspection.access import findings_in_scope
from inspection.figures import differences, settle_figures
from inspection.models import Rectification, SchoolTermRule
from inspection.rectifications.reading import already_asked, asked_by, now_of
from inspection.views import schools_below
from meetings.models import KeptFinding
from meetings.school_checks import check_school, whole
from tests.inspection import inspecting
from tests.inspection.rectified import drafted, wang

TERM = term_of(timezone.localdate())


@pytest.fixture
def two_terms(cast):
    """The day before this term, and today."""
    first, _ = moments(TERM)
    check_school(cast.school, first - timedelta(days=1))
    with transaction.atomic():
        check_school(cast.school)
        settle_figures()
    return cast


def of(cast, rule: str, body: str = "") -> KeptFinding:
    """As it is said now."""
    last = whole(cast.school.judgements).first()
    return KeptFinding.objects.get(judgement=last, rule=rule, body=body)


def filed(school, body: str) -> None:
    days = dict.fromkeys(("since", "submitted_on", "filed_on"), timezone.localdate() - timedelta(days=1))
    Procedure.objects.create(school=school, body=body, **days)
    check_school(school)


def broken_in(term, rule: str) -> int:
    settle_figures()
    return sum(SchoolTermRule.objects.filter(term=term.serial, rule=rule).values_list("broken", flat=True))


def test_each_term_has_its_own_figures_and_what_is_over_stands(two_terms, sign_in):
    cast = two_terms
    assert broken_in(TERM, "G-01") == broken_in(TERM.before, "G-01") == 2
    filed(cast.school, "party")
    assert (broken_in(TERM, "G-01"), broken_in(TERM.before, "G-01")) == (1, 2)
    assert differences(schools_below(cast.wang.roles.get().organisation)) == []
    page = sign_in(cast.wang).get(reverse("district_school", args=["district", "shifan"])).content.decode()
    assert "反复出现的问题" in page and "G-01" in page


def test_it_is_listed_and_its_page_says_what_it_rests_on(two_terms, sign_in):
    cast, client = two_terms, sign_in(two_terms.wang)
    listed = client.get(reverse("district_findings", args=["district"]), {"chapter": "G", "outcome": "broken"})
    assert [(one.rule, one.body) for one in listed.context["page"]] == [("G-01", "office"), ("G-01", "party")]
    assert "整个学校" in listed.content.decode()
    page = client.get(of(cast, "G-01", "party").get_absolute_url()).content.decode()
    assert f"整个学校 · {TERM}" in page and "没有现行的" in page and "到" not in page.split("<dt>时间</dt>")[1][:60]
    check_school(cast.school, timezone.now() + timedelta(days=1))
    assert "没有变化" in client.get(of(cast, "G-01", "party").get_absolute_url()).content.decode()
    over = KeptFinding.objects.exclude(judgement=whole(cast.school.judgements).first()).first()
    assert f"这是{TERM.before}最后一次检查整个学校的结果" in client.get(over.get_absolute_url()).content.decode()


def test_an_inspector_accepts_it_of_each_body_apart(two_terms, sign_in):
    cast = two_terms
    inspection = inspecting.started(inspecting.planned(cast))
    party, office = of(cast, "G-01", "party"), of(cast, "G-01", "office")
    found = set(findings_in_scope(inspection))
    assert {party, office} <= found and all(one.judgement == party.judgement for one in found)
    by = inspecting.acting(cast.wang)
    said = [verbs.assess(inspection, one, "accepted", "", by=by) for one in (party, office, party)]
    assert said[0] == said[2] != said[1] and (said[0].body, said[1].body) == ("party", "office")
    address = reverse("working_school", args=[inspection.pk, "shifan"])
    rows = [(row.finding.body, row.said) for row, _ in sign_in(cast.wang).get(address).context["rows"]]
    assert ("party", said[0]) in rows and ("office", said[1]) in rows
    notice = verbs.draft_rectification(cast.school, inspection=inspection, assessments=said[:2], by=wang(cast))
    assert [one.body for one in notice.problems.all()] == ["party", "office"]


def test_only_some_classes_leave_the_school_itself_out(two_terms):
    inspection = inspecting.started(inspecting.planned(two_terms, classes=["H"]))
    assert not findings_in_scope(inspection).exists()


def test_a_notice_asks_for_it_and_sees_it_mended(two_terms, sign_in):
    cast = two_terms
    party, office = of(cast, "G-01", "party"), of(cast, "G-01", "office")
    notice = drafted(cast, findings=[party, office, party])
    first, second = notice.problems.select_related("notice")
    assert asked_by(already_asked(cast.school), office)
    filed(cast.school, "party")
    now = now_of([first, second])
    assert (now[first.pk].key, now[second.pk].key) == ("met", "warn")
    assert now[second.pk].finding == of(cast, "G-01", "office").pk
    page = sign_in(cast.wang).get(reverse("rectification", args=["district", notice.pk])).content.decode()
    assert "没有现行的党组织会议议事规则" in page and Rectification.objects.count() == 1
