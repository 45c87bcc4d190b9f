"""A program reads what its owner may read on the pages, and nothing else."""

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from governance.access import school_for
from meetings import transitions as verbs
from meetings.access import items_for, matters_for, meetings_for
from meetings.models import Item, Matter, Meeting
from tests.meetings.stage import (
    acting,
    called,
    confirmed,
    draft,
    issued_with_the_chair_first,
    mark,
    opened,
    proposed,
    vote,
)

LISTS = ("matters", "meetings", "decisions", "findings", "schools")


def program(who) -> APIClient:
    """A program with the token of somebody."""
    token, _ = Token.objects.get_or_create(user=getattr(who, "user", who))
    return APIClient(headers={"Authorization": f"Token {token.key}"})


def read(who, kind, **query) -> list[dict]:
    response = program(who).get(f"/api/v1/{kind}/", query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.fixture
def issued(again):
    return again(issued_with_the_chair_first)


def test_nobody_reads_without_a_token_or_a_session(client):
    for kind in LISTS:
        response = client.get(f"/api/v1/{kind}/")
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Token"


def test_a_session_is_as_good_as_a_token(cast, sign_in, issued):
    assert sign_in(cast.li).get("/api/v1/meetings/").json()["count"] == 1


def test_nothing_can_be_written(cast, issued):
    one = program(cast.zheng)
    for kind in LISTS:
        assert one.post(f"/api/v1/{kind}/", {}).status_code == 405
    for method in (one.put, one.patch, one.delete):
        assert method(f"/api/v1/meetings/{issued.pk}/").status_code == 405


@pytest.mark.parametrize("who", ["zhao", "zheng", "he", "wang"])
def test_readers_read_their_school(cast, issued, who):
    for kind in LISTS:
        assert read(getattr(cast, who), kind), kind


@pytest.mark.parametrize("who", ["wei", "feng", "chen", "chu"])
def test_others_read_nothing_of_it(cast, issued, who):
    one = program(getattr(cast, who))
    reader = program(cast.zhao)
    for kind in LISTS:
        listed = one.get(f"/api/v1/{kind}/").json()["results"]
        assert all(row.get("code") == "waixiao" for row in listed), kind
        key = "code" if kind == "schools" else "id"
        for row in reader.get(f"/api/v1/{kind}/").json()["results"]:
            assert one.get(f"/api/v1/{kind}/{row[key]}/").status_code == 404


@pytest.mark.parametrize("who", ["zhao", "li", "zheng", "he", "wang"])
def test_the_api_and_the_pages_agree_on_what_one_may_read(cast, issued, who):
    draft(cast, title="还在草拟")  # by 李副校
    proposed(cast, title="已经申报")
    verbs.plan(
        cast.school, body="office", starts_at=timezone.now() + timedelta(days=9), place="二楼", by=acting(cast.zheng)
    )
    person = getattr(cast, who)
    by = school_for(getattr(person, "user", person), cast.school.code)
    assert {row["id"] for row in read(person, "matters")} == set(matters_for(by).values_list("pk", flat=True))
    assert {row["id"] for row in read(person, "meetings")} == set(meetings_for(by).values_list("pk", flat=True))
    settled = items_for(by).filter(state=Item.State.SETTLED)
    assert {row["id"] for row in read(person, "decisions")} == set(settled.values_list("pk", flat=True))


def test_drafts_are_for_their_author_and_the_clerk(cast):
    mine = draft(cast)
    for who, expected in (("li", 200), ("zheng", 200), ("zhao", 404), ("wang", 404)):
        assert program(getattr(cast, who)).get(f"/api/v1/matters/{mine.pk}/").status_code == expected, who


def test_words_stand_beside_codes(cast, issued):
    meeting = program(cast.wang).get(f"/api/v1/meetings/{issued.pk}/").json()
    assert meeting["body"] == {"code": "party", "label": "党组织会议"}
    assert meeting["state"] == {"code": "issued", "label": "已签发"}
    (item,) = meeting["items"]
    assert item["outcome"]["label"] == "通过"
    assert item["votes"][0]["agree"] == 4 and item["votes"][0]["in_office"] == 5
    assert {
        row["person"]["name"] for row in meeting["attendance"] if row["status"] and row["status"]["code"] == "leave"
    } == {"吴委员"}
    matter = program(cast.wang).get(f"/api/v1/matters/{item['matter']['id']}/").json()
    assert matter["consultations"][0]["kind"]["label"] == "书记校长会前沟通"
    assert matter["items"][0]["meeting"]["id"] == issued.pk


def test_a_finding_comes_with_the_facts_it_rests_on(cast, issued):
    (row,) = read(cast.wang, "findings", rule="P-14", outcome="broken")
    finding = program(cast.wang).get(f"/api/v1/findings/{row['id']}/").json()
    assert finding["message"] == row["message"]
    assert finding["sentence"].startswith("主持人")
    assert finding["facts"]["meetings"] and len(finding["digest"]) == 64


def test_an_abandoned_vote_is_no_vote(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    made = vote(cast, Item.objects.get(pk=item.pk), agree=3, disagree=1)
    verbs.abandon_vote(made, reason="票数记错", by=acting(cast.zheng))
    shown = program(cast.wang).get(f"/api/v1/meetings/{meeting.pk}/").json()
    assert shown["items"][0]["votes"] == []


def test_lists_are_narrowed(cast, issued):
    planned = called(cast, confirmed(cast, title="第二件"))
    assert len(read(cast.wang, "meetings")) == 2
    assert [row["id"] for row in read(cast.wang, "meetings", state="called")] == [planned.pk]
    assert read(cast.wang, "meetings", body="office") == []
    assert read(cast.wang, "meetings", school="waixiao") == []
    assert len(read(cast.wang, "meetings", until=timezone.localdate() + timedelta(days=1))) == 1
    assert len(read(cast.wang, "matters", body="party")) == 2
    assert len(read(cast.wang, "decisions", done="false")) == 1
    assert read(cast.wang, "decisions", done="true") == []
    refused = program(cast.wang).get("/api/v1/meetings/", {"state": "nonsense"})
    assert refused.status_code == 400 and refused.json()["error"]


def test_a_page_has_fifty(cast):
    Matter.objects.bulk_create(
        Matter(school=cast.school, title=f"第 {n} 件", category="G01", state="proposed", created_by=cast.li.user)
        for n in range(60)
    )
    answer = program(cast.li).get("/api/v1/matters/").json()
    assert answer["count"] == 60 and len(answer["results"]) == 50
    assert len(program(cast.li).get(answer["next"]).json()["results"]) == 10


def test_a_token_of_an_account_that_is_switched_off_opens_nothing(cast, issued):
    one = program(cast.li)
    assert one.get("/api/v1/meetings/").status_code == 200
    type(cast.li.user).objects.filter(pk=cast.li.user.pk).update(is_active=False)
    assert one.get("/api/v1/meetings/").status_code == 401


def test_meetings_in_preparation_are_the_schools_own(cast):
    verbs.plan(
        cast.school, body="office", starts_at=timezone.now() + timedelta(days=9), place="二楼", by=acting(cast.zheng)
    )
    assert Meeting.objects.get().state == "draft"
    assert len(read(cast.zheng, "meetings")) == 1
    assert read(cast.wang, "meetings") == []


def test_a_matter_says_nothing_of_a_meeting_in_preparation(cast, again):
    item = again(confirmed)
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=9), place="二楼", by=acting(cast.zheng)
    )
    verbs.set_agenda(meeting, [item.pk], by=acting(cast.zheng))
    for who, shown in (("zheng", {"id": meeting.pk}), ("wang", None)):
        matter = program(getattr(cast, who)).get(f"/api/v1/matters/{item.matter_id}/").json()
        named = matter["items"][0]["meeting"]
        assert named is None if shown is None else named["id"] == shown["id"]


def test_nor_does_the_page_of_the_matter(cast, sign_in, again):
    item = again(confirmed)
    meeting = verbs.plan(
        cast.school, body="party", starts_at=timezone.now() + timedelta(days=9), place="绝密地点", by=acting(cast.zheng)
    )
    verbs.set_agenda(meeting, [item.pk], by=acting(cast.zheng))
    page = sign_in(cast.wang).get(f"/s/shifan/matters/{item.matter_id}/").content.decode()
    assert f"/s/shifan/meetings/{meeting.pk}/" not in page and "绝密地点" not in page
