"""What no form of ours sends, but somebody may: it is refused in a sentence, and nothing falls over."""

import json

import pytest
from django.urls import reverse

from meetings.models import Item, TextRevision

from .stage import agreed, called, confirmed, mark, opened, rewritten, vote

DIGITS = "9" * 5000


def _item(cast):
    item = confirmed(cast)
    mark(cast, opened(cast, item), "present", cast.zhao, cast.qian, cast.sun)
    return Item.objects.get(pk=item.pk)


@pytest.fixture
def item(again):
    return again(_item)


def test_numbers_without_end(cast, item, sign_in):
    room, clerk = [("shifan", item.meeting_id), ("shifan", item.pk)], sign_in(cast.zheng)
    vote(cast, item, agree=3)
    sent = {
        ("move", room[0]): {"move": f"left/{DIGITS}", "item": DIGITS},
        ("check_ins", room[0]): {"here": DIGITS, "item": DIGITS},
        ("meeting_reply", room[0]): {"answer": "coming", "person": DIGITS},
        ("revisions", room[0]): {"revision": DIGITS},
        ("meeting_agenda", room[0]): {"order": DIGITS, "seen": DIGITS},
        ("meeting_expect", room[0]): {"observers": DIGITS},
        ("vote", room[1]): {
            "method": "open_ballot",
            "agree": DIGITS,
            f"voter-{DIGITS[:30]}": "agree",
            f"voter-{DIGITS[:18]}": "agree",
        },
    }
    for (name, where), form in sent.items():
        assert clerk.post(reverse(name, args=where), form).status_code in (302, 404, 409, 422), name
    former = agreed(cast, title="征求意见以后改过").consultations.get()
    rewritten(cast, former.matter, proposal="改过的方案。")
    assert clerk.post(reverse("confirm_anew", args=["shifan", former.pk]), {"people": DIGITS}).status_code < 500
    versions = reverse("agenda_versions", args=["shifan", called(cast, confirmed(cast, title="待议")).pk])
    assert clerk.get(versions, {"from": DIGITS, "to": DIGITS}).status_code == 200


@pytest.mark.parametrize("path", ["item/{0}/due", "attendance/{1}/from_item", "opinion/{0}/{1}/order", "item/{0}/lead"])
def test_a_field_says_what_it_cannot_be(cast, item, sign_in, path):
    written = {"path": path.format(item.pk, cast.li.pk), "value": DIGITS, "base": None}
    answer = sign_in(cast.zheng).post(
        reverse("note", args=["shifan", item.meeting_id]), json.dumps(written), content_type="application/json"
    )
    assert answer.status_code == 422 and len(answer.json()["error"]) < 100


def test_a_field_has_one_name(cast, item, sign_in):
    written = {"path": f"item/00{item.pk}/decision_text", "value": "同意。", "base": None}
    address = reverse("note", args=["shifan", item.meeting_id])
    answer = sign_in(cast.zheng).post(address, json.dumps(written), content_type="application/json")
    assert answer.status_code == 422
    assert not TextRevision.objects.filter(field=written["path"]).exists()


def test_a_reason_too_long_is_not_cut(cast, sign_in):
    waiting = agreed(cast).items.get()
    for verb in ("send_back", "postpone", "confirm"):
        address = reverse("item_act", args=["shifan", waiting.pk, verb])
        long = "长" * 501
        answer = sign_in(cast.zhao).post(address, {"reason": long, "note": long}, follow=True)
        assert "最多 500 字" in answer.text or verb == "confirm"
    waiting.refresh_from_db()
    assert waiting.head_note == ""


def test_the_character_nul_is_taken_out(cast, item, sign_in):
    assert sign_in(cast.zheng).get(reverse("matter_list", args=["shifan"]), {"q": "师\0德"}).status_code == 200
    made = vote(cast, item, agree=3)
    sign_in(cast.zheng).post(reverse("vote_abandon", args=["shifan", made.pk]), {"reason": "票数\0记错"})
    made.refresh_from_db()
    assert made.abandoned_reason == "票数记错"
