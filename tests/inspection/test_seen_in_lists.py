"""A list that tells of a personnel matter is looked at from outside: the school can read who did, as of the matter's page."""

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from inspection import transitions as verbs
from inspection.models import Inspection, Payment
from inspection.sampled import population_of
from meetings import draining
from meetings.models import ConfidentialView, Item
from tests.inspection import inspecting
from tests.inspection.inspecting import acting


def begins_with(cast):
    item = inspecting.held(cast.school, "中层干部任免", category="H01", broken="P-04", candidates=["崔晚晴"])
    inspection = inspecting.started(inspecting.planned(cast, cast.wang, cast.yan))
    by = acting(cast.wang)
    payment = Payment(row=2, paid_on=date(2026, 1, 5), amount=Decimal(100), payee="水务公司", purpose="水费")
    verbs.bring_payments(inspection, cast.school, [payment], [], name="a.xlsx", sha256="0" * 64, by=by)
    verbs.draw_sample(inspection, population_of(inspection), seed="8", size=5, by=by)
    verbs.remark(inspection, verbs.On.of_item(item), "看过名单。", by=by)
    finding = item.meeting.findings.get()
    finding.message = "第 1 项（崔晚晴）不能记为通过。依据《意见》（七）。请核对票数。"
    notice = verbs.draft_rectification(cast.school, findings=[finding], by=by)
    verbs.issue_rectification(notice, by=by)
    return item, inspection, payment, notice


def of_inspection(item: Item, inspection: Inspection, payment: Payment) -> dict[str, str]:
    """Pages of an inspection that tell of the matter."""
    return {
        "working_meeting": reverse("working_meeting", args=[inspection.pk, item.meeting_id]),
        "working_list": reverse("working_list", args=[inspection.pk]),
        "inspection_school": reverse("inspection_school", args=[inspection.pk, "shifan"]),
        "sample": reverse("sample", args=[inspection.pk, 1]),
        "payment": f"{reverse('payment', args=[inspection.pk, payment.pk])}?q=任免",
    }


@pytest.mark.parametrize("who", ["wang", "yan"])
def test_pages_of_an_inspection(begun, sign_in, who):
    cast, (item, inspection, payment, _) = begun
    client = sign_in(getattr(cast, who))
    for page, address in of_inspection(item, inspection, payment).items():
        assert "中层干部任免" in client.get(address).content.decode(), page
        seen = ConfidentialView.objects.latest("pk")
        assert (seen.page, seen.matter, seen.key) == (page, item.matter, inspection.key)


def test_pages_of_a_district(begun, sign_in):
    cast, (_, _, _, notice) = begun
    client, problem = sign_in(cast.wang), notice.problems.get()
    pages = {
        "district_findings": f"{reverse('district_findings', args=['district'])}?outcome=",
        "district_school": reverse("district_school", args=["district", "shifan"]),
        "district_register": reverse("district_register", args=["district", "decisions"]),
        "district_search": f"{reverse('district_search', args=['district'])}?q=任免",
        "rectification_new": f"{reverse('rectification_new', args=['district'])}?school=shifan",
        "problem": reverse("problem", args=["district", problem.pk]),
        "decision_list": reverse("decision_list", args=["shifan"]),
        "rectification_list": reverse("rectification_list", args=["district"]),
        "rectification_print": reverse("rectification_print", args=["district"]),
        "rectification_word": reverse("rectification_word", args=["shifan", notice.pk]),
        "desk": reverse("desk", args=["shifan"]),
        "matter_list": reverse("matter_list", args=["shifan"]),
    }
    for page, address in pages.items():
        assert client.get(address).status_code == 200
        assert ConfidentialView.objects.latest("pk").page == page
    many = ConfidentialView.objects.count()
    assert many == len(pages)
    assert sign_in(cast.zheng).get(pages["decision_list"]).status_code == 200  # who works there
    assert ConfidentialView.objects.count() == many


def test_what_is_opened_again_on_the_same_day_is_counted(begun, sign_in):
    cast, (item, inspection, *_) = begun
    client = sign_in(cast.yan)
    for _ in range(3):
        client.get(reverse("inspection_school", args=[inspection.pk, "shifan"]))
    view = ConfidentialView.objects.get()
    assert (view.matter, view.times, view.at < view.last_at) == (item.matter, 3, True)
    verbs.end_inspection(inspection, by=acting(cast.wang))
    draining.drain()
    told = Notice.objects.filter(kind="confidential_views").values_list("recipient__name", flat=True)
    assert sorted(told) == sorted(["赵书记", "钱校长", "郑秘书"])
    shown = sign_in(cast.zhao).get(reverse("confidential_views", args=["shifan"])).content.decode()
    assert "检查范围内的议题 3 次" in shown and "中层干部任免" in shown
    for change in ({"times": 9}, {"user_name": "别人"}):
        with pytest.raises(IntegrityError, match="stands"), transaction.atomic():
            ConfidentialView.objects.update(**change)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        ConfidentialView.objects.all().delete()


def test_the_file_of_the_working_papers_names_nobody_who_was_a_candidate(begun, sign_in):
    cast, (item, inspection, *_) = begun
    verbs.remark(inspection, verbs.On.of_item(item), "崔晚晴的考察材料不全。", by=acting(cast.wang))
    sheet = sign_in(cast.wang).get(reverse("working_sheet", args=[inspection.pk]))
    book = openpyxl.load_workbook(io.BytesIO(b"".join(sheet.streaming_content)))
    said = str([row for row in book.active.iter_rows(values_only=True)])
    assert "人选的考察材料不全。" in said and "人事事项（第 1 项）" in said
    assert "崔晚晴" not in said and "中层干部任免" not in said


def test_a_notice_names_nobody_who_was_a_candidate(begun):
    _, (_, _, _, notice) = begun
    assert notice.problems.get().text == "第 1 项（人选）不能记为通过。"
    assert "崔晚晴" not in str(notice.frozen) and "中层干部任免" not in str(notice.frozen)
