"""Fields that save themselves: nothing is lost, nobody is overwritten, nothing impossible is written down."""

import json

import pytest
from django.urls import reverse

from meetings import transitions as verbs
from meetings.models import Attendance, Item, Meeting, Opinion, TextRevision

from .stage import called, confirmed, decided, mark, opened, vote
from .test_votes import at_once, signed_in


def _meeting(cast):
    return opened(cast, confirmed(cast))


@pytest.fixture
def meeting(again):
    return again(_meeting)


@pytest.fixture
def item(meeting):
    return meeting.items.get()


def note(client, meeting, path, value, base=None, **more):
    body = json.dumps({"path": path, "value": value, "base": base} | more)
    return client.post(reverse("note", args=["shifan", meeting.pk]), body, content_type="application/json")


def test_a_field_saves_itself_and_says_what_changed_beside_it(cast, meeting, item, sign_in):
    client = sign_in(cast.zheng)
    answer = note(client, meeting, f"item/{item.pk}/decision_text", "同意实施。", base=verbs.version_of(""), at=1)
    given = answer.json()
    assert answer.status_code == 200
    assert (given["value"], given["version"]) == ("同意实施。", verbs.version_of("同意实施。"))
    assert {"room-nav", "room-strip", "room-margin", "tally-1"} == given["parts"].keys()
    given = note(
        client, meeting, f"attendance/{cast.zhao.pk}/status", "present", base=verbs.version_of(""), at=1
    ).json()
    assert "topic-1" in given["parts"], "who is here decides who speaks"


