"""导入导出: a school brings its records in, and takes them out."""

import io
import json
import os
import threading
import time
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from accounts.models import Entry, Role
from governance.exchange import read, write
from governance.models import Person
from meetings import arrivals
from meetings.dossiers import dossier_of
from meetings.models import Matter, Meeting
from tests.meetings import stage
from tests.meetings.workbooks import Filling, cells, short_lists, two_meetings  # noqa: F401

PAGE = reverse("exchange", args=["shifan"])
TEMPLATE, EXPORT = reverse("exchange_template", args=["shifan"]), reverse("exchange_export", args=["shifan"])


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def download(client, address=TEMPLATE, **query) -> Filling:
    return Filling(client.get(address, query).content)


def upload(client, content: bytes, name: str = "填好的.xlsx"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def looked_at(client, content: bytes, name: str = "填好的.xlsx"):
    """Upload, and the page that one is led to."""
    response = upload(client, content, name)
    assert response.status_code == 302, response.content.decode()
    return response.url, client.get(response.url).content.decode()


def test_from_the_template_to_the_records(cast, sign_in):
    client = sign_in(cast.zheng)
    filling = two_meetings(download(client))

    filling.set("事项", 2, **{"金额（元）": "十二万"}).set("会议", 2, 结束时间="2025-3-5 14:00").set(
        "会议", 3, 主持人="谁呀"
    )
    address, page = looked_at(client, filling.content)
    assert "有 3 处要改，还没有登记任何内容" in page and not Meeting.objects.exists()
    assert "<b>会议!C2</b>" in page and "结束时间不应早于开始时间 2025-03-05 15:00" in page
    assert '<td class="cell-wrong">十二万<div class="wrong">应为金额' in page
    assert "导入</button>" not in page
    meetings = client.get(address, {"sheet": "会议"}).content.decode()
    assert '<td class="cell-wrong">谁呀<div class="wrong">“谁呀”不在“人员与任职”表中' in meetings

    marked = Filling(client.get(f"{address}marked/").content)
    assert "应为金额" in marked.book["事项"]["C2"].comment.text
    marked.set("事项", 2, **{"金额（元）": "12万元"}).set("会议", 2, 结束时间="2025-3-5 16:00").set(
        "会议", 3, 主持人="钱校长"
    )
    address, page = looked_at(client, marked.content)
    assert "人员 1、任职 1、定期沟通 1、事项 2、会议 2" in page and "党组织会议 2025-03-05 15:00" in page
    assert "这是提醒，不妨碍导入" in page and not Meeting.objects.exists() and not Entry.objects.exists()

    for _ in range(2):  # a double click
        assert client.post(f"{address}import/").status_code == 302
    assert "已登记：人员 1、任职 1、定期沟通 1、事项 2、会议 2" in client.get(address).content.decode()
    party = Meeting.objects.get(body="party")
    assert (party.state, party.chair, party.items.get().votes.get().agree) == ("imported", cast.zhao, 4)
    assert Entry.objects.get().actor == cast.zheng.user
    listed = client.get(reverse("meeting_list", args=["shifan"])).content.decode()
    assert "2025年3月5日" in listed and PAGE in listed

    _, page = looked_at(client, marked.content)
    assert "里面的内容都已经登记过，没有新的" in page and "导入</button>" not in page


def test_imported_meetings_are_found_and_wait_for_nothing(cast, sign_in):
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    client.post(f"{address}import/")
    party = Meeting.objects.get(body="party")
    assert f"{reverse('meeting_list', args=['shifan'])}?imported=yes" in client.get(address).content.decode()
    stage.confirmed(cast)
    stage.called(cast, stage.confirmed(cast, title="另一件事"))
    only = client.get(reverse("meeting_list", args=["shifan"]), {"imported": "yes"}).context["page"]
    assert {one.state for one in only} == {"imported"} and len(only) == 2

    record = client.get(reverse("record", args=["shifan", party.pk])).content.decode()
    assert "按导入时的样子保存" in record and "无记录" in record and "未到" not in record
    room = client.get(reverse("meeting", args=["shifan", party.pk])).content.decode()
    ledger = client.get(reverse("decision_list", args=["shifan"])).content.decode()
    assert "None" not in room + ledger
    Matter.objects.filter(created_by=None).update(proposed_at=None)
    life = client.get(reverse("matter", args=["shifan", party.items.get().matter_id])).content.decode()
    assert "由文件导入<" in life and "起草<" not in life.replace("起草复议<", "")


def test_what_is_exported_comes_back_as_nothing_new_and_goes_out_the_same(cast, sign_in):
    client = sign_in(cast.zheng)
    stage.issued_with_the_chair_first(cast)
    exported = client.get(EXPORT, {"kind": "xlsx"})
    assert "utf-8''%E7%A4%BA%E8%8C%83%E4%B8%AD%E5%AD%A6" in exported["Content-Disposition"]
    address, page = looked_at(client, exported.content)
    assert "没有新的" in page
    client.post(f"{address}import/")
    assert cells(client.get(EXPORT, {"kind": "xlsx"}).content) == cells(exported.content)
    assert Meeting.objects.count() == Matter.objects.count() == 1


def test_a_period_and_the_whole_as_json(cast, sign_in):
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    client.post(f"{address}import/")
    whole = client.get(EXPORT, {"kind": "json"}).content
    assert whole.decode() == write(dossier_of(cast.school))
    part = read(client.get(EXPORT, {"kind": "json", "since": "2025-03-06", "until": "2025-03-31"}).content).records
    assert [meeting.body for meeting in part.meetings] == ["office"]
    assert download(client, EXPORT, kind="xlsx", until="2025-03-05").lines("会议") == 1
    refused = client.get(EXPORT, {"kind": "xlsx", "since": "2025-03-06", "until": "2025-03-05"})
    assert refused.status_code == 422 and "截止的日期不能早于开始的日期" in refused.content.decode()
    _, page = looked_at(client, whole, "档案.json")
    assert "没有新的" in page


def test_a_dossier_with_faults_names_its_places(cast, sign_in):
    value = json.loads(write(dossier_of(cast.school)))
    value["people"].append({"id": "new"})
    _, page = looked_at(sign_in(cast.zheng), json.dumps(value).encode(), "档案.json")
    assert f"/people/{len(value['people']) - 1}</b>" in page and "缺少必填的 name" in page


def test_another_schools_dossier_is_refused_before_it_is_shown_as_new(cast, sign_in):
    _, page = looked_at(sign_in(cast.zheng), write(dossier_of(cast.elsewhere)).encode(), "档案.json")
    assert "不能导入本校" in page and Person.objects.filter(school=cast.school, name="卫书记").count() == 0


@pytest.mark.django_db(transaction=True)
def test_both_of_two_clicks_are_told_what_came(cast, sign_in):
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    together = threading.Barrier(2)

    def press():
        window = Client()
        window.force_login(cast.zheng.user, backend="django.contrib.auth.backends.ModelBackend")
        together.wait()
        window.post(f"{address}import/")
        connection.close()

    clicks = [threading.Thread(target=press) for _ in range(2)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert "会议 2" in client.get(address).content.decode()
    assert Meeting.objects.count() == 2 and Entry.objects.filter(verb="import_records").count() == 1


def test_what_the_database_does_not_take_is_said_and_the_file_stays(cast, sign_in, monkeypatch):
    """Somebody enters the same meeting between the comparison and the storing."""
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(arrivals, "bring_in", mock.Mock(side_effect=IntegrityError("unique_meeting")))
        client.post(f"{address}import/")
    page = client.get(address).content.decode()
    assert "没有导入任何内容" in page and "请把文件交给系统管理员" in page and "unique_meeting" not in page


def test_what_changed_in_between_is_said_and_nothing_is_lost(cast, sign_in):
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    other, _ = looked_at(client, two_meetings(download(client)).set("会议", 2, 地点="报告厅").content)
    client.post(f"{other}import/")
    client.post(f"{address}import/")
    page = client.get(address).content.decode()
    assert "核对之后，学校的记录有了变动，没有导入任何内容" in page and "报告厅" in page
    assert Meeting.objects.count() == 2 and client.get(f"{address}marked/").status_code == 200


def test_files_that_are_none_of_ours_come_back_to_the_form(cast, sign_in):
    client = sign_in(cast.zheng)
    for content, said in (
        (b"%PDF-1.4", "这个文件两样都不是"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "旧版 Excel"),
        (b"PK", "已经损坏"),
    ):
        response = upload(client, content)
        assert response.status_code == 422 and said in response.content.decode()
    assert client.post(PAGE).status_code == 422


def test_an_upload_is_its_owners_and_its_schools_for_two_days(cast, sign_in, media):
    client = sign_in(cast.zheng)
    address, _ = looked_at(client, two_meetings(download(client)).content)
    old, _ = looked_at(client, two_meetings(download(client)).content)
    Role.objects.create(user=cast.li.user, organisation=cast.school, role=Role.Name.SCHOOL_SECRETARY)
    assert sign_in(cast.li).get(address).status_code == 404
    folder = media / "arrivals" / old.rstrip("/").rpartition("/")[2]
    assert oct(folder.stat().st_mode)[-3:] == "700"
    long_ago = time.time() - arrivals.KEPT_SECONDS - 60
    os.utime(folder, (long_ago, long_ago))
    upload(sign_in(cast.zheng), b"{}")
    assert not folder.exists() and client.get(old).status_code == 404 and client.get(address).status_code == 200


def test_a_page_of_what_is_wrong(cast, sign_in, settings):
    settings.PAGE_SIZE = 5
    client = sign_in(cast.zheng)
    filling = download(client)
    for number in range(12):
        filling.add("事项", 名称=f"第 {number} 件", 类别="没有")
    address, page = looked_at(client, filling.content)
    assert "有 12 处要改" in page and "事项!B6" in page and "事项!B7" not in page
    last = client.get(address, {"wrong": 3, "row": 3}).content.decode()
    assert "事项!B13" in last and "第 11 件" in last and "第 1 件<" not in last


def test_who_may_not(cast, sign_in, count_queries):
    for who in (cast.zhao, cast.wang, cast.wei, cast.feng):
        client = sign_in(who)
        assert {client.get(address).status_code for address in (PAGE, TEMPLATE, EXPORT)} == {404}
    client = sign_in(cast.zheng)
    client.get(PAGE)
    assert count_queries(lambda: client.get(PAGE)) <= 8
    assert io.BytesIO(client.get(TEMPLATE).content).read(2) == b"PK"
