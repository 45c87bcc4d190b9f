"""更正: a sealed record says what it said; what is right is told beside it, signed, and judged."""

import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Notice
from governance.access import Standing
from meetings import transitions as verbs
from meetings.documents import pdf_of
from meetings.dossiers import bring_in, judge_what_came
from meetings.dossiers.exporting import dossier_of
from meetings.draining import drain
from meetings.facts import load
from meetings.follow_up_reminders import follow_ups
from meetings.models import (
    AgendaVersion,
    Attendance,
    Correction,
    Document,
    Item,
    Judgement,
    KeptFinding,
    Meeting,
    Movement,
    NamedBallot,
    Opinion,
    Recusal,
    TextRevision,
    Vote,
)
from meetings.rejudging import rejudge
from meetings.room import room_for
from meetings.worklist import worklist
from tests.answers import answers

from ..rules.story import Story, counts
from .stage import acting, confirmed, decided, issued_with_the_chair_first, mark, opened, say, vote

pytestmark = pytest.mark.django_db


@pytest.fixture
def issued(again) -> Meeting:
    """A party meeting where 赵书记 spoke first; 吴委员 on leave. Signed, and its minutes issued."""
    return Meeting.objects.get(pk=again(issued_with_the_chair_first).pk)


def record(cast, meeting, **how):
    return load(cast.school, Meeting.objects.filter(pk=meeting.pk), **how)


def corrected(cast, meeting, path, right, *, found_by="王检查", reason="与原始记录核对。"):
    return verbs.correct(meeting, path, right, found_by=found_by, reason=reason, by=acting(cast.zheng))


def stands(cast, meeting, path, right, **why):
    made = corrected(cast, meeting, path, right, **why)
    return verbs.sign_correction(made, digest=made.digest, by=acting(cast.zhao))


def speaks_last(cast, meeting) -> list[Correction]:
    """The chair spoke fourth, and 李副校 first: two orders were exchanged."""
    pk = meeting.items.get().pk
    return [
        stands(cast, meeting, f"opinion/{pk}/{who.pk}/order", order)
        for who, order in ((cast.zhao, "4"), (cast.li, "1"))
    ]


def test_rows_and_signed_digest_stay_and_the_facts_are_the_corrected_ones(cast, issued):
    item, before = issued.items.get(), verbs.record_digest(record(cast, issued), issued.pk)
    first, second = speaks_last(cast, issued)
    assert (first.wrong, first.right, second.wrong_said, second.right_said) == ("1", "4", "4", "1")
    assert Opinion.objects.get(item=item, person=cast.zhao).order == 1
    loaded = record(cast, issued)
    assert [row["person"] for row in loaded.items[issued.pk][0].opinion_rows][::3] == [cast.li.pk, cast.zhao.pk]
    assert verbs.record_digest(loaded, issued.pk) == before == issued.signatures.first().digest
    as_written = record(cast, issued, corrected=False)
    assert loaded.as_written[issued.pk] == as_written.dossier.records.meetings[0] != loaded.dossier.records.meetings[0]
    assert [one.outcome for one in answers(rule="P-14")] == ["met"]
    kept = list(Judgement.objects.filter(meeting=issued, item=None).order_by("pk").values_list("verb", "current"))
    assert kept[-3:] == [("issue", False), ("correct", False), ("correct", True)]


def test_a_document_of_its_own_says_so_and_the_minutes_are_not_touched(cast, issued, sign_in):
    minutes = issued.documents.get()
    made = stands(cast, issued, f"item/{issued.items.get().pk}/decision_text", "同意，暑期实施。")
    paper = made.document
    assert (paper.kind, paper.corrects, paper.serial) == (Document.Kind.CORRECTION, minutes, 1)
    assert paper.number == f"党组织会议更正说明〔{timezone.localdate().year}〕1号"
    assert (paper.frozen["wrong"], paper.frozen["right"]) == ("同意实施。", "同意，暑期实施。")
    assert pdf_of(paper) == pdf_of(paper)
    frozen = minutes.frozen
    minutes.refresh_from_db()
    assert minutes.frozen == frozen and issued.minutes.items.get().text.endswith("同意实施。")
    client = sign_in(cast.wang)
    page = client.get(reverse("document_page", args=["shifan", minutes.pk])).content.decode()
    assert paper.number in page and "本文件照原样保存" in page
    page = client.get(reverse("document_page", args=["shifan", paper.pk])).content.decode()
    assert "同意，暑期实施。" in page and "王检查" in page and "原会议记录和纪要照旧保存" in page
    second = stands(cast, issued, f"item/{issued.items.get().pk}/decision_text", "同意，寒假实施。")
    assert second.wrong == "同意，暑期实施。" and second.document.serial == 2  # the second builds on the first


