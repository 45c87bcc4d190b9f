"""严审计 was granted three schools for a month: she sees what was granted of them, until the last minute of it."""

from datetime import timedelta
from hashlib import sha256

import pytest
from django.core.files.base import ContentFile
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from governance.models import Grant
from inspection import transitions as verbs
from inspection.access import inspection_for, items_in_scope
from inspection.models import Inspection
from inspection.sampling import Stratum
from meetings.models import Attachment, Attendance, ConfidentialView, Consultation, Document, KeptFinding
from meetings.viewing import pages_of, views_of
from tests import cast as people
from tests.inspection.inspecting import acting, held, planned, started


def begins_with(cast):
    """Of personnel only: one of two items of a meeting; a whole meeting; one beyond the period; one of a fourth school."""
    third, fourth = (people.school(code, name, cast.district) for code, name in (("san", "三校"), ("si", "四校")))
    items = {
        "granted": held(cast.school, "聘任中层干部", category="H01", broken="P-04"),
        "whole": held(cast.school, "推荐后备干部", category="H02"),
        "old": held(cast.school, "从前的任免", category="H01", days_ago=200, broken="P-04"),
        "third": held(third, "三校的任免", category="H01", broken="P-04"),
        "fourth": held(fourth, "四校的任免", category="H01", broken="P-04"),
    }
    items["beside"] = held(cast.school, "采购课桌椅", category="P01", meeting=items["granted"].meeting, broken="P-03")
    for name, item in items.items():
        Attachment.objects.create(
            matter=item.matter, file=ContentFile(b"%PDF-1.4", name="x.pdf"), name=f"{name}.pdf", size=8,
            content_type="application/pdf", sha256=sha256(b"%PDF-1.4").hexdigest(), uploaded_by=cast.zheng.user,
        )  # fmt: skip
        Document.objects.create(
            school=item.matter.school, meeting=item.meeting, kind="record", body="party", year=2026,
            serial=item.pk, number=f"会议记录〔2026〕{item.pk}号", frozen={"school": "示范中学"}, digest="0" * 64,
            issued_by=cast.zheng.user,
        )  # fmt: skip
    schools = [cast.school, cast.elsewhere, third]
    inspection = started(planned(cast, cast.wang, cast.yan, schools=schools, classes=["H"]))
    return inspection, items


@pytest.fixture
def cast(begun, settings, tmp_path):
    return begun[0]


@pytest.fixture
def inspection(begun) -> Inspection:
    return Inspection.objects.get(pk=begun[1][0].pk)


@pytest.fixture
def items(begun):
    return begun[1][1]


def addresses(items, name: str) -> list[str]:
    """Every address at which an item, or its meeting, can be looked at."""
    item = items[name]
    school = item.matter.school.code
    found = KeptFinding.objects.filter(item=item).first()
    return [
        reverse("matter", args=[school, item.matter_id]),
        reverse("matter_texts", args=[school, item.matter_id]),
        reverse("attachment", args=[school, item.matter.attachments.get().pk]),
        *([reverse("finding", args=[found.pk])] if found else []),
    ]


def of_meeting(items, name: str) -> list[str]:
    item = items[name]
    school, document = item.matter.school.code, Document.objects.filter(meeting=item.meeting).first()
    return [
        reverse("meeting", args=[school, item.meeting_id]),
        reverse("record", args=[school, item.meeting_id]),
        reverse("document_page", args=[school, document.pk]),
    ]


def of_inspection(inspection) -> list[str]:
    return [
        reverse("inspection", args=[inspection.pk]),
        reverse("inspection_school", args=[inspection.pk, "shifan"]),
        reverse("search", args=["shifan"]) + "?q=任免",
    ]


def statuses(client, those) -> set[int]:
    return {client.get(each).status_code for each in those}


def test_she_sees_the_items_granted_and_none_beside_them(cast, sign_in, inspection, items):
    client = sign_in(cast.yan)
    for name in ("granted", "whole", "third"):
        assert statuses(client, addresses(items, name)) == {200}, name
    for name in ("old", "fourth", "beside"):
        assert statuses(client, addresses(items, name)) == {404}, name
    assert statuses(client, of_meeting(items, "whole")[:2]) == {302, 200}
    for name in ("granted", "old", "fourth"):
        assert statuses(client, of_meeting(items, name)) == {404}, name
    assert statuses(client, of_inspection(inspection)) == {200}


