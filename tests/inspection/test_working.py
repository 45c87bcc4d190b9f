"""Two inspectors on one inspection: they draw, look, note, accept and set aside."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from accounts.models import Entry
from inspection import transitions as verbs
from inspection.models import Assessment, Remark, SampledItem
from inspection.sampled import population_of
from inspection.transitions import On
from meetings.models import ConfidentialView, KeptFinding
from tests.inspection import inspecting
from tests.inspection.inspecting import acting
from tests.meetings.stage import issued_with_the_chair_first


def begins_with(cast):
    meeting = issued_with_the_chair_first(cast)
    return meeting, inspecting.started(inspecting.planned(cast, cast.wang, cast.yan, title="年度督导"))


@pytest.fixture
def cast(begun):
    return begun[0]


@pytest.fixture
def inspection(begun):
    return begun[1][1]


@pytest.fixture
def item(begun):
    return begun[1][0].items.get()


def warning(item) -> KeptFinding:
    """The secretary spoke first."""
    return KeptFinding.objects.get(judgement__current=True, item=item, rule="P-14")


@pytest.fixture
def address(inspection, item):
    return reverse("working_item", args=[inspection.pk, item.pk])


def test_everything_of_an_item_is_on_its_page(sign_in, cast, item, address, count_queries):
    client = sign_in(cast.wang)
    said = client.get(address).content.decode()
    assert count_queries(lambda: client.get(address)) <= 31
    for words in (
        "教师师德师风建设年活动方案",
        "赵书记",
        "请假",
        "吴委员",
        "书记校长会前沟通",
        "同意 4",
        "同意实施。",
        "会议纪要",
        "P-14",
        "依据的事实",
    ):
        assert words in said, words
    assert "认定或不予认定" in said and "保存备注" in said


def test_colleagues_see_what_one_noted(sign_in, cast, inspection, item, address):
    client = sign_in(cast.wang)
    given = {"act": "remark", "text": "方案没有附预算。"}
    assert client.post(address, given).status_code == client.post(address, given).status_code == 302
    noted = Remark.objects.get()
    assert (noted.item, noted.meeting, noted.matter, noted.school) == (item, item.meeting, item.matter, cast.school)
    client = sign_in(cast.yan)  # who has no role, and a grant
    said = client.get(address).content.decode()
    assert "方案没有附预算。" in said and "王检查" in said
    withdraw = {"act": "withdraw", "kind": "remark", "paper": noted.pk}
    assert client.post(address, withdraw).status_code == 403  # hers it is not, and she does not lead
    client = sign_in(cast.wang)
    client.post(address, withdraw)
    client.post(address, withdraw)
    noted.refresh_from_db()
    assert noted.withdrawn_by == cast.wang
    assert "撤回" in client.get(address).content.decode()
    verbs_done = Entry.objects.filter(subject_kind="inspection").values_list("verb", flat=True)
    assert (
        sorted(verbs_done)[-2:] == ["remark", "withdraw_remark"] and "方案" in Entry.objects.get(verb="remark").summary
    )


def test_a_finding_is_accepted_once_and_set_aside_with_a_reason(sign_in, cast, inspection, item, address):
    finding = warning(item)
    client = sign_in(cast.yan)
    given = {"act": "assess", "finding": finding.pk, "verdict": "set_aside", f"f{finding.pk}-reason": ""}
    refused = client.post(address, given)
    assert refused.status_code == 422 and "不予认定须写明理由" in refused.content.decode()
    given[f"f{finding.pk}-reason"] = "经核对录音，书记最后发言。"
    for _ in range(2):
        assert client.post(address, given).status_code == 302
    said = Assessment.objects.get()
    assert (said.verdict, said.rule, said.finding, said.by) == ("set_aside", "P-14", finding, cast.yan)
    # a colleague with an older page does not conclude over her head, and keeps what was typed
    given |= {"verdict": "accepted", f"f{finding.pk}-reason": "记录上书记第一个发言。"}
    refused = sign_in(cast.wang).post(address, given)
    assert refused.status_code == 422
    assert "已由严审计" in refused.content.decode() and "记录上书记第一个发言。" in refused.content.decode()
    verbs.withdraw_assessment(said, by=acting(cast.wang))  # who leads
    assert sign_in(cast.wang).post(address, given).status_code == 302
    assert Assessment.objects.get(withdrawn_at=None).verdict == "accepted"


def test_what_was_said_stays_with_the_finding_when_it_is_judged_anew(cast, inspection, item):
    from django.db.models import Q

    from inspection.one_item import findings_on, found_of

    finding = warning(item)
    verbs.assess(inspection, finding, "accepted", "", by=acting(cast.wang))
    (row,) = (one for one in found_of(inspection, findings_on(cast.school, Q(item=item))) if one.finding.rule == "P-14")
    finding.pk = finding.pk + 1000
    assert row.said.by == cast.wang
    assert found_of(inspection, [finding], told=False)[0].said == row.said


def test_a_finding_of_ones_own_names_its_ground(sign_in, cast, inspection, item, address):
    client = sign_in(cast.wang)
    own = {"act": "find", "text": "没有附教代会意见。", "clause": "other", "other": "", "weight": "block"}
    refused = client.post(address, own)
    assert refused.status_code == 422 and "没有附教代会意见。" in refused.content.decode()
    own["other"] = "《学校教职工代表大会规定》"
    client.post(address, own)
    client.post(address, own)
    said = Assessment.objects.get()
    assert (said.rule, said.verdict, said.weight, said.clause) == (
        "",
        "accepted",
        "block",
        "《学校教职工代表大会规定》",
    )


def test_papers_on_a_meeting_and_on_a_school(sign_in, cast, inspection, item):
    client = sign_in(cast.yan)
    for name, key in (("working_meeting", item.meeting_id), ("working_school", "shifan")):
        there = reverse(name, args=[inspection.pk, key])
        assert client.post(there, {"act": "remark", "text": f"看过 {name}。"}).status_code == 302
        assert f"看过 {name}。" in client.get(there).content.decode()
    of_meeting, of_school = Remark.objects.order_by("pk")
    assert (of_meeting.meeting, of_meeting.item) == (item.meeting, None)
    assert (of_school.meeting, of_school.school) == (None, cast.school)
    assert client.get(reverse("working_school", args=[inspection.pk, "waixiao"])).status_code == 404


def test_nobody_writes_who_is_no_member_or_after_the_end(sign_in, cast, inspection, item, address):
    other = inspecting.started(inspecting.planned(cast, cast.yan, title="专项督导"))
    on = On.of_item(item)
    with pytest.raises(verbs.NotAllowed):
        verbs.remark(other, on, "不是组员。", by=acting(cast.wang))
    noted = verbs.remark(inspection, on, "还在检查。", by=acting(cast.wang))
    verbs.end_inspection(inspection, by=acting(cast.wang))
    for act in (
        lambda: verbs.remark(inspection, on, "晚了。", by=acting(cast.wang)),
        lambda: verbs.withdraw_remark(noted, by=acting(cast.wang)),
        lambda: verbs.assess(inspection, warning(item), "accepted", "", by=acting(cast.wang)),
        lambda: verbs.draw_sample(inspection, population_of(inspection), seed="1", size=1, by=acting(cast.wang)),
    ):
        with pytest.raises(verbs.WrongState):
            act()
    said = sign_in(cast.wang).get(address).content.decode()
    assert "还在检查。" in said and "保存备注" not in said
    assert sign_in(cast.yan).get(address).status_code == 404


def test_a_sample_is_drawn_once_ticked_and_drawn_again(sign_in, cast, inspection, item):
    client = sign_in(cast.wang)
    listed = reverse("sample_list", args=[inspection.pk])
    assert re.search(r'name="seed" value="\d{8}-\d{6}"', client.get(listed).content.decode())
    assert client.post(listed, {"size": 0, "seed": ""}).status_code == 422
    for _ in range(2):
        there = client.post(listed, {"size": 5, "seed": "7"}).headers["Location"]
    drawn = SampledItem.objects.get()
    assert (drawn.item, drawn.severity, drawn.sample.population) == (item, "warn", 1)
    look = reverse("sample_look", args=[inspection.pk, drawn.pk])
    for _ in range(2):
        assert client.post(look, {"looked": "yes"}).status_code == 302
    drawn.refresh_from_db()
    assert drawn.looked_by == cast.wang and Entry.objects.filter(verb="look").count() == 1
    said = client.get(there, {"again": "1"}).content.decode()
    assert "1 项全部相同" in said and "总体没有变" in said
    verbs.assess(inspection, warning(item), "accepted", "", by=acting(cast.wang))
    assert "意见 1" in client.get(there).content.decode()
    assert client.get(f"{there}sheet.xlsx").status_code == 200
    item.matter.category = "F01"
    item.matter.save()
    said = client.get(there, {"again": "1"}).content.decode()
    assert "总体有变化" in said and "大额资金使用 提醒" in said


def test_of_a_personnel_matter_the_journal_says_no_title_and_the_school_sees_who_looked(
    sign_in, cast, inspection, item, address
):
    item.matter.category = "H01"
    item.matter.save()
    client = sign_in(cast.wang)
    client.post(address, {"act": "remark", "text": "人选没有酝酿。"})
    assert "教师师德" not in Entry.objects.get(verb="remark").summary
    client.get(address)
    view = ConfidentialView.objects.get()
    assert (view.user, view.page, view.key) == (cast.wang, "working_item", inspection.key)


def test_all_papers_in_one_list(sign_in, cast, inspection, item):
    on, by = On.of_item(item), acting(cast.wang)
    verbs.remark(inspection, on, "方案没有附预算。", by=by)
    verbs.assess(inspection, warning(item), "set_aside", "经核对录音。", by=by)
    of_matter = Assessment.objects.create(
        inspection=inspection, school=cast.school, matter=item.matter, by=cast.yan, rule="C-28", verdict="accepted",
        text="拆分支付。",
    )  # fmt: skip
    back = verbs.find(inspection, On(cast.school), "没有议事规则。", clause="", weight="warn", by=by)
    verbs.withdraw_assessment(back, by=by)
    client = sign_in(cast.yan)
    address = reverse("working_list", args=[inspection.pk])

    def listed(**narrowed) -> list[str]:
        said = client.get(address, narrowed).content.decode()
        words = ("方案没有附预算。", "经核对录音。", "拆分支付。", "没有议事规则。")
        return [word for word in words if word in said]

    assert listed() == ["方案没有附预算。", "经核对录音。", "拆分支付。"]
    assert listed(kind="set_aside") == ["经核对录音。"] and listed(kind="remark") == ["方案没有附预算。"]
    assert listed(by=cast.yan.pk) == ["拆分支付。"] and listed(state="withdrawn") == ["没有议事规则。"]
    assert len(listed(state="all", school="shifan")) == 4 and listed(kind="own") == []
    assert (
        f'href="{reverse("working_item", args=[inspection.pk, item.pk])}#papers"'
        in client.get(address, {"by": of_matter.by_id}).content.decode()
    )
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}sheet.xlsx").getvalue())).active
    assert [row[6] for row in sheet.values if row[3] == "备注"] == ["方案没有附预算。"]
