"""议事规则: a version is entered with its parameters, stands from its day on, and is mended until it is filed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry
from governance import filing, procedures
from governance.cataloguing import add_large_sum, add_row
from governance.models import CatalogueRow, Organisation, Procedure
from governance.procedures import Refused
from governance.rules.ruling import Outcome
from governance.rules.values import PARAMETERS
from meetings.facts import load
from meetings.models import KeptFinding, Meeting
from meetings.transitions import judge_all
from tests.meetings.stage import acting, issued_with_the_chair_first

from .scenes import TURN, answering, entered, of_day, submitted

LIST = reverse("procedure_list", args=["shifan"])
NEW = reverse("procedure_new", args=["shifan"])
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"


@pytest.fixture(autouse=True)
def a_place_for_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def at(name: str, version: Procedure) -> str:
    return reverse(name, args=["shifan", version.pk])


def given(body="party", **more) -> dict:
    return {"body": body, "since": TURN.isoformat(), "title": "党组织会议议事规则", "text": "第一条"} | more


# what stands on a day


STRICTER = {
    "quorum": "two_thirds",
    "quorum_two_thirds_matters": "three_quarters",
    "two_thirds_categories": ["D02", "F"],
    "pass_threshold": "two_thirds",
    "pass_base": "present",
    "recusal_reduces_base": True,
    "notice_hours": 72,
    "chair_speaks_last": "all",
    "minutes_working_days": 3,
    "record_hours": 48,
    "late_entry_days": 10,
    "frequency_days": 14,
    "vacation_months": [1, 2],
    "communication_days": 7,
    "publicity_working_days": 7,
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_worth_its_default_the_day_before_and_its_value_from_the_day_on(cast, name):
    parameter = PARAMETERS[name]
    body = parameter.bodies[0]
    entered(cast, body, parameters={name: STRICTER[name]})
    worth = [getattr(of_day(cast).parameters(body, TURN + timedelta(days=n)), name) for n in (-1, 0, 1)]
    changed = parameter.read(STRICTER[name])
    assert worth == [parameter.default, changed, changed] and changed != parameter.default


def test_what_the_next_version_does_not_name_falls_back_to_the_default(cast):
    entered(cast, parameters={"notice_hours": 72})
    entered(cast, since=TURN + timedelta(days=30), parameters={"record_hours": 48})
    dossier = of_day(cast)
    hours = [dossier.parameters("party", TURN + timedelta(days=n)).notice_hours for n in (29, 30)]
    assert hours == [72, 48]


def test_kept_findings_stay_and_a_later_judgement_of_that_day_reads_what_was_entered_late(cast):
    meeting = issued_with_the_chair_first(cast)
    kept = KeptFinding.objects.order_by("pk")
    before = list(kept.values())
    assert kept.filter(rule="P-14", outcome="broken", judgement__current=True).exists()

    def broken() -> set[str]:
        judged = judge_all(load(cast.school, Meeting.objects.filter(pk=meeting.pk)), meeting.pk)
        return {finding.code for finding in judged if finding.outcome == Outcome.BROKEN}

    assert "P-14" in broken() and "C-06" not in broken()
    since, clerk = timezone.localdate() - timedelta(days=30), acting(cast.zheng)
    entered(cast, since=since, parameters={"chair_speaks_last": "none"})
    add_row("D13", since=since, prior=["J1"], reserved=True, two_thirds=False, by=clerk)
    add_large_sum(since=since, amount=Decimal(1), inclusive=True, cumulative=True, by=clerk)
    assert list(kept.values()) == before
    assert "P-14" not in broken() and "C-06" in broken()
    assert list(kept.values()) == before


# entering


def test_the_clerk_enters_a_version_with_file_and_parameters(cast, sign_in):
    client = sign_in(cast.zheng)
    upload = SimpleUploadedFile("规则.pdf", PDF)
    more = {
        "quorum": "two_thirds",
        "notice_hours": "７２",
        "vacation_months": ["1", "2"],
        "recusal_reduces_base": "True",
    }
    response = client.post(NEW, given(file=upload, not_secret="on", two_thirds_categories=["F", "D02"], **more))
    version = Procedure.objects.get()
    assert response.url == at("procedure", version)
    assert version.parameters == {
        "quorum": "two_thirds",
        "two_thirds_categories": ["D02", "F"],
        "recusal_reduces_base": True,
        "notice_hours": 72,
        "vacation_months": [1, 2],
    }
    assert (version.entered_by, version.file_name) == (cast.zheng.user, "规则.pdf") and len(version.file_sha256) == 64
    assert Entry.objects.get(verb="enter_procedure").summary == "登记党组织会议议事规则（自2026年3月1日）"
    page = client.get(response.url).content.decode()
    assert "<b>72 小时</b>" in page and "默认48 小时" in page
    assert "D02、F 类（大额资金使用）" in page and '24 小时 <span class="state">默认</span>' in page
    assert b"".join(client.get(at("procedure_file", version)).streaming_content) == PDF


def test_nothing_filled_in_is_the_default_and_no_vacation_is_a_value(cast, sign_in):
    client = sign_in(cast.zheng)
    client.post(NEW, given("office", vacation_months=["none"]))
    assert Procedure.objects.get().parameters == {"vacation_months": []}


@pytest.mark.parametrize(
    ("body", "more", "said"),
    [
        (
            "party",
            {"quorum_two_thirds_matters": "half"},
            "不得低于三分之二以上，填写的是半数以上。依据《意见》（五）。",
        ),
        ("party", {"pass_threshold": "half"}, "不得低于超过半数，填写的是半数以上。依据本校议事规则。"),
        ("party", {"quorum": "one_third"}, "应为半数以上、"),
        ("office", {"quorum": "third"}, "依据《意见》（六）。"),
        ("party", {"notice_hours": "两天"}, "应为不小于 0 的整数"),
        ("party", {"communication_days": "0"}, "应为不小于 1 的整数"),
        ("party", {"vacation_months": ["13"]}, "应为 1 至 12 的月份"),
        ("party", {"vacation_months": ["none", "7"]}, "应为 1 至 12 的月份"),
        ("party", {"two_thirds_categories": ["Z9"]}, "Z9 不在事项目录中"),
        ("party", {"pass_base": "everybody"}, "应为应到会人数、实到会人数之一"),
        ("party", {"recusal_reduces_base": "perhaps"}, "应为是或否"),
        ("office", {"pass_base": "present"}, "“计票基数”不能写进校长办公会议的议事规则"),
        ("party", {"frequency_days": "14"}, "“两次会议最长间隔（天）”不能写进党组织会议的议事规则"),
    ],
)
def test_what_is_too_loose_or_of_the_other_body_is_refused_beside_its_field(cast, sign_in, body, more, said):
    response = sign_in(cast.zheng).post(NEW, given(body, notice_hours="60") | more)
    page = response.content.decode()
    assert response.status_code == 422 and said in page
    assert "党组织会议议事规则" in page and not Procedure.objects.exists()  # it comes back filled
    assert 'class="clause"' in page


def test_the_form_offers_what_the_body_has_and_says_where_the_rest_falls(cast, sign_in):
    client = sign_in(cast.zheng)
    party = client.get(NEW, {"body": "party"}).content.decode()
    office = client.get(NEW, {"body": "office"}).content.decode()
    assert "没有填写的参数按默认值执行，不沿用上一版" in party
    assert "主持人末位表态的范围" in party and "主持人末位表态的范围" not in office
    assert "两次会议最长间隔" in office and "两次会议最长间隔" not in party
    assert '<option value="half">半数以上</option>' in party.partition("讨论干部任免等重要事项须到人数")[2]


def test_a_version_begins_from_the_values_of_another_one(cast, sign_in):
    client = sign_in(cast.zheng)
    first = entered(cast, parameters={"notice_hours": 72, "vacation_months": [], "recusal_reduces_base": False})
    assert f"from={first.pk}" in client.get(NEW, {"body": "party"}).content.decode()
    page = client.get(NEW, {"body": "party", "from": first.pk}).content.decode()
    assert 'name="notice_hours" value="72"' in page and "第一条 会议由书记召集。" in page
    assert 'value="none" id="id_vacation_months_12" checked' in page and '<option value="False" selected>' in page


def test_two_versions_from_one_day_are_refused(cast, sign_in):
    entered(cast)
    page = sign_in(cast.zheng).post(NEW, given()).content.decode()
    assert "党组织会议自2026年3月1日起已有一版议事规则。同一天只能有一版" in page
    assert Procedure.objects.count() == 1
    entered(cast, "office")  # another body is another matter


def test_what_is_missing_or_no_document_is_said(cast, sign_in):
    client = sign_in(cast.zheng)
    assert "请填写自哪一天起执行" in client.post(NEW, given(since="")).content.decode()
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert "通过日期晚于今天" in client.post(NEW, given(adopted_on=tomorrow)).content.decode()
    assert "不含涉密内容" in client.post(NEW, given(file=SimpleUploadedFile("规则.pdf", PDF))).content.decode()
    picture = SimpleUploadedFile("规则.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64)
    assert "不是 PDF 或 Word 文件" in client.post(NEW, given(file=picture, not_secret="on")).content.decode()
    assert not Procedure.objects.exists()


def test_a_school_without_party_organisation_has_no_party_rules(cast, sign_in):
    Organisation.objects.filter(pk=cast.school.pk).update(party_organization="none")
    client = sign_in(cast.zheng)
    page = client.get(LIST).content.decode()
    assert "校长办公会议议事规则" in page and "党组织会议议事规则" not in page
    assert client.get(NEW, {"body": "party"}).status_code == 404
    with pytest.raises(Refused, match="没有党组织会议"):
        entered(cast)


# mending


def test_a_version_is_mended_until_it_is_filed(cast, sign_in):
    client, version = sign_in(cast.zheng), submitted(cast)
    assert "修改以后须重新报送" in client.get(at("procedure_edit", version)).content.decode()
    client.post(at("procedure_edit", version), given(notice_hours="72", seen=procedures.mark_of(version)))
    version.refresh_from_db()
    assert version.parameters == {"notice_hours": 72} and version.filing == "not_submitted"
    filing.submit(version, on=timezone.localdate(), by=acting(cast.zheng))
    version.refresh_from_db()
    seen = procedures.mark_of(version)
    filing.file(version, on=timezone.localdate(), number="1号", seen=seen, by=answering(cast))
    refused = client.post(at("procedure_edit", version), given(notice_hours="96"), follow=True).content.decode()
    assert "已备案的一版不能再改。要改规定，请登记新的一版" in refused
    with pytest.raises(Refused, match="已备案，不能再改"):
        procedures.mend(
            version, since=TURN, title="", adopted_on=None, text="", upload=None, parameters={}, by=acting(cast.zheng)
        )
    version.refresh_from_db()
    assert version.parameters == {"notice_hours": 72}


def test_nobody_overwrites_what_somebody_else_mended_meanwhile(cast, sign_in):
    client, version = sign_in(cast.zheng), entered(cast)
    opened = procedures.mark_of(version)
    client.post(at("procedure_edit", version), given(title="甲改的", seen=opened))
    response = client.post(at("procedure_edit", version), given(title="乙改的", seen=opened))
    page = response.content.decode()
    assert response.status_code == 422 and "这一版已被他人修改" in page and "乙改的" in page
    assert Procedure.objects.get().title == "甲改的"
    seen = procedures.mark_of(Procedure.objects.get())
    assert f'value="{seen}"' in page  # saved once more, it is kept
    assert client.post(at("procedure_edit", version), given(title="乙改的", seen=seen)).status_code == 302


# reading


def test_the_page_shows_what_stood_on_a_day(cast, sign_in):
    entered(cast, title="旧规则")
    entered(cast, since=TURN + timedelta(days=60), title="新规则")
    client = sign_in(cast.wu)
    page = client.get(LIST, {"on": "2026-04-29"}).content.decode()
    assert "2026年4月29日执行：<a" in page and page.index("旧规则</a> <span") < page.index("各版")
    assert "2026年3月1日 至 2026年4月29日" in page and "2026年4月30日起，尚未执行" in page
    assert "没有党组织会议议事规则，按默认值检查" in client.get(LIST, {"on": "2026-02-28"}).content.decode()
    assert "不是有效的日期" in client.get(LIST, {"on": "三月"}).content.decode()
    assert "登记新的一版" not in page  # a member reads


def test_what_changed_against_the_version_before_is_marked(cast, sign_in):
    entered(cast, parameters={"notice_hours": 72})
    version = entered(cast, since=TURN + timedelta(days=60))
    page = sign_in(cast.zhao).get(at("procedure", version)).content.decode()
    assert page.count("有改动") == 1 and '72 小时 <span class="mark mark-warn">有改动</span>' in page


def test_own_codes_may_be_named(cast):
    CatalogueRow.objects.create(school=cast.school, code="D20", title="自定", since=TURN, route="P")
    assert entered(cast, parameters={"two_thirds_categories": ["D20"]})


def test_only_the_clerk_enters_and_mends(cast):
    version = entered(cast)
    for who in (cast.zhao, cast.qian):
        with pytest.raises(PermissionDenied):
            procedures.enter("party", since=date(2026, 5, 1), parameters={}, by=acting(who))
        with pytest.raises(PermissionDenied):
            filing.submit(version, on=timezone.localdate(), by=acting(who))