def test_each_page_shows_what_was_written_beside_what_is_right(cast, issued, sign_in):
    item = issued.items.get()
    speaks_last(cast, issued)
    stands(cast, issued, f"item/{item.pk}/responsible", f"{cast.sun.pk}")
    stands(cast, issued, f"vote/{item.votes.get().pk}/agree", "3")
    client = sign_in(cast.wang)
    page = client.get(reverse("record", args=["shifan", issued.pk])).content.decode()
    assert "<del>李副校</del>" in page and "责任人：孙副书记" in page and "原结论" in page
    assert "P-14" in page and "登记更正" not in page
    ledger = client.get(reverse("decision_list", args=["shifan"])).content.decode()
    assert "<del>李副校</del>" in ledger and "同意 3" in ledger and "同意票 原记<del>4</del>" in ledger
    room = client.get(reverse("meeting", args=["shifan", issued.pk])).content.decode()
    assert "原记<del>李副校</del>，更正为 <ins>孙副书记</ins>" in room


def test_a_date_written_wrong_is_the_date_of_the_follow_up_and_the_decided_one_is_kept(cast, issued):
    item = issued.items.get()
    before, decided_on = verbs.record_digest(record(cast, issued), issued.pk), item.due
    day = timezone.localdate().replace(month=12, day=30)
    stands(cast, issued, f"item/{item.pk}/due", day.isoformat())
    item.refresh_from_db()
    assert (item.due, item.due_decided) == (day, decided_on)
    assert verbs.record_digest(record(cast, issued), issued.pk) == before
    again = stands(cast, issued, f"item/{item.pk}/due", "2027-01-05")
    item.refresh_from_db()
    assert again.right_said == "2027年1月5日"
    assert again.wrong == day.isoformat() and item.due.isoformat() == "2027-01-05" and item.due_decided == decided_on
    assert verbs.record_digest(record(cast, issued), issued.pk) == before


CANNOT_BE = [
    ("item/{item}/decision_text", "同意实施。", "现在记的就是“同意实施。”"),
    ("item/{item}/decided_by", "1", "没有这个栏目"),
    ("vote/0/agree", "1", "没有这个栏目"),
    ("item/0/outcome", "passed", "不在本次会议的议程上"),
    ("item/{item}/outcome", "won", "选项无效"),
    ("vote/{vote}/agree", "-1", "“-1”不是票数"),
    ("attendance/{li}/from_item", "7", "本次会议只有 1 项，没有第 7 项"),
    ("attendance/0/status", "absent", "没有这个人"),
    ("meeting/ends_at", "2001-01-01T10:00", "结束时间不能早于开始时间"),
    ("meeting/starts_at", "", "开始时间不能为空"),
    ("recusal/{item}/{li}/reason", "亲属", "没有记李副校回避"),
]


def test_what_cannot_be_is_refused_with_a_sentence(cast, issued):
    item = issued.items.get()
    for path, right, said in CANNOT_BE:
        path = path.format(item=item.pk, vote=item.votes.get().pk, li=cast.li.pk)
        with pytest.raises(verbs.Stopped, match=said):
            corrected(cast, issued, path, right)
    assert not Correction.objects.exists()