def test_of_a_matter_that_came_to_another_meeting_too_she_sees_what_was_there_by_then(cast, sign_in, inspection, items):
    matter, now = items["granted"].matter, timezone.now()
    Grant.objects.filter(key=inspection.key).update(records_until=timezone.localdate() - timedelta(days=5))
    for days, note in ((11, "会前酝酿。"), (2, "另一次会前酝酿。")):
        Consultation.objects.create(
            matter=matter, kind="deliberation", at=now - timedelta(days=days), heard=3, outcome="heard", note=note
        )
    file = matter.attachments.get()
    there, address = reverse("matter", args=["shifan", matter.pk]), reverse("attachment", args=["shifan", file.pk])
    shown = sign_in(cast.yan).get(there).content.decode()
    assert "另一次会前酝酿。" in shown and file.name in shown  # nothing of it is beyond
    later = held(cast.school, "占位", days_ago=1)
    later.matter = matter
    later.save()
    shown = sign_in(cast.yan).get(there).content.decode()
    assert "会前酝酿。" in shown and "另一次" not in shown and file.name not in shown
    assert "只列范围内的上会" in shown and sign_in(cast.yan).get(address).status_code == 404
    assert "另一次会前酝酿。" in sign_in(cast.wang).get(there).content.decode()


def test_no_page_names_what_is_beside_the_scope(cast, sign_in, inspection, items):
    client = sign_in(cast.yan)
    pages = [
        page.content.decode()
        for each in (*addresses(items, "granted"), *of_meeting(items, "whole")[1:2], *of_inspection(inspection))
        if (page := client.get(each))["Content-Type"].startswith("text/html")
    ]
    assert len(pages) >= 6
    for page in pages:
        assert not [word for word in ("采购课桌椅", "从前的任免", "四校") if word in page]
    found = client.get(reverse("search", args=["shifan"]), {"q": "方案"})
    assert {hit.matter.title for hit in found.context["found"].hits} == {"聘任中层干部", "推荐后备干部"}


def test_until_the_last_minute_of_it(cast, sign_in, inspection, items):
    client = sign_in(cast.yan)
    everywhere = [
        *addresses(items, "granted"),
        *addresses(items, "third"),
        *of_meeting(items, "whole")[:2],
        *of_inspection(inspection),
    ]
    now = timezone.now()
    for until, answer in ((now + timedelta(seconds=60), {200, 302}), (now - timedelta(seconds=1), {404})):
        Grant.objects.filter(key=inspection.key).update(since=now - timedelta(days=1), until=until)
        assert statuses(client, everywhere) == answer
        mine = client.get(reverse("my_inspections")).context["page"].paginator.count
        assert mine == (1 if answer != {404} else 0)
    Grant.objects.filter(key=inspection.key).update(since=now + timedelta(seconds=60), until=now + timedelta(days=1))
    assert statuses(client, everywhere) == {404}, "nor before it begins"


def test_who_is_invited_no_more_sees_nothing_more(cast, sign_in, inspection, items):
    client, everywhere = sign_in(cast.yan), [*addresses(items, "granted"), *of_inspection(inspection)]
    assert 404 not in statuses(client, everywhere)
    role, today = Role.objects.filter(user=cast.yan), timezone.localdate()
    role.update(since=today - timedelta(days=1), until=today)
    assert statuses(client, everywhere) == {404}
    role.update(until=None, organisation=people.authority("other", "外区教育局"))
    assert statuses(client, everywhere) == {404}, "what another authority invites to opens nothing here"


def test_by_the_days_of_the_inspection_the_last_minute_is_that_of_its_last_day(inspection):
    (until,) = Grant.objects.filter(key=inspection.key).values_list("until", flat=True).distinct()
    local = timezone.localtime(until)
    assert (local.date(), local.hour, local.minute) == (inspection.until + timedelta(days=1), 0, 0)


def test_exports_lists_and_the_api_ask_for_more_than_a_grant(cast, sign_in, items):
    client = sign_in(cast.yan)
    closed = [
        reverse(name, args=["shifan"])
        for name in ("desk", "matter_list", "meeting_list", "meeting_sheet", "decision_list", "decision_sheet",
                     "follow_up_list", "follow_up_sheet", "paper_list", "leadership", "procedure_list", "school_check")
    ]  # fmt: skip
    closed += [reverse(name, args=["district"]) for name in ("district", "district_findings", "inspection_list")]
    assert statuses(client, closed) == {404}
    for name in ("school", "matter", "meeting", "decision", "finding"):
        assert client.get(reverse(f"api-{name}-list")).json()["count"] == 0
    assert client.get(reverse("api-matter-detail", args=[items["granted"].matter_id])).status_code == 404


