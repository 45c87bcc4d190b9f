"""审查、备案: submitted by the clerk, returned with a reason or filed under a number, and everybody concerned is told."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice, Role
from governance import filing
from governance.models import Procedure
from governance.procedures import Refused, mark_of, mend
from meetings import draining
from meetings.worklist import worklist
from tests.cast import authority, official
from tests.meetings.stage import acting

from .scenes import TURN, answering, entered, submitted

LIST = reverse("filing_list", args=["district"])
TODAY = timezone.localdate


def at(name: str, version: Procedure) -> str:
    return reverse(name, args=["shifan", version.pk])


def told() -> dict[str, list[str]]:
    draining.drain()
    found: dict[str, list[str]] = {}
    for notice in Notice.objects.select_related("recipient").order_by("pk"):
        found.setdefault(notice.kind, []).append(notice.recipient.name)
    return {kind: sorted(names) for kind, names in found.items()}


def filed(cast, version: Procedure, number: str, on: date | None = None) -> Procedure:
    version.refresh_from_db()
    return filing.file(
        version, on=on or TODAY(), number=number, seen=mark_of(version), by=answering(cast, version.school)
    )


def test_from_the_school_to_the_authority_and_back_and_filed(cast, sign_in):
    version = entered(cast)
    client = sign_in(cast.zheng)
    client.post(at("procedure_submit", version), {"submitted_on": TODAY().isoformat()})
    version.refresh_from_db()
    assert (version.filing, version.submitted_on) == ("submitted", TODAY())
    assert told() == {"procedure_submitted": ["褚主管"]}
    assert Notice.objects.get().url == LIST

    client = sign_in(cast.chu)
    assert "示范中学" in client.get(LIST).content.decode()
    seen = mark_of(version)
    client.post(at("procedure_return", version), {"reason": "第三条不清楚。", "seen": seen})
    version.refresh_from_db()
    assert (version.filing, version.returned_on, version.returned_reason) == ("returned", TODAY(), "第三条不清楚。")
    assert told()["procedure_returned"] == ["赵书记", "郑秘书", "钱校长"]

    clerk = acting(cast.zheng)
    mend(version, since=TURN, title="", adopted_on=None, text="第三条 改过。", upload=None, parameters={}, by=clerk)
    version.refresh_from_db()
    assert version.filing == "returned"
    filing.submit(version, on=TODAY(), by=clerk)
    version.refresh_from_db()
    assert (version.filing, version.returned_reason) == ("submitted", "")

    page = client.get(at("procedure", version)).content.decode()
    assert page.count("第三条不清楚。") == 1  # the line of its steps still tells
    assert f"〔{TODAY().year}〕1号" in page
    more = {"filed_on": TODAY().isoformat(), "number": "区教议备〔2026〕1号", "seen": mark_of(version)}
    client.post(at("procedure_accept", version), more)
    version.refresh_from_db()
    assert (version.filing, version.filed_on, version.filing_number) == ("filed", TODAY(), "区教议备〔2026〕1号")
    assert told()["procedure_filed"] == ["赵书记", "郑秘书", "钱校长"]
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "enter_procedure",
        "submit_procedure",
        "return_procedure",
        "mend_procedure",
        "submit_procedure",
        "file_procedure",
    ]


def test_done_twice_is_done_once(cast):
    version = submitted(cast)
    seen = mark_of(version)
    for _ in range(2):
        filing.submit(version, on=TODAY(), by=acting(cast.zheng))
    for _ in range(2):
        filing.file(version, on=TODAY(), number="1号", seen=seen, by=answering(cast))
    verbs = list(Entry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["enter_procedure", "submit_procedure", "file_procedure"]


def test_what_cannot_be_submitted(cast):
    clerk = acting(cast.zheng)
    empty = entered(cast, text=" ")
    with pytest.raises(Refused, match="没有全文，也没有文件"):
        filing.submit(empty, on=TODAY(), by=clerk)
    late = entered(cast, since=TURN + timedelta(days=1), adopted_on=date(2026, 2, 20))
    for on, said in ((TODAY() + timedelta(days=1), "晚于今天"), (date(2026, 2, 19), "早于通过日期（2026年2月20日）")):
        with pytest.raises(Refused, match=said):
            filing.submit(late, on=on, by=clerk)
    assert filing.submit(late, on=date(2026, 2, 20), by=clerk).submitted_on == date(2026, 2, 20)


def test_a_refusal_comes_back_beside_its_field(cast, sign_in):
    version = submitted(cast)
    client, seen = sign_in(cast.chu), mark_of(version)
    for name, more, said in (
        ("procedure_return", {"reason": " "}, "请写明退回意见"),
        ("procedure_accept", {"filed_on": TODAY().isoformat(), "number": ""}, "请填写备案号"),
        (
            "procedure_accept",
            {"filed_on": (TODAY() + timedelta(days=1)).isoformat(), "number": "8号"},
            "备案日期晚于今天",
        ),
        ("procedure_accept", {"filed_on": "2020-01-01", "number": "8号"}, "早于报送日期"),
    ):
        response = client.post(at(name, version), {"seen": seen, **more})
        assert response.status_code == 422 and said in response.content.decode()
    assert 'value="8号"' in response.content.decode()
    version.refresh_from_db()
    assert version.filing == "submitted"


def test_a_number_is_given_once_by_an_authority(cast):
    first, second = submitted(cast), submitted(cast, body="office")
    filed(cast, first, "区教议备〔2026〕7号")
    with pytest.raises(Refused, match="已用于示范中学的党组织会议议事规则（自2026年3月1日）"):
        filed(cast, second, "区教议备〔2026〕7号")
    assert filed(cast, second, "区教议备〔2026〕8号").filed_on


def test_the_next_number_follows_the_way_they_are_written(cast):
    school, day = cast.school, date(2026, 5, 1)
    assert filing.next_number(school, day) == "〔2026〕1号"
    Procedure.objects.create(school=school, body="party", since=TURN, filed_on=day, filing_number="青教〔2025〕9号")
    assert filing.next_number(school, day) == "青教〔2026〕1号"
    more = {"filed_on": day, "submitted_on": day, "body": "office"}
    Procedure.objects.create(school=cast.elsewhere, since=TURN, filing_number="青教〔2026〕12号", **more)
    Procedure.objects.create(school=school, since=TURN, filing_number="没有年份", **more)
    assert filing.next_number(school, day) == "青教〔2026〕13号"


def test_what_was_changed_since_it_was_read_is_not_filed(cast, sign_in):
    version = submitted(cast)
    seen, clerk = mark_of(version), acting(cast.zheng)
    mend(version, since=TURN, title="", adopted_on=None, text="第一条 改过。", upload=None, parameters={}, by=clerk)
    client = sign_in(cast.chu)
    more = {"filed_on": TODAY().isoformat(), "number": "3号", "seen": seen}
    gone = client.post(at("procedure_accept", version), more)
    assert gone.status_code == 422 and "不在待审查之列" in gone.content.decode()
    filing.submit(version, on=TODAY(), by=clerk)
    again = client.post(at("procedure_accept", version), more)
    page = again.content.decode()
    assert again.status_code == 422 and "学校改过并重新报送了这一版" in page and 'value="3号"' in page
    version.refresh_from_db()
    assert version.filing == "submitted" and f'value="{mark_of(version)}"' in page


def test_who_files_and_who_only_reads(cast, sign_in):
    version = submitted(cast)
    page = sign_in(cast.wang).get(at("procedure", version)).content.decode()
    assert "退回学校" not in page
    assert "去审查" not in sign_in(cast.wang).get(LIST).content.decode()
    for who in (cast.wang, cast.zheng, cast.zhao):
        with pytest.raises(PermissionDenied):
            filing.send_back(version, reason="不", seen=mark_of(version), by=acting(who, cast.school))
    assert sign_in(cast.zheng).get(LIST).status_code == 404


def test_the_list_shows_what_waits_longest_first_and_narrows(cast, sign_in):
    waiting = submitted(cast)
    Procedure.objects.create(
        school=cast.elsewhere, body="party", since=TURN, submitted_on=date(2026, 2, 1), title="早的"
    )
    entered(cast, body="office", title="草稿")
    client = sign_in(cast.chu)
    page = client.get(LIST).content.decode()
    assert page.index("早的") < page.index(at("procedure", waiting)) and "草稿" not in page
    assert "草稿" in client.get(LIST, {"state": "not_submitted"}).content.decode()
    narrowed = client.get(LIST, {"state": "", "school": "shifan", "body": "office"}).content.decode()
    assert "草稿" in narrowed and "早的" not in narrowed
    assert "没有这样的议事规则" in client.get(LIST, {"state": "filed"}).content.decode()
    first = client.get(reverse("district", args=["district"])).content.decode()
    assert '有 <b class="figure">2</b> 版议事规则等待审查' in first


def test_the_nearest_authority_with_an_administrator_is_told(cast):
    city = authority("city", "市教育局")
    official(city, "shi", "市主管", Role.Name.AUTHORITY_ADMIN)
    cast.district.parent = city
    cast.district.save()
    cast.school.refresh_from_db()
    submitted(cast)
    assert told() == {"procedure_submitted": ["褚主管"]}
    Role.objects.filter(user=cast.chu).update(until=TODAY())
    submitted(cast, body="office")
    assert told() == {"procedure_submitted": ["市主管", "褚主管"]}


def test_nobody_is_told_of_what_is_over(cast):
    version = submitted(cast)
    filed(cast, version, "1号")
    assert told() == {"procedure_filed": ["赵书记", "郑秘书", "钱校长"]}


def test_the_clerks_desk_says_what_is_to_be_submitted_and_mended(cast):
    def waits():
        return [(row.act, row.title) for row in worklist(acting(cast.zheng), timezone.now())]

    old = entered(cast, since=TURN - timedelta(days=90), title="已被替代")
    version = entered(cast, title="现行")
    future = entered(cast, since=TODAY() + timedelta(days=30), title="将来")
    assert waits() == [("去报送", "现行"), ("去报送", "将来")] and old.filing == "not_submitted"
    for each in (version, future):
        filing.submit(each, on=TODAY(), by=acting(cast.zheng))
    assert waits() == []
    version.refresh_from_db()
    filing.send_back(version, reason="请改第三条。", seen=mark_of(version), by=answering(cast))
    assert waits() == [("修改后重报", "现行")]
    assert not worklist(acting(cast.zhao), timezone.now())
