"""Consultation on pages: the two heads answer, and other prior steps are written down."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Entry
from governance.models import Post
from meetings import transitions as verbs
from meetings.models import Consultation, Matter

from .stage import acting, proposed


def page_of(consultation):
    return f"/s/shifan/matters/consultations/{consultation.pk}/"


def a_moment(hours=1):
    return (timezone.localtime() - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_both_heads_answer_and_the_matter_may_go_on(cast, sign_in, again):
    matter = again(proposed)
    consultation = matter.consultations.get()
    page = sign_in(cast.zhao).get(page_of(consultation)).content.decode()
    assert matter.proposal in page and "钱校长" in page and "还没有答复" in page
    sign_in(cast.zhao).post(page_of(consultation), {"outcome": "agreed"})
    answer = sign_in(cast.qian).post(page_of(consultation), {"outcome": "no_major_difference"}, follow=True)
    assert "已答复：无重大分歧" in answer.content.decode()
    consultation.refresh_from_db()
    assert (consultation.outcome, consultation.at is None) == ("no_major_difference", False)


def test_divergence_wants_its_reason_and_holds_the_matter_back(cast, sign_in, again):
    matter = again(proposed)
    consultation = matter.consultations.get()
    client = sign_in(cast.qian)
    answer = client.post(page_of(consultation), {"outcome": "divergent"})
    assert answer.status_code == 422 and "请写明分歧所在" in answer.content.decode()
    client.post(page_of(consultation), {"outcome": "divergent", "note": "经费来源未落实。"})
    sign_in(cast.zhao).post(page_of(consultation), {"outcome": "agreed"})
    matter.refresh_from_db()
    assert matter.state == "held"
    client = sign_in(cast.li)
    page = client.get(f"/s/shifan/matters/{matter.pk}/").content.decode()
    assert "经费来源未落实。" in page and "再请书记校长沟通" in page
    client.post(f"/s/shifan/matters/{matter.pk}/act/ask_heads/")
    client.post(f"/s/shifan/matters/{matter.pk}/act/ask_heads/")  # a double click
    again = matter.consultations.get(at=None)
    for head in (cast.zhao, cast.qian):
        sign_in(head).post(page_of(again), {"outcome": "agreed"})
    matter.refresh_from_db()
    assert matter.state == "proposed"


def test_answering_twice_is_answering_once(cast, sign_in, again):
    consultation = again(proposed).consultations.get()
    client = sign_in(cast.zhao)
    for _ in range(2):
        answer = client.post(page_of(consultation), {"outcome": "agreed"}, follow=True)
        assert "said-error" not in answer.content.decode()
    assert Entry.objects.filter(verb="answer").count() == 1
    sign_in(cast.qian).post(page_of(consultation), {"outcome": "agreed"})
    answer = client.post(page_of(consultation), {"outcome": "agreed"}, follow=True)
    assert "said-error" not in answer.content.decode()  # the click that came after the other one closed it


def test_an_answer_may_be_changed_until_the_other_has_answered(cast, sign_in, again):
    consultation = again(proposed).consultations.get()
    client = sign_in(cast.zhao)
    client.post(page_of(consultation), {"outcome": "divergent", "note": "再议"})
    assert "更改答复" in client.get(page_of(consultation)).content.decode()
    client.post(page_of(consultation), {"outcome": "agreed"})
    sign_in(cast.qian).post(page_of(consultation), {"outcome": "agreed"})
    consultation.refresh_from_db()
    assert consultation.outcome == "agreed"
    assert Matter.objects.get().state == "proposed"


@pytest.mark.parametrize("who", ["li", "zheng", "wang"])
def test_only_the_two_who_were_asked_answer(cast, sign_in, who, again):
    consultation = again(proposed).consultations.get()
    client = sign_in(getattr(cast, who))
    assert client.get(page_of(consultation)).status_code == 302
    client.post(page_of(consultation), {"outcome": "agreed"})
    assert not consultation.consulted.exclude(outcome="").exists()


def test_another_school_sees_no_consultation(cast, sign_in, again):
    consultation = again(proposed).consultations.get()
    client = sign_in(cast.wei)
    for address in (page_of(consultation), f"/s/waixiao/matters/consultations/{consultation.pk}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"outcome": "agreed"}).status_code == 404


def test_one_person_in_both_posts_consults_with_the_full_time_deputy(cast, sign_in):
    Post.objects.filter(person=cast.qian, post="principal").delete()
    Post.objects.create(school=cast.school, person=cast.zhao, post="principal", since=timezone.localdate())
    consultation = proposed(cast).consultations.get()
    assert {row.person for row in consultation.consulted.all()} == {cast.zhao, cast.sun}
    assert sign_in(cast.sun).get(page_of(consultation)).status_code == 200


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("individual", {"people": "sun", "outcome": "heard"}),
        ("deliberation", {"people": "sun", "outcome": "agreed", "heard": 12}),
        ("staff_congress", {"outcome": "passed", "heard": 80}),
        ("staff_hearing", {"outcome": "heard", "heard": 30}),
        ("expert", {"outcome": "passed"}),
        ("legal", {"outcome": "passed"}),
        ("investigation", {"outcome": "heard"}),
        ("risk", {"outcome": "heard"}),
    ],
)
def test_every_kind_is_written_down_with_what_it_asks(cast, sign_in, kind, given):
    matter = proposed(cast)
    client = sign_in(cast.zheng)
    address = f"/s/shifan/matters/{matter.pk}/consult/"
    assert client.get(address, {"kind": kind}).status_code == 200
    given = given | {"kind": kind, "at": a_moment(), "note": "同意"}
    if "people" in given:
        given["people"] = getattr(cast, given["people"]).pk
    client.post(address, given)
    client.post(address, given)  # a double click
    made = matter.consultations.get(kind=kind)
    assert (made.outcome, made.heard) == (given["outcome"], given.get("heard"))
    assert made.entered_by == cast.zheng.user


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"outcome": "passed"}, "outcome"),  # an individual talk passes nothing
        ({"people": ""}, "people"),
        ({"at": "2099-01-01T08:00"}, "at"),
        ({"at": ""}, "at"),
        ({"outcome": "divergent", "note": ""}, "note"),
    ],
)
def test_what_cannot_be_is_asked_again_beside_its_field(cast, sign_in, given, wrong):
    matter = proposed(cast)
    sent = {"kind": "individual", "at": a_moment(), "people": cast.sun.pk, "outcome": "heard", "note": "意见若干"}
    answer = sign_in(cast.zheng).post(f"/s/shifan/matters/{matter.pk}/consult/", sent | given)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert not matter.consultations.filter(kind="individual").exists()


def test_two_talks_at_the_same_hour_with_different_people_are_two(cast, sign_in, again):
    matter = again(proposed)
    sent = {"kind": "individual", "at": a_moment(), "outcome": "heard"}
    for person in (cast.sun, cast.wu, cast.wu):
        sign_in(cast.zheng).post(f"/s/shifan/matters/{matter.pk}/consult/", sent | {"people": person.pk})
    assert matter.consultations.filter(kind="individual").count() == 2


def test_people_of_another_school_were_not_consulted_here(cast, sign_in, again):
    matter = again(proposed)
    sent = {"kind": "individual", "at": a_moment(), "people": cast.wei.pk, "outcome": "heard"}
    answer = sign_in(cast.zheng).post(f"/s/shifan/matters/{matter.pk}/consult/", sent)
    assert "people" in answer.context["form"].errors


def test_heads_who_spoke_face_to_face_are_written_down_and_the_request_ends(cast, sign_in, again):
    matter = again(proposed)
    client = sign_in(cast.zheng)
    address = f"/s/shifan/matters/{matter.pk}/consult/"
    assert "赵书记、钱校长" in client.get(address, {"kind": "secretary_principal"}).content.decode()
    client.post(address, {"kind": "secretary_principal", "at": a_moment(0), "outcome": "agreed"})
    assert not Consultation.objects.filter(at=None).exists()
    assert verbs.confirm(matter.items.get(), by=acting(cast.zhao)).state == "confirmed"


def test_a_prior_step_carries_its_paper(cast, sign_in, settings, tmp_path):
    from .test_attachments import pdf

    settings.MEDIA_ROOT = tmp_path
    matter = proposed(cast)
    address = f"/s/shifan/matters/{matter.pk}/consult/"
    sent = {"kind": "legal", "at": a_moment(), "outcome": "passed", "files": pdf("法律意见书.pdf")}
    answer = sign_in(cast.zheng).post(address, sent)
    assert "请确认文件不含涉密内容" in answer.content.decode()
    sign_in(cast.zheng).post(address, sent | {"files": pdf("法律意见书.pdf"), "not_secret": "on"})
    assert matter.consultations.get(kind="legal").attachments.get().name == "法律意见书.pdf"
    assert "法律意见书.pdf" in sign_in(cast.li).get(f"/s/shifan/matters/{matter.pk}/").content.decode()


def test_after_the_decision_nothing_is_added(cast, sign_in, again):
    matter = again(proposed)
    Matter.objects.update(state="decided")
    answer = sign_in(cast.zheng).get(f"/s/shifan/matters/{matter.pk}/consult/", {"kind": "legal"}, follow=True)
    assert "不能再登记前置程序" in answer.content.decode()


def test_a_request_on_another_text_or_to_another_head_is_asked_anew(cast, again):
    """What one head agreed to is not what the other reads after the text was mended."""
    matter = again(proposed)
    old = matter.consultations.get()
    verbs.answer(old, outcome="agreed", by=acting(cast.zhao))
    verbs.send_back(matter.items.get(), reason="请改", by=acting(cast.zhao))
    Matter.objects.update(proposal="改过的方案。")
    matter = verbs.propose(Matter.objects.get(), by=acting(cast.li))
    again = matter.consultations.get(at=None)
    assert again != old and not again.consulted.exclude(outcome="").exists()
    Post.objects.filter(person=cast.qian, post="principal").update(until=timezone.localdate())
    Post.objects.create(school=cast.school, person=cast.zhou, post="principal", since=timezone.localdate())
    third = verbs.ask_heads(matter, by=acting(cast.li))
    assert {row.person for row in third.consulted.all()} == {cast.zhao, cast.zhou}
    for head in (cast.zhao, cast.zhou):
        verbs.answer(third, outcome="agreed", by=acting(head))
    item = matter.items.get(state="waiting")
    assert verbs.confirm(item, by=acting(cast.zhao)).state == "confirmed"


def test_it_is_said_when_the_text_changed_after_it_was_agreed_upon(cast, sign_in, again):
    matter = again(proposed)
    for head in (cast.zhao, cast.qian):
        verbs.answer(matter.consultations.get(), outcome="agreed", by=acting(head))
    client = sign_in(cast.zhao)
    assert "原方案" not in client.get("/s/shifan/agenda/").content.decode()
    text = {"title": matter.title, "background": "", "proposal": "改过的方案。", "amount": ""}
    sign_in(cast.li).post(f"/s/shifan/matters/{matter.pk}/edit/", text)
    for address in ("/s/shifan/agenda/", f"/s/shifan/matters/{matter.pk}/"):
        assert "原方案进行的，此后方案有改动" in client.get(address).content.decode()


def test_who_has_left_is_no_longer_offered(cast, sign_in, again):
    matter = again(proposed)
    Post.objects.filter(person=cast.wu).update(until=timezone.localdate())
    form = sign_in(cast.zheng).get(f"/s/shifan/matters/{matter.pk}/consult/?kind=individual").context["form"]
    offered = set(form.fields["people"].queryset)
    assert cast.wu not in offered and {cast.sun, cast.zheng} <= offered


@pytest.mark.django_db(transaction=True)
def test_two_heads_answering_at_once_are_both_heard(cast):
    consultation = proposed(cast).consultations.get()
    together, answers = threading.Barrier(2), []

    def press(who, outcome):
        client = Client()
        client.force_login(who.user, backend="django.contrib.auth.backends.ModelBackend")
        together.wait()
        answers.append(client.post(page_of(consultation), {"outcome": outcome, "note": "见附件"}).status_code)
        connection.close()

    heads = [threading.Thread(target=press, args=given) for given in ((cast.zhao, "agreed"), (cast.qian, "divergent"))]
    for head in heads:
        head.start()
    for head in heads:
        head.join()
    assert answers == [302, 302]
    consultation.refresh_from_db()
    assert consultation.at and consultation.outcome == "divergent"
    assert Matter.objects.get().state == "held"
