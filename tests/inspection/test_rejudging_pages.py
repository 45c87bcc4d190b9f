"""王检查 has a school judged again; the school reads what came of it."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from inspection import registers
from meetings import transitions as verbs
from meetings.draining import drain
from meetings.models import Item, Judgement, Meeting, Rejudging
from tests.answers import answers
from tests.meetings.stage import acting, issued_with_the_chair_first

LIST = reverse("rejudging_list", args=["shifan"])


begins_with = issued_with_the_chair_first


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def issued(begun):
    return begun[1]


def corrected(cast, path: str, right: str) -> None:
    why = {"found_by": "王检查", "reason": "与原始记录核对。"}
    made = verbs.correct(Meeting.objects.get(), path, right, **why, by=acting(cast.zheng))
    verbs.sign_correction(made, digest=made.digest, by=acting(cast.zhao))


def nobody_is_responsible(cast) -> None:
    corrected(cast, f"item/{Item.objects.get().pk}/responsible", "")


def asked(client, **given):
    today = timezone.localdate()
    span = {"term": "own", "since": today, "until": today + timedelta(days=1)}
    return client.post(LIST, span | given)


def page(client, run: Rejudging, **query) -> str:
    response = client.get(reverse("rejudging", args=["shifan", run.pk]), query)
    assert response.status_code == 200
    return response.content.decode()


def test_the_button_asks_and_the_worker_answers(cast, sign_in, issued):
    client = sign_in(cast.wang)
    nobody_is_responsible(cast)
    district = client.get(reverse("district_school", args=["district", "shifan"])).content.decode()
    assert f'href="{LIST}?term=' in district
    response = asked(client)
    run = Rejudging.objects.get()
    assert response.url == reverse("rejudging", args=["shifan", run.pk]) and run.by == cast.wang
    assert Entry.objects.get(verb="rejudge").drained_at is None
    assert asked(client).url == response.url  # the second click
    waiting = page(client, run)
    assert "排队" in waiting and "every 2s" in waiting
    drain()
    done = page(client, run)
    assert "every 2s" not in done and "李副校 → 空（更正 1）" in done and "记录已更正" in done
    assert "处不同" in client.get(LIST).content.decode()


def test_how_far_it_is_and_why_it_did_not_end_is_said(cast, sign_in):
    client, day = sign_in(cast.wang), timezone.localdate()
    common = {"school": cast.school, "since": day, "until": day, "on": day, "started_at": timezone.now()}
    working = Rejudging.objects.create(**common, figures={"done": 30, "of": 120})
    assert 'value="25"' in page(client, working)
    failed = Rejudging.objects.create(**common, finished_at=timezone.now(), failed="检查程序出错（KeyError）。")
    told = page(client, failed)
    assert "检查程序出错（KeyError）。" in told and "再检查一次" in told and "every 2s" not in told
    listed = client.get(LIST).content.decode()
    assert "正在检查 25%" in listed and "未能完成" in listed
    school = sign_in(cast.zheng)
    for run in (working, failed):
        assert school.get(reverse("rejudging", args=["shifan", run.pk])).status_code == 404
    assert "还没有重新检查过" in school.get(LIST).content.decode()


def test_the_school_reads_what_came_of_it_and_asks_for_nothing(cast, sign_in, issued):
    asked(sign_in(cast.wang))
    drain()
    client, run = sign_in(cast.li), Rejudging.objects.get()
    assert "与当时不同" in page(client, run)
    assert 'name="since"' not in client.get(LIST).content.decode()
    assert asked(client).status_code == 403 and Rejudging.objects.count() == 1
    check = client.get(reverse("school_check", args=["shifan"])).content.decode()
    assert f'href="{LIST}"' in check


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"until": "2025-01-01"}, "截止日期早于开始日期"),
        ({"since": ""}, "请填写开始日期，或者选一个学期。"),
        ({"until": "2月"}, "输入一个有效的日期"),
    ],
)
def test_a_span_that_is_none_comes_back_filled(cast, sign_in, given, said):
    response = asked(sign_in(cast.wang), **given)
    told = response.content.decode()
    filled = re.findall(r'name="(?:since|until)" value="([^"]+)"', told)
    assert response.status_code == 422 and said in told and len(filled) == 2 - ("" in given.values())
    assert not Rejudging.objects.exists()


def test_a_term_is_a_span_too(cast, sign_in):
    client = sign_in(cast.wang)
    form = client.get(LIST).context["form"]
    key, term = next(iter(form.terms.items()))
    asked(client, term=key, since="", until="")
    run = Rejudging.objects.get()
    assert (run.since, run.until) == (term.since, term.until - timedelta(days=1))


def test_differences_can_be_narrowed_and_lead_to_both_findings(cast, sign_in, issued):
    nobody_is_responsible(cast)
    client = sign_in(cast.wang)
    asked(client)
    drain()
    run = Rejudging.objects.get()
    told = page(client, run, reason="record_corrected", rule="R-09")
    links = re.findall(r'class="mark[^"]*" href="(/findings/\d+/[^"]*)"', told)
    assert len(links) == 2 and "G-01" not in re.sub(r"<select.*?</select>", "", told, flags=re.S)
    kept, found = (client.get(link).content.decode() for link in links)
    assert "重新检查" not in kept
    assert "重新检查</a>的结果" in found and "现行的检查结果仍是办理当时的那一次" in found
    assert "用当时的事实再查一次，结论相同" in found


def test_every_finding_of_a_run_has_its_page(cast, sign_in, issued):
    client = sign_in(cast.wang)
    asked(client)
    drain()
    rules = {}
    for answer in answers(Judgement.objects.filter(run__isnull=False)):
        rules.setdefault((answer.rule, answer.outcome), answer.get_absolute_url())
    assert {"P-16", "G-01", "G-04", "G-06"} <= {rule for rule, _ in rules}
    for rule, address in rules.items():
        response = client.get(address)
        evidence = response.context["evidence"]
        assert response.context["same"], rule
        assert evidence.relevant or evidence.others, rule


def test_registers_and_the_interface_count_nothing_of_a_run(cast, sign_in, issued):
    client = sign_in(cast.wang)

    def counted() -> tuple:
        everything = registers.findings(None).count(), registers.met(None).count()
        read = client.get("/api/v1/findings/").json()["count"]
        ledger = client.get(reverse("decision_list", args=["shifan"])).context["page"].object_list
        return everything, read, [item.there for item in ledger]

    corrected(cast, f"attendance/{cast.li.pk}/status", "absent")
    before = counted()
    asked(client)
    drain()
    assert len(answers(Judgement.objects.filter(run__isnull=False))) > sum(before[0])
    assert counted() == before and before[0][1] and before[2] == [{"in_office": 5, "present": 3}]
