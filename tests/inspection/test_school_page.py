"""王检查 opens a school: what keeps going wrong there, what changed since, and how its matters went."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from governance.models import Post, Procedure
from governance.terms import recent
from inspection.figures import settle_figures
from inspection.models import Inspection, SchoolTermRule
from inspection.school_page import changes, repeated
from meetings.models import KeptFinding
from tests.meetings.stage import draft, issued_with_the_chair_first

TODAY = timezone.localdate()


def begins_with(cast):
    meeting = issued_with_the_chair_first(cast)
    settle_figures()
    return meeting


@pytest.fixture
def shown_school(begun, sign_in):
    client = sign_in(begun[0].wang)
    return lambda **query: client.get(reverse("district_school", args=["district", "shifan"]), query)


def test_a_rule_that_is_broken_again_is_a_weakness(begun, shown_school):
    cast, _ = begun
    terms = recent(TODAY)
    assert repeated(cast.school, terms) == []
    for rule, term, broken in (("P-14", terms[2], 3), ("C-02", terms[1], 1)):
        SchoolTermRule.objects.create(school=cast.school, term=term.serial, rule=rule, broken=broken)
    (again,) = repeated(cast.school, terms)
    assert (again.rule["rule"], [(term, count) for term, count in again.terms]) == (
        "P-14",
        [(terms[2], 3), (terms[0], 1)],
    )
    text = shown_school().content.decode()
    assert "反复出现的问题" in text and f"{terms[2].short}：3 次" in text


def of_old(school):
    return list(Post.objects.filter(school=school)), list(Procedure.objects.filter(school=school))


def test_what_changed_is_told_since_a_day(begun, shown_school):
    cast, meeting = begun
    new = {change.title: change.rows for change in changes(cast.school, TODAY, *of_old(cast.school))}
    assert [url for _, _, url in new["新开的会议"]] == [reverse("record", args=["shifan", meeting.pk])]
    broken = KeptFinding.objects.get(judgement__current=True, outcome="broken", rule="P-14")
    assert broken.get_absolute_url() in [url for _, _, url in new["新查出的不符合"]]
    later = TODAY + timedelta(days=9)
    later = {change.title: change.rows for change in changes(cast.school, later, *of_old(cast.school))}
    assert not any(later[title] for title in ("新开的会议", "新查出的不符合", "班子的变动"))
    asked = shown_school(since=(TODAY + timedelta(days=9)).isoformat())
    assert asked.context["since"] == TODAY + timedelta(days=9)
    for nonsense in ("2026-02-31", "nonsense", ""):
        assert shown_school(since=nonsense).context["since"] == recent(TODAY)[0].since
    last = Inspection.objects.create(
        authority=cast.district, title="秋季督导", state="ended", since=TODAY, until=TODAY, records_since=TODAY,
        records_until=TODAY, created_by=cast.wang, ended_at=timezone.now() - timedelta(days=3),
    )  # fmt: skip
    last.schools.add(cast.school)
    shown = shown_school()
    assert shown.context["since"] == TODAY - timedelta(days=3) and "上一次检查：秋季督导" in shown.content.decode()


def test_matters_are_lines_of_steps_and_drafts_are_not_there(begun, shown_school):
    cast, _meeting = begun
    draft(cast, title="还在草拟")
    shown = shown_school()
    (line,) = shown.context["matters"]
    assert [words for _, words, _ in line.steps] == ["李副校提出", "党组织会议讨论决定：通过", "完成时限"]
    assert "还在草拟" not in shown.content.decode()
    (held,) = shown.context["meetings"]
    assert held.figures["warn"] >= 1 and held.figures["decisions"] == 1


def test_posts_that_are_over_are_part_of_the_story(begun, shown_school):
    cast, _ = begun
    post = cast.sun.posts.first()
    post.until = TODAY - timedelta(days=1)
    post.save()
    text = shown_school().content.decode()
    assert 'class="former"' in text and "没有登记" in text
