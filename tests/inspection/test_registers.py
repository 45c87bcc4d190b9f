"""台账: each register says exactly what the records of a small school say, on the screen and in the workbook."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import openpyxl
import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from governance.models import Communication, Post
from inspection.registers.index import REGISTERS
from meetings.models import (
    ConfidentialView,
    Consultation,
    Correction,
    Item,
    Judgement,
    KeptFinding,
    Matter,
    Meeting,
    Override,
)
from tests.documents import year
from tests.documents.year import at, item_of, matter_of, sitting

SPRING, AUTUMN = "2024-2", "2025-1"  # the terms of the meetings in February and March, and in September


def begins_with(cast) -> dict[str, Item]:
    items = year.whole_year(cast)
    _posts(cast, items)
    _money(cast)
    item = items["person"]
    Consultation.objects.create(matter=item.matter, kind="deliberation", at=at(3, 5), outcome="agreed")
    Override.objects.create(
        item=item, rule="P-03", message="到会不足。", reason="两人抗洪。", by=cast.zhao, at=at(3, 10)
    )
    year.corrected(cast, items["late"], "due", "2025-10-01", "2025-10-08")
    Item.objects.filter(pk=items["plan"].pk).update(
        published=True, published_scope="校务公开：教职工", published_from=date(2025, 3, 12)
    )
    Item.objects.filter(pk=items["paid"].pk).update(published=False, unpublished_reason="涉及商业秘密")
    again = matter_of(
        cast, "合作办学（复议）", "P07", reconsiders=items["refused"].matter, reconsider_reason="条件有变",
        proposed_at=at(9, 20),
    )  # fmt: skip
    item_of(cast, sitting(cast, 11, number=3), again)
    matter_of(
        cast, "暴雨后抢修围墙", "P02", emergency_at=at(2, 20), emergency_by=cast.qian, emergency_reason="围墙倒塌",
        proposed_at=at(2, 21), state=Matter.State.PROPOSED,
    )  # fmt: skip
    _late(cast, items)
    return items


def _posts(cast, items) -> None:
    """吴委员 leaves on the day of the autumn meeting, 何主任 comes that day and was not written down as there."""
    day = date(2025, 9, 10)
    cast.wu.posts.update(until=day)
    Post.objects.create(school=cast.school, person=cast.he, post=Post.Name.PARTY_COMMITTEE_MEMBER, since=day)
    meeting = items["late"].meeting
    meeting.attendance.filter(person=cast.wu).delete()
    Correction.objects.create(
        meeting=meeting, no=9, path=f"attendance/{cast.sun.pk}/status", label="孙副书记 到会", wrong="present",
        right="absent", wrong_said="到会", right_said="缺席", found_by="王检查", reason="记错了",
        entered_by=cast.zheng.user, digest="0" * 64, signed_by=cast.zhao, signed_at=at(9, 30),
    )  # fmt: skip


def _money(cast) -> None:
    """Three payments to one payee for one project, which the rules found to be one large sum."""
    for n, month in enumerate((2, 3, 4), start=1):
        paid = matter_of(
            cast, f"机房电脑第 {n} 批", "F01", amount=Decimal(40000), payee="明德公司", project="机房",
            proposed_at=at(month, 5),
        )  # fmt: skip
    matter_of(cast, "另一家的电脑", "F01", amount=Decimal(40000), payee="远大公司", proposed_at=at(4, 6))
    judged = Judgement.objects.create(school=cast.school, matter=paid, verb="settle", own_facts={}, digest="0" * 64)
    KeptFinding.objects.create(
        judgement=judged, school=cast.school, matter=paid, rule="C-28", outcome="broken", mode="warn", clause="x",
        message="合计达到。",
    )  # fmt: skip


def _late(cast, items) -> None:
    Meeting.objects.filter(pk=items["plan"].meeting_id).update(entered_at=at(3, 20))
    Meeting.objects.filter(pk=items["late"].meeting_id).update(record_completed_at=at(9, 12, 17))
    Meeting.objects.filter(pk=items["general"].meeting_id).update(entered_at=at(2, 11))  # within a day of its end
    Consultation.objects.filter(matter=items["plan"].matter, kind="expert").update(entered_at=at(3, 12))
    Communication.objects.create(
        school=cast.school, at=at(3, 3), entered_at=at(3, 3) + timedelta(hours=24), entered_by=cast.zheng.user
    )


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def told(cast, sign_in):
    """``told("major", term="2024-2")``: the rows of a register by the titles of its columns, as 王检查 exports them;
    the screen has the same."""

    def told(key: str, who="wang", name="district_register", of="district", **query) -> list[dict]:
        client = sign_in(getattr(cast, who))
        page = client.get(reverse(name, args=[of, key]), query)
        sheet = client.get(reverse(f"{name}_sheet", args=[of, key]), query)
        assert (page.status_code, sheet.status_code) == (200, 200)
        rows = openpyxl.load_workbook(io.BytesIO(b"".join(sheet.streaming_content))).active
        head, *lines = list(rows.iter_rows(min_row=4, values_only=True))
        assert [strip_tags(line[0].said) for line in page.context["lines"]] == [_printed(line[0]) for line in lines]
        assert {title for title, _ in page.context["heads"]} <= set(head)
        return [dict(zip(head, line, strict=True)) for line in lines]

    return told


@pytest.fixture
def listed(cast, sign_in):
    """What the first column on the screen says."""

    def listed(key: str, **query) -> list[str]:
        page = sign_in(cast.wang).get(reverse("district_register", args=["district", key]), query)
        return [strip_tags(line[0].said) for line in page.context["lines"]]

    return listed


def _printed(value) -> str:
    return "" if value is None else str(value)


def titles(rows: list[dict]) -> list[str]:
    return [row["事项"] for row in rows]


def test_what_was_decided_of_the_four_classes(told, listed):
    spring = told("major", term=SPRING)
    assert titles(spring) == ["学校发展规划", "教务处主任任免", "大额支出", "小额支出"]
    paid = spring[2]
    assert (paid["表决"], paid["金额（元）"], paid["责任人"], paid["公开"]) == (
        "同意 3，不同意 1", 125000, "李副校、孙副书记", "不公开：涉及商业秘密",
    )  # fmt: skip
    assert spring[0]["会前程序"] == "专家评估、技术咨询、书记校长会前沟通"  # legal advice came after the meeting
    assert listed("major", term=AUTUMN) == ["合作办学（复议）", "合作办学", "安全整改", "课程改革"]
    assert listed("major", term=SPRING, category="F") == ["大额支出", "小额支出"]
    assert listed("major", term=AUTUMN, outcome="rejected") == ["合作办学"]
    assert listed("major", term="2024", q="规划") == ["学校发展规划"]
    assert listed("major", term=SPRING, school="waixiao") == []


def test_every_decision_and_those_about_people(told, listed):
    assert "日常安排" in listed("decisions", term=SPRING) and "校园扩建" not in titles(told("decisions", term="2025"))
    (row,) = told("personnel", term="2024", prior="yes")
    assert (row["事项"], row["人选"], row["会前程序"], row["公示"]) == ("教务处主任任免", "冯某", "酝酿", "没有登记")
    assert listed("personnel", term="2024", prior="no") == []


def test_who_looks_at_personnel_from_outside_is_written_down(cast, told):
    told("personnel", term="2024")
    told("personnel", "li", "school_register", "shifan", term="2024")  # of the school itself
    looked = [(view.user, view.matter.title, view.what) for view in ConfidentialView.objects.order_by("pk")]
    title = "教务处主任任免"
    assert looked == [
        (cast.wang, title, "查看台账“干部人事”"),
        (cast.wang, title, "导出干部人事（含人事事项 1 件）"),
    ]
    told("overrides", term=SPRING)
    assert ConfidentialView.objects.first().what == "导出说明理由（含人事事项 1 件）"


def test_large_sums_and_those_that_were_split(told, listed):
    rows = told("large-sums", term="2024")
    assert titles(rows) == ["机房电脑第 3 批", "大额支出"]
    split, large = rows
    assert (split["一年内合计（元）"], split["一年内笔数"], split["起点（元）"]) == (120000, 3, 100000)
    assert split["拆分"] == "合计达到起点，没有上过党组织会议" and split["党组织会议"] is None
    assert large["党组织会议"].date() == date(2025, 3, 10) and (large["结果"], large["拆分"]) == ("通过", None)
    assert listed("large-sums", term="2024", how="split") == ["机房电脑第 3 批"]
    assert listed("large-sums", term="2024", came="yes") == ["大额支出"]


def test_a_person_is_expected_only_while_in_post(told, listed):
    def of(term: str) -> dict:
        return {row["姓名"]: row for row in told("attendance", term=term) if row["学校"] == "示范中学"}

    def party(row: dict) -> list:
        return [row[f"党组织会议{word}"] for word in ("应到", "实到", "请假", "缺席", "未登记")]

    spring, autumn = of(SPRING), of(AUTUMN)
    assert party(spring["吴委员"]) == [1, 0, 1, 0, 0] and party(autumn["赵书记"]) == [2, 2, 0, 0, 0]
    assert party(autumn["吴委员"]) == [None] * 5  # in post at the beginning of the term, at none of its meetings
    assert party(autumn["何主任"]) == [2, 0, 0, 0, 2] and autumn["何主任"]["到会率"] is None
    assert party(autumn["孙副书记"]) == [2, 1, 0, 1, 0] and autumn["孙副书记"]["到会率"] == "50%"
    assert party(spring["何主任"]) == [None] * 5 and spring["何主任"]["校长办公会议实到"] == 1
    assert listed("attendance", term=SPRING, q="何", team="party") == []


def test_meetings_and_what_came_before_them(told):
    assert [row["会议"] for row in told("meetings", term=AUTUMN)] == ["党组织会议第3次", "党组织会议第2次"]
    assert [row["议题数"] for row in told("meetings", term=SPRING, body="office")] == [3]
    rows = told("consultations", term="2024")
    assert [row["方式"] for row in rows] == ["合法性审查", "酝酿", "专家评估、技术咨询", "书记校长会前沟通"]
    assert [row["方式"] for row in told("consultations", term="2024", kind="legal")] == ["合法性审查"]
    own = told("consultations", term="own", since="2025-03-02", until="2025-03-05")
    assert [row["方式"] for row in own] == ["酝酿", "专家评估、技术咨询"]  # both days are in it


def test_what_came_of_decisions(told, listed):
    rows = told("follow-up", term=AUTUMN)
    assert titles(rows) == ["合作办学（复议）", "安全整改", "课程改革"]
    assert listed("follow-up", term=SPRING, state="extended") == ["大额支出"]
    assert listed("follow-up", term=SPRING, state="done") == ["学校发展规划"]
    assert listed("follow-up", term=AUTUMN, state="overdue") == ["安全整改"]
    assert listed("overdue") == ["教务处主任任免", "安全整改", "大额支出"]
    assert listed("publicity", term=SPRING, published="yes") == ["学校发展规划"]
    (row,) = told("publicity", term=SPRING, published="no")
    assert (row["事项"], row["不公开的理由"]) == ("大额支出", "涉及商业秘密")
    assert listed("publicity", term=SPRING, published="none") == ["教务处主任任免", "小额支出", "日常安排"]


def test_what_went_another_way_than_usual(told):
    (row,) = told("emergencies", term=SPRING)
    assert (row["事项"], row["报告情况"]) == ("暴雨后抢修围墙", "没有报告")
    assert row["其后的党组织会议"].date() == date(2025, 3, 10)
    (row,) = told("overrides", term=SPRING)
    assert (row["事项"], row["规则"], row["理由"]) == ("教务处主任任免", "P-03", "两人抗洪。")
    assert told("overrides", term=AUTUMN) == [] == told("emergencies", term=AUTUMN)
    (row,) = told("reconsiderations", term=AUTUMN)
    assert (row["原事项"], row["原决定"], row["复议结果"]) == ("合作办学", "未通过", "通过")
    assert {row["更正"] for row in told("corrections", term=AUTUMN)} == set()  # of records that were not sealed


def test_what_was_written_down_late(told):
    rows = told("late", term="2024") + told("late", term="2025")
    assert [(row["记什么"], row["会议或事项"], row["晚几天"]) for row in rows] == [
        ("会议", "党组织会议第1次", 9),
        ("会前沟通", "学校发展规划", 10),
        ("会议记录", "党组织会议第2次", 2),
    ]
    assert [row["记什么"] for row in told("late", term="2024", late="7", kind="consultation")] == ["会前沟通"]


def test_a_school_has_the_same_about_itself(cast, told, sign_in, listed):
    ours = told("major", "li", "school_register", "shifan", term=SPRING)
    assert titles(ours) == listed("major", term=SPRING) and "学校" not in ours[0]
    client = sign_in(cast.wei)
    assert client.get(reverse("school_register", args=["shifan", "major"])).status_code == 404
    mine = client.get(reverse("school_register", args=["waixiao", "major"]), {"term": SPRING})
    assert mine.context["page"].paginator.count == 0


@pytest.mark.parametrize(
    "query", [{"term": "nonsense"}, {"term": "own", "since": "2025-03-01"}, {"term": "own", "since": "x", "until": "y"}]
)
def test_a_period_that_makes_no_sense_is_said_and_this_term_is_shown(cast, sign_in, query):
    page = sign_in(cast.wang).get(reverse("district_register", args=["district", "meetings"]), query)
    assert page.context["period"].since <= date.today() < page.context["period"].until
    assert "本学期" in page.context["saved"].lost[0] or "日期" in page.context["saved"].lost[0]


def test_the_index_counts_what_each_register_lists(cast, sign_in):
    client = sign_in(cast.wang)
    page = client.get(reverse("register_index", args=["district"]))
    counted = {
        register.key: (address, count) for _, several in page.context["groups"] for register, address, count in several
    }
    assert list(counted) == list(REGISTERS)
    for address, count in counted.values():
        assert client.get(address).context["page"].paginator.count == count, address
    assert re.search(r'href="/d/district/registers/"[^>]*>\s*台账', page.content.decode())