def test_one_field_has_one_open_correction_and_who_may_not_does_not(cast, issued):
    path = f"opinion/{issued.items.get().pk}/{cast.li.pk}/text"
    first = corrected(cast, issued, path, "同意，建议分步。")
    assert corrected(cast, issued, path, "同意，建议分步。") == first  # a double click
    with pytest.raises(verbs.Stopped, match="已有更正 1 等待签字，更正为“同意，建议分步。”"):
        corrected(cast, issued, path, "不同意。")
    with pytest.raises(verbs.Stopped, match="谁发现"):
        corrected(cast, issued, "meeting/place", "报告厅", found_by=" ")
    with pytest.raises(verbs.NotAllowed, match="由学校秘书办理"):
        verbs.correct(issued, path, "x", found_by="x", reason="x", by=acting(cast.li))
    with pytest.raises(verbs.NotAllowed, match="召集会议的负责人或主持人"):
        verbs.sign_correction(first, digest=first.digest, by=acting(cast.qian))
    with pytest.raises(verbs.WrongState, match="有改动"):
        verbs.sign_correction(first, digest="", by=acting(cast.zhao))
    verbs.drop_correction(first, by=acting(cast.zheng))
    with pytest.raises(verbs.WrongState, match="已经撤回"):
        verbs.sign_correction(first, digest=first.digest, by=acting(cast.zhao))
    second = stands(cast, issued, path, "不同意。")
    assert second.no == 2
    with pytest.raises(verbs.WrongState, match="已经签字，不能撤回"):
        verbs.drop_correction(second, by=acting(cast.zheng))
    verbs.sign_correction(second, digest=second.digest, by=acting(cast.zhao))  # the second tap
    assert Document.objects.filter(kind="correction").count() == 1
    facts = Entry.objects.get(verb="sign_correction").facts
    assert facts == {"correction": second.pk, "no": 2, "digest": second.digest, "document": second.document_id}


def test_the_head_is_asked_on_the_desk_and_by_notice_and_all_learn_of_it(cast, issued):
    drain()
    made = corrected(cast, issued, f"attendance/{cast.wu.pk}/status", "absent")
    drain()
    assert set(Notice.objects.filter(kind="correction").values_list("recipient__name", flat=True)) == {"赵书记"}
    row = next(row for row in worklist(acting(cast.zhao), timezone.now()) if row.kind == "correction")
    assert (row.act, row.title) == ("去签字", "更正 1：吴委员 · 到会情况")
    assert not [row for row in worklist(acting(cast.qian), timezone.now()) if row.kind == "correction"]
    verbs.sign_correction(made, digest=made.digest, by=acting(cast.zhao))
    drain()
    assert Notice.objects.filter(kind="corrected", recipient=cast.wu.user).exists()
    made.refresh_from_db()
    assert made.document.file  # the paper was made


def test_a_rejudging_says_that_the_record_was_corrected_and_by_which(cast, issued):
    speaks_last(cast, issued)
    today = timezone.localdate()
    run = rejudge(cast.school, today, today + timezone.timedelta(days=1))
    told = {each.rule: (each.reason, each.detail) for each in run.differences.filter(meeting=issued)}
    assert told["P-14"][0] == "record_corrected" and told["P-14"][1].endswith("（更正 1、2）")
    assert "赵书记的次序 1 → 4" in told["P-14"][1]


def test_what_came_as_a_file_is_corrected_goes_out_so_and_the_same_file_comes_in_again(cast):
    story = Story(party=5, office=4)
    item = story.item("D13", outcome="passed", decision_text="同意。", votes=counts(5, method="oral"))
    story.party_meeting(item, present=5, chair="zhao", recorder="wu", number=1)
    school = bring_in(story.records).school
    judge_what_came(school)
    meeting = Meeting.objects.get(school=school)
    clerk = Standing(cast.zheng.user, school, timezone.localdate(), frozenset({"school_secretary"}))
    chair = Standing(cast.zhao.user, school, clerk.day, person_id=meeting.chair_id)
    made = verbs.correct(meeting, "meeting/place", "报告厅", found_by="王检查", reason="漏记", by=clerk)
    made = verbs.sign_correction(made, digest=made.digest, by=chair)
    assert made.document.corrects is None and "报告厅" in str(made.document.frozen)
    said = KeptFinding.objects.filter(meeting=meeting, rule="R-01").order_by("pk").values_list("message", flat=True)
    assert "地点" in said.first() and "地点" not in said.last()
    assert dossier_of(school).meetings[0].place == "报告厅"
    assert bring_in(story.records).meetings == 0  # and says nothing against it