def test_two_editors_both_keep_their_text(cast, meeting, item, sign_in):
    client, path = sign_in(cast.zheng), f"item/{item.pk}/decision_text"
    empty = verbs.version_of("")
    note(client, meeting, path, "先写的。", base=empty)
    second = note(client, meeting, path, "后写的。", base=empty)
    assert second.status_code == 409
    given = second.json()
    assert (given["theirs"], given["mine"], given["by"]) == ("先写的。", "后写的。", "郑秘书")
    assert Item.objects.get(pk=item.pk).decision_text == "先写的。"
    assert note(client, meeting, path, "合起来的。", base=given["version"]).status_code == 200
    assert list(TextRevision.objects.filter(field=path).order_by("pk").values_list("text", flat=True)) == [
        "先写的。",
        "合起来的。",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_writes_at_the_same_moment_one_wins_and_one_is_told(cast, meeting, item):
    path, empty = f"item/{item.pk}/decision_text", verbs.version_of("")
    clients = [signed_in(cast.zheng), signed_in(cast.zheng)]
    answers = at_once(
        *(
            lambda client=client, text=text: note(client, meeting, path, text, base=empty)
            for client, text in zip(clients, ("甲写的", "乙写的"), strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    kept = Item.objects.get(pk=item.pk).decision_text
    told = next(answer for answer in answers if answer.status_code == 409).json()
    assert {kept, told["mine"]} == {"甲写的", "乙写的"} and told["theirs"] == kept


@pytest.mark.django_db(transaction=True)
def test_the_first_words_of_two_editors_on_one_person_do_not_collide(cast, meeting, item):
    """The row of an opinion is made by the first write: two first writes at once are both kept."""
    clients = [signed_in(cast.zheng), signed_in(cast.zheng)]
    fields = (("stance", "agree"), ("text", "同意。"))
    answers = at_once(
        *(
            lambda client=client, name=name, value=value: note(
                client, meeting, f"opinion/{item.pk}/{cast.li.pk}/{name}", value, base=verbs.version_of("")
            )
            for client, (name, value) in zip(clients, fields, strict=True)
        )
    )
    assert [answer.status_code for answer in answers] == [200, 200]
    opinion = Opinion.objects.get(item=item, person=cast.li)
    assert (opinion.stance, opinion.text) == ("agree", "同意。")


def test_the_same_write_twice_changes_nothing(cast, meeting, item, sign_in):
    client, path = sign_in(cast.zheng), f"opinion/{item.pk}/{cast.li.pk}/text"
    for _ in range(3):
        assert note(client, meeting, path, "同意，建议分步实施。", base=verbs.version_of("")).status_code == 200
    assert TextRevision.objects.filter(field=path).count() == 1


def test_long_text_and_line_ends_come_back_as_written(cast, meeting, item, sign_in):
    client, path = sign_in(cast.zheng), f"opinion/{item.pk}/{cast.li.pk}/text"
    text = "意见" * 5000
    given = note(client, meeting, path, f"{text}\r\n\0完").json()
    assert given["value"] == f"{text}\n完" and given["version"] == verbs.version_of(given["value"])
    assert "文字过长" in note(client, meeting, path, "字" * 20001).json()["error"]


def test_a_settled_item_refuses_and_keeps_what_it_has(cast, meeting, item, sign_in):
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    vote(cast, item, agree=3)
    decided(cast, Item.objects.get(pk=item.pk), text="同意。")
    answer = note(sign_in(cast.zheng), meeting, f"item/{item.pk}/decision_text", "改一下")
    assert answer.status_code == 422 and "撤销议定" in answer.json()["error"]
    assert Item.objects.get(pk=item.pk).decision_text == "同意。"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("meeting/starts_at", "昨天", "不是有效的时间"),
        ("meeting/starts_at", "0001-01-01T00:00", "请核对年份"),
        ("meeting/ends_at", "2000-01-01T00:00", "前后不一致"),
        ("meeting/chair", "999999", "没有这个人"),
        ("meeting/chair", "{wei}", "没有这个人"),
        ("meeting/place", "长" * 121, "文字过长"),
        ("item/{item}/due", "2026-02-30", "不是有效的日期"),
        ("item/{item}/due", "9999-12-31", "请核对年份"),
        ("item/{item}/outcome", "won", "选项无效"),
        ("item/{item}/responsible", "{li},{wei}", "名单中有人不存在"),
        ("item/{item}/responsible", "²", "名单中有人不存在"),
        ("item/999999/decision_text", "字", "已不在本次会议的议程上"),
        ("opinion/{item}/{li}/stance", "maybe", "选项无效"),
        ("opinion/{item}/{li}/order", "0", "不是有效的序号"),
        ("opinion/{item}/{li}/order", "二", "不是有效的序号"),
        ("opinion/{item}/{li}/order", "²", "不是有效的序号"),
        ("opinion/{item}/{wei}/text", "字", "没有这个人"),
        ("written/{item}/{wei}/text", "字", "没有这个人"),
        ("attendance/{li}/status", "asleep", "选项无效"),
        ("attendance/{li}/role", "", "选项无效"),
        ("attendance/{li}/from_item", "-1", "不是有效的序号"),
        ("attendance/{li}/from_item", "1000", "不是有效的序号"),
        ("attendance/{li}/leave_reason", "长" * 201, "文字过长"),
        ("recusal/{item}/{li}/reason", "亲属", "请先勾选"),
        ("item/{item}/state", "settled", "没有这个栏目"),
        ("meeting/state", "issued", "没有这个栏目"),
        ("vote/{item}/agree", "9", "没有这个栏目"),
        ("item/²/decision_text", "字", "没有这个栏目"),
        ("item/" + "1" * 90 + "/decision_text", "字", "没有这个栏目"),
        ("", "字", "没有这个栏目"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(cast, meeting, item, sign_in, path, value, said):
    names = {"item": item.pk, "li": cast.li.pk, "wei": cast.wei.pk}
    answer = note(sign_in(cast.zheng), meeting, path.format(**names), value.format(**names))
    assert answer.status_code == 422, answer.content
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b'{"path": 1, "value": ""}',
        b'{"path": "meeting/place", "value": null}',
        b'{"path": "meeting/place", "value": "x", "base": 5}',
    ],
)
def test_a_broken_message_is_refused(cast, meeting, sign_in, body):
    url = reverse("note", args=["shifan", meeting.pk])
    assert sign_in(cast.zheng).post(url, body, content_type="application/json").status_code == 422


def test_leaving_before_arriving_cannot_be(cast, meeting, sign_in):
    client = sign_in(cast.zheng)
    assert note(client, meeting, f"attendance/{cast.li.pk}/from_item", "3").status_code == 200
    assert "前后不一致" in note(client, meeting, f"attendance/{cast.li.pk}/to_item", "2").json()["error"]
    row = Attendance.objects.get(meeting=meeting, person=cast.li)
    assert (row.from_item, row.to_item) == (3, None)


def test_text_is_never_written_in_anothers_name(cast, meeting, sign_in):
    answer = note(sign_in(cast.zheng), meeting, "meeting/place", "别处", user=cast.li.user.pk)
    assert answer.status_code == 403 and "另一个账号" in answer.json()["error"]


def test_an_expired_session_is_told_to_the_script(cast, meeting, client):
    answer = client.post(
        reverse("note", args=["shifan", meeting.pk]), "{}", content_type="application/json",
        headers={"X-Requested-With": "XMLHttpRequest"},
    )  # fmt: skip
    assert answer.status_code == 401 and "X-Sign-In" in answer.headers


def test_what_a_notice_said_is_changed_by_another_notice(cast, sign_in):
    meeting = called(cast, confirmed(cast))
    for path, value in (("meeting/starts_at", "2030-01-01T09:00"), ("meeting/place", "别处")):
        answer = note(sign_in(cast.zheng), meeting, path, value)
        assert answer.status_code == 422 and "更正通知" in answer.json()["error"]
    assert Meeting.objects.get(pk=meeting.pk).place == "第一会议室"
