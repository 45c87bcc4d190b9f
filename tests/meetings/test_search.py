"""Search: 郑秘书 looks for a word of two characters and finds the matter, the decision, what was said, and the person."""

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from governance.models import initials_of
from meetings import search
from meetings import transitions as verbs
from meetings.models import Findable, Matter, Meeting
from tests.meetings.stage import acting, confirmed, draft, mark, opened, proposed, say

pytestmark = pytest.mark.django_db


def titles(query, *schools, **more):
    return [str(hit.matter) for hit in search.found(query, [school.pk for school in schools], **more).hits]


def test_a_word_of_two_characters_finds_title_proposal_decision_and_opinion(cast):
    item = confirmed(cast, title="食堂承包方案", proposal="拟委托专业公司经营。")
    meeting = opened(cast, item)
    item = meeting.items.get()
    mark(cast, meeting, "present", cast.zhao, cast.li)
    say(cast, item, cast.li, order=1, text="同意，建议试行半年。")
    verbs.note(meeting, f"item/{item.pk}/decision_text", "会议决定由后勤处组织招标。", base=None, by=acting(cast.zheng))
    for word in ("食堂", "承包", "委托", "试行", "招标", "由后勤处组织招标"):
        assert titles(word, cast.school) == ["食堂承包方案"], word
    assert titles("鹦鹉", cast.school) == []
    assert titles("招标 试行", cast.school) == ["食堂承包方案"], "both words stand in what was said of the item"
    assert titles("食堂 招标", cast.school) == [], "one in the matter, one in the decision: no text has both"
    (hit,) = search.found("试行", [cast.school.pk]).hits
    assert hit.item == item and "<mark>试行</mark>" in hit.excerpt


def test_a_draft_is_not_found_and_what_was_written_anew_is(cast):
    matter = draft(cast, title="校服选用方案")
    assert titles("校服", cast.school) == []
    verbs.propose(matter, by=acting(cast.li))
    assert titles("校服", cast.school) == ["校服选用方案"]
    Matter.objects.filter(pk=matter.pk).update(title="作息时间方案")
    assert titles("校服", cast.school) == [] and titles("作息", cast.school) == ["作息时间方案"]
    verbs.withdraw(Matter.objects.get(pk=matter.pk), by=acting(cast.li))
    assert titles("作息", cast.school) == ["作息时间方案"], "what was withdrawn happened too"


def test_a_cancelled_meeting_says_nothing(cast):
    item = confirmed(cast)
    meeting = opened(cast, item)
    verbs.note(meeting, f"item/{item.pk}/decision_text", "会议决定购置校车。", base=None, by=acting(cast.zheng))
    assert titles("校车", cast.school)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CANCELLED)
    assert not titles("校车", cast.school)


def test_another_school_s_words_are_not_found(cast):
    proposed(cast, title="食堂承包方案")
    assert titles("食堂", cast.elsewhere) == []
    assert titles("食堂", cast.school, cast.elsewhere) == ["食堂承包方案"]


def test_one_character_is_asked_for_more_and_marks_are_escaped(cast):
    proposed(cast, title="食堂 <b>承包</b> 100%_方案")
    assert search.found("食", [cast.school.pk]).short
    (hit,) = search.found("承包", [cast.school.pk]).hits
    assert hit.title == "食堂 &lt;b&gt;<mark>承包</mark>&lt;/b&gt; 100%_方案"
    assert titles("0%_方", cast.school) and not titles("0%%方", cast.school), "no character is a wildcard"


@pytest.mark.parametrize("schools", [1, search.FEW + 5])
def test_pages_follow_one_another_without_gap_and_without_double(cast, schools, monkeypatch):
    monkeypatch.setattr(search, "PAGE", 3)
    now = timezone.now()
    made = Matter.objects.bulk_create(
        Matter(
            school=cast.school, title=f"第{n:02}号安全预案", category="D13", state="proposed",
            proposed_at=now - timezone.timedelta(days=n // 2 * 40),
        )
        for n in range(8)
    )  # fmt: skip
    among = [cast.school.pk, *range(10_000, 10_000 + schools - 1)]
    seen, before = [], ""
    for _ in range(4):
        page = search.found("安全", among, before=before)
        seen += [hit.matter.pk for hit in page.hits]
        before = page.more
        if not before:
            break
    assert sorted(seen) == [each.pk for each in made] and len(seen) == 8
    dates = dict(Matter.objects.values_list("pk", "proposed_at"))
    assert [dates[pk] for pk in seen] == sorted((dates[pk] for pk in seen), reverse=True)


def test_people_are_found_by_name_and_by_initials(cast):
    cast.li.name = "曾小雨"
    cast.li.save()
    for asked in ("小雨", "曾", "zxy", "cx"):
        assert list(search.people(asked, [cast.school.pk])) == [cast.li], asked
    assert not search.people("xy", [cast.school.pk]), "initials begin with the surname"
    assert not search.people("zxy", [cast.elsewhere.pk])
    assert initials_of("顾明远") == " gmy"


@given(st.text(alphabet="食堂承包aB 。\n", min_size=0, max_size=12), st.integers(0, 10), st.integers(2, 6))
def test_the_pairs_of_a_word_stand_among_those_of_every_text_that_has_it(django_db_blocker, text, start, length):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT yishi_pairs(%s)", [text])
        pairs = set(cursor.fetchone()[0])
    assert pairs == {text.lower()[i : i + 2] for i in range(len(text) - 1)}
    word = text[start : start + length].lower()
    assert {word[i : i + 2] for i in range(len(word) - 1)} <= pairs


def test_the_page_leads_to_the_item_and_an_older_page(cast, sign_in):
    item = confirmed(cast, title="食堂承包方案")
    meeting = opened(cast, item)
    verbs.note(meeting, f"item/{item.pk}/decision_text", "会议决定食堂公开招标。", base=None, by=acting(cast.zheng))
    page = sign_in(cast.zheng).get("/s/shifan/search/?q=食堂").content.decode()
    assert f"/meetings/{meeting.pk}/?item=1" in page and "<mark>食堂</mark>公开招标" in page
    assert Findable.objects.filter(item=item).exists()
    assert "没有找到" in sign_in(cast.wei).get("/s/waixiao/search/?q=食堂").content.decode()