def test_people_narrow_their_own_school(cast, sign_in, inspection, items):
    verbs.end_inspection(inspection, by=acting(cast.wang))
    Attendance.objects.create(meeting=items["whole"].meeting, person=cast.wu, status="present")
    schools = [cast.school, items["third"].matter.school]
    of_wu = started(planned(cast, cast.yan, title="吴委员离任审计", schools=schools, people=[cast.wu]))
    client = sign_in(cast.yan)
    assert statuses(client, addresses(items, "whole") + addresses(items, "third")) == {200}
    assert statuses(client, addresses(items, "granted")) == {404}
    page = client.get(reverse("inspection", args=[of_wu.pk]))
    assert [(school.code, scope.items) for school, scope in page.context["rows"]] == [("san", 1), ("shifan", 1)]


def test_each_view_is_written_down_and_shown_to_the_school_when_it_is_over(cast, sign_in, inspection, items):
    client = sign_in(cast.yan)
    statuses(client, addresses(items, "granted") + of_meeting(items, "whole")[1:2])
    pages = ["matter", "matter_texts", "attachment", "finding", "record"]
    assert list(ConfidentialView.objects.order_by("pk").values_list("page", flat=True)) == pages
    assert set(ConfidentialView.objects.values_list("key", "user_name")) == {(inspection.key, "严审计")}
    clerk = sign_in(cast.zheng)
    there = reverse("confidential_views", args=["shifan"])
    assert clerk.get(there).context["page"].paginator.count == 0
    sign_in(cast.wang).get(reverse("matter", args=["shifan", items["granted"].matter_id]))  # by a role: at once
    assert [view.user_name for view in views_of(cast.school)] == ["王检查"]
    verbs.end_inspection(inspection, by=acting(cast.wang))
    shown = sign_in(cast.zhao).get(there)
    assert shown.context["page"].paginator.count == 3 and "聘任中层干部" in shown.content.decode()
    for who in (cast.li, cast.wang):
        assert sign_in(who).get(there).status_code == 404
    assert views_of(cast.elsewhere).count() == 0


def test_pages_of_one_word_are_counted_together():
    look = {"whats": ["整改台账", "议题", "整改台账"], "each_times": [6, 1, 1]}
    assert pages_of(look) == ["整改台账 7 次", "议题"]


def test_the_schools_own_and_what_is_not_confidential_leave_no_row(cast, sign_in, items):
    sign_in(cast.zheng).get(reverse("matter", args=["shifan", items["granted"].matter_id]))
    sign_in(cast.wang).get(reverse("matter", args=["shifan", items["beside"].matter_id]))
    assert not ConfidentialView.objects.exists()


def test_an_export_is_one_row_that_names_how_many_and_a_page_one_for_each(cast, sign_in):
    exported = sign_in(cast.wang).get(reverse("decision_sheet", args=["shifan"]))
    b"".join(exported.streaming_content)
    view = ConfidentialView.objects.get()
    assert view.page == "decision_sheet" and view.what == "导出决策台账（含人事事项 3 件）"
    sign_in(cast.wang).get(reverse("api-matter-list"), {"school": "shifan"})
    assert ConfidentialView.objects.filter(page="api-matter-list", school=cast.school).count() == 3


def test_without_the_role_that_was_given_nobody_is_named_again(cast, inspection):
    Role.objects.filter(user=cast.yan).update(since=F("since"), until=timezone.localdate())
    with pytest.raises(verbs.Stopped, match="受派检查员"):
        planned(cast, cast.yan, title="又一次")


def test_what_leaves_with_a_sample_is_one_row_of_its_inspection(cast, sign_in, inspection):
    drawn = dict.fromkeys(items_in_scope(inspection).values_list("pk", flat=True), Stratum("shifan", "H", "met"))
    verbs.draw_sample(inspection, drawn, seed="7", size=9, by=inspection_for(cast.yan, inspection.pk)[1])
    exported = sign_in(cast.yan).get(reverse("sample_sheet", args=[inspection.pk, 1]))
    b"".join(exported.streaming_content)
    rows = ConfidentialView.objects.values_list("school__code", "key")
    assert sorted(rows) == [("san", inspection.key), ("shifan", inspection.key)]
    assert not views_of(cast.school)