def test_presence_that_a_vote_depends_on_is_corrected_while_the_meeting_goes_on(cast, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li)
    path = f"attendance/{cast.li.pk}/status"
    with pytest.raises(verbs.Stopped, match="还可以直接修改"):
        corrected(cast, meeting, path, "absent")
    say(cast, Item.objects.get(pk=item.pk), cast.li, order=1)
    vote(cast, Item.objects.get(pk=item.pk), agree=4)
    made = corrected(cast, meeting, path, "absent")
    with pytest.raises(verbs.Stopped, match="还可以直接修改"):
        corrected(cast, meeting, f"item/{item.pk}/decision_text", "同意。")
    decided(cast, Item.objects.get(pk=item.pk))
    verbs.end(meeting, by=acting(cast.zheng))
    with pytest.raises(verbs.Stopped, match="更正 1 还没有签字"):
        verbs.complete(meeting, by=acting(cast.zheng))
    unsigned = verbs.record_digest(record(cast, meeting), meeting.pk)
    made = verbs.sign_correction(made, digest=made.digest, by=acting(cast.zhao))
    assert made.document is None and verbs.record_digest(record(cast, meeting), meeting.pk) != unsigned
    case = record(cast, meeting).dossier.records.meetings[0]
    assert {row.person: row.status for row in case.attendance}[cast.li.pk] == "absent"
    strip = room_for(acting(cast.zheng), meeting.pk).topics[0].strip
    assert strip.enough and strip.present == 3 and not strip.can_vote, (
        "what is wrong with the count is no lack of people"
    )
    verbs.complete(meeting, by=acting(cast.zheng))
    with pytest.raises(verbs.WrongState, match="先“退回修改”"):
        corrected(cast, Meeting.objects.get(pk=meeting.pk), path, "present")


def test_beneath_a_signed_correction_nothing_is_written_that_nobody_would_see(cast, again):
    item, clerk = again(confirmed), acting(cast.zheng)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun, cast.li, cast.wu)
    counted = vote(cast, Item.objects.get(pk=item.pk), agree=5)
    first, second = (corrected(cast, meeting, f"attendance/{who.pk}/status", "absent") for who in (cast.li, cast.wu))
    verbs.sign_correction(first, digest=first.digest, by=acting(cast.zhao))
    verbs.abandon_vote(counted, by=clerk, reason="到会记错")
    with pytest.raises(verbs.Stopped, match="已按更正 1 改为“缺席”"):
        verbs.move(meeting, cast.li, "left", item_no=1, by=clerk)
    back = corrected(cast, meeting, f"attendance/{cast.li.pk}/status", "present")
    assert verbs.sign_correction(back, digest=back.digest, by=acting(cast.zhao)).signed_at
    mark(cast, meeting, "leave", cast.wu)
    with pytest.raises(verbs.WrongState, match="又有改动，现在记的是“请假”"):
        verbs.sign_correction(second, digest=second.digest, by=acting(cast.zhao))


def test_the_clerk_points_at_what_is_wrong_and_the_form_comes_back_filled(cast, issued, sign_in):
    client, item = sign_in(cast.zheng), issued.items.get()
    page = client.get(reverse("correction_pick", args=["shifan", issued.pk])).content.decode()
    paths = [f"item/{item.pk}/{name}" for name in ("outcome", "responsible", "due")]
    paths += [f"opinion/{item.pk}/{cast.li.pk}/order", f"attendance/{cast.li.pk}/away", "meeting/starts_at"]
    paths += [f"recusal/{item.pk}/{cast.li.pk}/on", f"vote/{item.votes.get().pk}/method"]
    for path in paths:
        assert f"?path={path}" in page
        asked = client.get(reverse("correction_new", args=["shifan", issued.pk]), {"path": path})
        assert asked.status_code == 200, path
    address = reverse("correction_new", args=["shifan", issued.pk]) + f"?path={paths[1]}"
    answer = client.post(address, {"right": [cast.sun.pk, cast.li.pk], "found_by": "", "reason": "漏记一人"})
    text = answer.content.decode()
    assert answer.status_code == 422 and "请写明是谁发现的。" in text and "漏记一人" in text
    answer = client.post(address, {"right": [cast.sun.pk, cast.li.pk], "found_by": "钱校长", "reason": "漏记一人"})
    assert answer.url.endswith("/record/#correction-1")
    made = Correction.objects.get()
    assert (made.wrong_said, made.right_said) == ("李副校", "孙副书记、李副校")
    unknown = client.get(reverse("correction_new", args=["shifan", issued.pk]), {"path": "item/1/x"}, follow=True)
    assert "没有这个栏目" in unknown.content.decode()


