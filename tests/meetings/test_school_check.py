"""学校检查: what the rules say of the school as a whole, and where each thing is put right."""

from datetime import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from governance.models import Communication, Post, Procedure
from governance.rules.engine import judge_school
from meetings.facts import load_whole
from meetings.facts.school import load_school
from meetings.models import Correction, Meeting

PAGE = reverse("school_check", args=["shifan"])
ON = {"on": "2026-05-20"}


def at(text: str) -> datetime:
    return timezone.make_aware(datetime.fromisoformat(text))


@pytest.fixture
def spring(cast):
    """A spring with rules of procedure for one body, talks, and no party meeting in April."""
    Procedure.objects.create(
        school=cast.school, body="party", since="2026-01-01", submitted_on="2026-01-05", filed_on="2026-01-20"
    )
    for moment in ("2026-03-02T10:00", "2026-03-14T10:00"):
        Communication.objects.create(school=cast.school, at=at(moment)).people.set([cast.zhao, cast.qian])
    for moment, state in (
        ("2026-03-09T15:00", Meeting.State.ISSUED),
        ("2026-04-13T15:00", Meeting.State.CANCELLED),
        ("2026-05-11T15:00", Meeting.State.CALLED),
    ):
        Meeting.objects.create(school=cast.school, body="party", state=state, starts_at=at(moment))


def said(cast, sign_in, who="zheng", **query) -> dict[tuple[str, str | None], str]:
    found = sign_in(getattr(cast, who)).get(PAGE, ON | query).context["findings"]
    return {(finding.code, finding.body): finding.outcome.value for finding in found}


def test_each_rule_of_the_school_says_what_the_records_show(cast, sign_in, spring):
    assert said(cast, sign_in) == {
        ("P-16", None): "broken",  # nothing in April: a cancelled meeting is none
        ("G-01", "party"): "met",
        ("G-01", "office"): "broken",
        ("G-02", None): "met",
        ("G-04", None): "met",
        ("G-05", None): "not_applicable",
        ("G-06", None): "met",
    }
    page = sign_in(cast.zheng).get(PAGE, ON).content.decode()
    assert "2026 年 4 月" in page and "《意见》（七）" in page
    assert "2026年5月20日的议事规则和任职" in page and "不适用" in page


def test_the_day_that_is_asked_for_counts(cast, sign_in, spring):
    assert said(cast, sign_in, on="2026-01-19")["G-01", "party"] == "broken"  # filed the day after
    assert said(cast, sign_in, on="2026-01-20")["G-01", "party"] == "met"
    Post.objects.filter(person=cast.zhao).update(until="2026-05-20")
    assert said(cast, sign_in)["G-04", None] == "unknown"
    assert "不是有效的日期" in sign_in(cast.zheng).get(PAGE, {"on": "五月"}).content.decode()


def test_what_is_wrong_leads_to_where_it_is_put_right(cast, sign_in, spring):
    page = sign_in(cast.zheng).get(PAGE, ON).content.decode()
    for name, word in (("procedure_list", "去“议事规则”"), ("meeting_list", "去“会议”")):
        assert f'<a href="{reverse(name, args=["shifan"])}">{word}</a>' in page
    assert "去“定期沟通”" not in page  # what is met needs no mending
    assert "看“议事规则”" in sign_in(cast.wang).get(PAGE, ON).content.decode()


def test_the_inspector_comes_from_the_page_of_the_school(cast, sign_in, spring):
    client = sign_in(cast.wang)
    assert PAGE in client.get(reverse("district_school", args=["district", "shifan"])).content.decode()
    assert said(cast, sign_in, "wang") == said(cast, sign_in, "wu")
    assert PAGE in sign_in(cast.wu).get(reverse("leadership", args=["shifan"])).content.decode()


def test_a_school_without_party_organisation_answers_for_its_office_alone(cast, sign_in, spring):
    Organisation.objects.filter(pk=cast.school.pk).update(party_organization="none")
    applies = {rule for rule, outcome in said(cast, sign_in).items() if outcome != "not_applicable"}
    assert applies == {("G-01", "office")}


def test_the_bare_dossier_says_the_same_as_the_whole_in_three_statements(cast, spring, count_queries):
    on = at("2026-05-20T12:00").date()

    def told(dossier):
        return [(each.code, each.body, each.outcome, each.message) for each in judge_school(dossier, on=on)]

    assert told(load_school(cast.school)) == told(load_whole(cast.school).dossier)
    Correction.objects.create(
        meeting=Meeting.objects.get(state="issued"), no=1, path="meeting/starts_at", right="2026-04-09T15:00",
        entered_by=cast.zheng.user, signed_by=cast.zhao, signed_at=timezone.now(),
    )  # fmt: skip
    assert told(load_school(cast.school)) == told(load_whole(cast.school).dossier)
    assert ("P-16", None, "met") in [each[:3] for each in told(load_school(cast.school))]
    assert count_queries(lambda: load_school(cast.school)) == 3