def test_before_issuing_one_list_says_what_is_open_each_with_its_place(cast, sign_in, again):
    item = again(confirmed)
    meeting = opened(cast, item)
    mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    verbs.end(meeting, by=acting(cast.zheng))
    page = sign_in(cast.zheng).get(reverse("record", args=["shifan", meeting.pk]))
    points = {point.text: point for point in page.context["points"]}
    assert points["第 1 项还没有结果"].stops and points["第 1 项还没有结果"].url.endswith("?item=1")
    assert points["李副校、吴委员没有登记到会情况"].url.endswith("?item=0")
    assert next(iter(points.values())).stops  # what stands in the way comes first
    reader = sign_in(cast.li).get(reverse("record", args=["shifan", meeting.pk])).context["points"]
    assert {point.text for point in reader} == set(points) and not any(point.url for point in reader)


def refused(act) -> bool:
    """By a check, or by a trigger that protects a table for ever."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_once_sealed_the_database_refuses_by_orm_and_by_sql(cast, issued):
    item = issued.items.get()
    ballot, row = item.votes.get(), issued.attendance.get(person=cast.li)
    finding, signature = KeptFinding.objects.filter(meeting=issued).first(), issued.signatures.first()
    minutes, opinion, waiting = issued.minutes, item.opinions.first(), confirmed(cast, title="等待上会")
    acts = [
        lambda name=name, value=value: Item.objects.filter(pk=item.pk).update(**{name: value})
        for name, value in (
            ("outcome", "rejected"),
            ("decision_text", "改"),
            ("no", 9),
            ("state", "waiting"),
            ("lead", cast.wu),
        )
    ]
    acts += [
        lambda name=name: Meeting.objects.filter(pk=issued.pk).update(**{name: "改"}) for name in ("place", "title")
    ]
    acts += [
        lambda: Opinion.objects.create(item=item, person=cast.wu),
        lambda: Opinion.objects.filter(pk=opinion.pk).update(text="改"),
        lambda: Recusal.objects.create(item=item, person=cast.li),
        lambda: Attendance.objects.filter(pk=row.pk).update(leave_reason="改"),
        lambda: Attendance.objects.create(meeting=issued, person=cast.he),
        lambda: Movement.objects.create(meeting=issued, person=cast.li, kind="left", by=cast.zheng.user),
        lambda: item.responsible.add(cast.wu),
        lambda: item.responsible.clear(),
        lambda: type(minutes).objects.filter(pk=minutes.pk).update(number="改"),
        lambda: minutes.items.update(text="改"),
        lambda: type(signature).objects.filter(pk=signature.pk).update(voided_at=timezone.now()),
        lambda: Vote.objects.filter(pk=ballot.pk).update(abandoned_at=timezone.now()),
        lambda: Vote.objects.create(item=item, round=2, digest="x"),
        lambda: Item.objects.filter(pk=waiting.pk).update(meeting=issued, no=9, added_at=timezone.now()),
        lambda: Item.objects.create(matter=waiting.matter, body="party", purpose="report", meeting=issued, no=9),
        lambda: TextRevision.objects.filter(meeting=issued).update(text="改"),
        lambda: TextRevision.objects.filter(meeting=issued).delete(),
        lambda: AgendaVersion.objects.create(meeting=issued, number=9, items=[], by=cast.zheng.user),
        lambda: NamedBallot.objects.create(vote=ballot, person=cast.li, choice="agree"),
        lambda: KeptFinding.objects.filter(pk=finding.pk).update(message="改"),
    ]
    tables = {
        "meetings_opinion": opinion.pk, "meetings_attendance": row.pk, "meetings_vote": ballot.pk, "meetings_item": item.pk,
        "meetings_meeting": issued.pk, "meetings_minutes": minutes.pk, "meetings_minutesitem": minutes.items.get().pk,
        "meetings_signature": signature.pk, "meetings_keptfinding": finding.pk,
        "meetings_item_responsible": item.responsible.through.objects.get().pk,
        "meetings_movement": Movement.objects.aggregate(pk=Max("pk"))["pk"] or 0,
    }  # fmt: skip

    def deletes(table: str, pk: int):
        def act():
            with connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {table} WHERE id = %s", [pk])
                if cursor.rowcount == 0:
                    raise IntegrityError  # nothing of it in this scene

        return act

    acts += [deletes(*each) for each in tables.items()]
    assert [at for at, act in enumerate(acts) if not refused(act)] == []
    later = timezone.localdate() + timezone.timedelta(days=60)
    decided_on = item.due
    assert refused(lambda: Item.objects.filter(pk=item.pk).update(due=later))  # the decided date is kept beside it
    Item.objects.filter(pk=item.pk).update(
        due=later, due_decided=decided_on, done_on=later, done_note="已落实", published=True
    )


def test_who_carries_it_out_and_the_result_count_as_corrected_wherever_others_go_by_them(cast, issued, client):
    item = issued.items.get()
    past = {"due": timezone.localdate() - timezone.timedelta(days=3), "due_decided": item.due}
    Item.objects.filter(pk=item.pk).update(**past)
    before = list(item.responsible.order_by("pk"))
    stands(cast, issued, f"item/{item.pk}/responsible", f"{cast.li.pk},{cast.sun.pk}")
    stands(cast, issued, f"item/{item.pk}/lead", str(cast.sun.pk))
    assert list(item.responsible.order_by("pk")) == before
    assert verbs.lead_of(item) == cast.sun.pk
    assert [row.kind for row in worklist(acting(cast.sun), timezone.now())] == ["report_done"]
    (told,) = (n for n in follow_ups(timezone.now()) if n.recipient_id == cast.sun.user_id)
    assert told.kind == "follow_up"
    client.force_login(cast.li.user)
    page = client.get(reverse("follow_up_list", args=("shifan",)) + "?show=helping").content.decode()
    assert f"牵头 {cast.sun.name} · 协办 {cast.li.name}" in page and "更正 1" in page and "更正 2" in page
    client.force_login(cast.wang)
    district = reverse("district_register", args=("district", "overdue"))
    assert f"<del>{before[0].name}" in client.get(district).content.decode()
    (told_by_machine,) = client.get("/api/v1/decisions/").json()["results"]
    assert told_by_machine["lead"]["name"] == cast.sun.name
    assert [each["field"] for each in told_by_machine["corrections"]] == ["responsible", "lead"]

    stands(cast, issued, f"item/{item.pk}/outcome", "rejected")  # nothing is left to be carried out
    assert not worklist(acting(cast.sun), timezone.now()) and not list(follow_ups(timezone.now()))
    with pytest.raises(verbs.Stopped):
        verbs.report_progress(item, text="已办", by=acting(cast.zheng))
    assert item.matter.title not in client.get(district).content.decode()
    ledger = reverse("decision_list", args=("shifan",))
    found = [
        item.matter.title in client.get(f"{ledger}?outcome={each}").content.decode() for each in ("passed", "rejected")
    ]
    assert found == [False, True]
    listed = client.get(reverse("district_register", args=("district", "corrections"))).content.decode()
    assert listed.count("#correction-") == 3 and listed.count("待签字") == 1  # among the choices of the filter


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_enter_one(cast):
    meeting = Meeting.objects.get(pk=issued_with_the_chair_first(cast).pk)
    said, start = [], threading.Barrier(2)

    def enter(place):
        start.wait()
        try:
            corrected(cast, meeting, "meeting/place", place)
            said.append("entered")
        except verbs.Stopped as stopped:
            said.append(str(stopped))
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=(place,)) for place in ("报告厅", "党员活动室")]
    [each.start() for each in threads], [each.join() for each in threads]
    assert Correction.objects.count() == 1 and "entered" in said and any("等待签字" in each for each in said)
