"""重新检查: what differs from what was kept at the acts, and why, told by trying."""

import io
import json
from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from accounts.models import Entry, Organisation
from governance.models import CalendarDay, LargeSum, Person, Post, Procedure
from governance.rules.facts import DecidedWithoutMeeting
from governance.rules.ruling import MET
from meetings import rejudging
from meetings import transitions as verbs
from meetings.dossiers import bring_in, judge_what_came
from meetings.draining import drain
from meetings.facts import Writing, judged_facts, load_whole, school_facts, text_of
from meetings.models import Attendance, Consultation, Difference, Item, Judgement, Meeting, Rejudging
from meetings.replay import dossier_of, judged_again
from meetings.transitions import record
from meetings.transitions.acting import canonical, digest_of
from tests.answers import answers, as_row
from tests.meetings import stage
from tests.meetings.stage import acting
from tests.rules.story import Story, agree, at, consulted, counts, day

pytestmark = pytest.mark.django_db

YEAR = date(2025, 1, 1), date(2025, 12, 31)


def spring() -> Story:
    """An office meeting, a party meeting that paid and decided, and a matter decided over the telephone."""
    story = Story(party=5, office=4)
    paid = story.matter("F01", id="paid", title="购置电脑", amount=80_000, payee="百川公司", proposer="li",
                        proposed_at=at("2025-02-18"), consultations=consulted(when=at("2025-02-20")))  # fmt: skip
    story.office_meeting(
        story.item("G", "handle", outcome="principal_decided", decision_text="同意。", responsible=("li",), due=day("2025-03-01")),
        present=4, chair="qian", starts_at=at("2025-02-26"), ends_at=at("2025-02-26 10:00"), number=1,
    )  # fmt: skip
    story.party_meeting(
        story.item(paid, outcome="passed", decision_text="同意购置。", votes=counts(5, method="oral"), responsible=("li",),
                   opinions=agree("qian", "sun", "wu", "zheng", "zhao", first=1), due=day("2025-04-01"), done_on=day("2025-03-20")),
        present=5, chair="zhao", recorder="wu", ends_at=at("2025-03-05 16:30"), number=1,
        notice_sent_at=at("2025-03-03 09:00"),
    )  # fmt: skip
    story.office_meeting(
        story.item("G", "handle", outcome="principal_decided"), present=4, chair="qian", starts_at=at("2025-03-12"), number=2
    )  # fmt: skip
    story.matter("D02", id="alone", title="改动规划", proposed_at=at("2025-03-01"),
                 decided_without_meeting=DecidedWithoutMeeting(at("2025-03-07"), "signature", ("qian",)))  # fmt: skip
    return story


@pytest.fixture
def school() -> Organisation:
    school = bring_in(spring().records).school
    judge_what_came(school)
    return school


def run(school: Organisation, *, on: date | None = None) -> Rejudging:
    return rejudging.rejudge(school, *YEAR, on=on)


def differences(run: Rejudging) -> dict[tuple, str]:
    """By rule, then and now: the reason, and in what words."""
    told = {}
    for each in run.differences.select_related("kept", "found"):
        if each.meeting or each.matter or each.reason != "not_judged":  # of the school nothing is kept by a verb
            said = tuple(answer and answer.outcome for answer in (each.then, each.now))
            told[each.rule, *said] = f"{each.get_reason_display()}：{each.detail}"
    return told


def test_facts_are_written_as_any_json_is(school):
    dossier = load_whole(school).dossier
    excerpt = judged_facts(dossier, matters=[matter.id for matter in dossier.records.matters], beside=True)
    for records in (dossier.records, school_facts(dossier), excerpt):
        assert text_of(records) == Writing().bytes_of(records).decode() == canonical(records)


def the(body: str, number: int) -> Meeting:
    return Meeting.objects.get(body=body, number=number)


def test_where_nothing_changed_nothing_differs(school):
    done = run(school)
    assert differences(done) == {}
    assert done.figures["meetings"] == 3 and done.figures["items"] == 3 and done.figures["matters"] == 4
    assert done.finished_at and Entry.objects.get(verb="rejudge").drained_at


def test_the_new_set_stands_beside_the_kept_one_and_counts_nowhere(school):
    before = [each.get_absolute_url() for each in answers()]
    done = run(school)
    made = answers(Judgement.objects.filter(run=done))
    assert len(made) == sum(done.figures["findings"].values()) == len(before)
    assert [each.get_absolute_url() for each in answers()] == before
    assert sorted(Judgement.objects.filter(run=done).values_list("meeting__number", flat=True), key=str) == [
        1,
        1,
        2,
        None,
        None,
    ]


def test_from_its_kept_facts_every_finding_of_a_run_says_the_same_again(school):
    done = run(school)
    rules = set()
    for finding in map(as_row, answers(Judgement.objects.filter(run=done))):
        again = judged_again(finding, dossier_of(finding.judgement.facts))
        assert again and (again.outcome, again.mode, again.message) == (finding.outcome, finding.mode, finding.message)
        rules.add(finding.rule)
    assert rules >= {"A-16", "R-06", "C-24", "C-18", "R-14", "P-16", "G-01", "G-06"}


def test_a_record_that_was_corrected_says_which_words_were_changed(school):
    item = Item.objects.get(meeting=the("party", 1))
    with pgtrigger.ignore():  # by whoever may set the seals of the database aside
        item.responsible.set([])
        Item.objects.filter(pk=item.pk).update(decision_text="")
        Attendance.objects.filter(meeting=item.meeting, person__name="吴刚").update(status="leave", leave_reason="")
        Meeting.objects.filter(pk=the("office", 2).pk).update(number=4, place="会议室")
    assert differences(run(school)) == {
        ("R-09", "met", "broken"): "记录已更正：责任人 李强 → 空",
        ("C-21", "met", "broken"): "记录已更正：吴刚 到会 → 请假",
        ("P-20", "met", "broken"): "记录已更正：吴刚 到会 → 请假",
        ("P-06", "met", "broken"): "记录已更正：吴刚 到会 → 请假",
        ("R-06", "met", "broken"): "记录已更正：会议编号 2 → 4",
    }


def test_a_post_that_was_entered_late_is_a_record_too(school):
    Post.objects.filter(person__name="吴刚").update(until=date(2025, 3, 1))
    told = differences(run(school))
    assert told["P-06", "met", "broken"] == "记录已更正：吴刚任党组织委员（2024-09-01 起）的免职之日 空 → 2025-03-01"


def test_what_only_together_leads_to_the_new_answer_is_told_together(school):
    recorder = Person.objects.get(name="何斌")
    with pgtrigger.ignore():
        Meeting.objects.filter(pk=the("office", 1).pk).update(place="会议室", recorder=recorder, title="例会")
    told = differences(run(school))
    assert told["R-01", "broken", "met"] == "记录已更正：地点 空 → “会议室”；记录人 空 → 何斌"


def test_a_meeting_entered_later_is_the_reason_where_meetings_are_compared(school):
    story = spring()
    story.office_meeting(story.item("G", "handle", outcome="noted"), starts_at=at("2025-03-06"), number=9)
    bring_in(story.records)
    told = differences(run(school))
    assert told["R-06", "met", "broken"] == "记录已更正：2025-03-06 09:00的校长办公会议后来登记"


def test_a_parameter_entered_late_is_named_with_its_value(school):
    common = {"school": school, "since": date(2025, 2, 1)}
    Procedure.objects.create(body="party", parameters={"notice_hours": 72, "quorum": "two_thirds"}, **common)
    Procedure.objects.create(body="party", school=school, since=date(2025, 6, 1), parameters={"notice_hours": 1})
    LargeSum.objects.create(amount=Decimal(50_000), **common)
    told = differences(run(school))
    assert told["C-11", "met", "broken"] == (
        "参数后来登记：后来登记党组织会议议事规则（2025-02-01 起）：开会须到人数 三分之二以上、会议通知提前小时数 72 小时"
    )
    assert told["C-04", "unknown", "broken"] == "参数后来登记：后来登记大额标准（2025-02-01 起）：5 万元"


def test_a_day_of_the_calendar_entered_late_is_a_parameter_too(cast):
    stage.issued_with_the_chair_first(cast)
    meeting = Meeting.objects.get()
    day = timezone.localdate(meeting.starts_at)
    issued = timezone.now() + timedelta(days=10)
    with pgtrigger.ignore():
        meeting.minutes.__class__.objects.filter(meeting=meeting).update(issued_at=issued)
    loaded = record.load(cast.school, Meeting.objects.filter(pk=meeting.pk), neighbours=True)
    record.keep_all(loaded, meeting, record.judge_all(loaded, meeting.pk), verb="publish", by=acting(cast.zheng))
    for days in range(1, 11):
        CalendarDay.objects.create(organisation=cast.school, day=day + timedelta(days), working=False)
    told = differences(rejudging.rejudge(cast.school, day, day))
    assert told["R-04", "broken", "met"].startswith("参数后来登记：工作日历增加休息日")


def test_a_rule_that_was_mended_comes_to_another_answer_on_the_same_facts(cast, monkeypatch):
    def mistaken(loaded, meeting_id, **more):
        findings = record_as_it_is(loaded, meeting_id, **more)
        return [type(one)(one.rule, one.mode, one.place, MET) if one.code == "P-14" else one for one in findings]

    record_as_it_is = record.judge_all
    monkeypatch.setattr(record, "judge_all", mistaken)
    stage.issued_with_the_chair_first(cast)
    today = timezone.localdate()
    told = differences(rejudging.rejudge(cast.school, today, today + timedelta(days=1)))
    assert told == {("P-14", "met", "broken"): "规则已修正：同样的事实，按现在的规则是“不符合”。"}


def test_only_the_day_of_the_check_may_be_another(school):
    told = differences(run(school, on=date(2025, 2, 28)))
    assert told == {
        ("R-14", "broken", None): f"检查日期不同：检查日期 {timezone.localdate()} → 2025-02-28",
        ("R-14", "met", None): f"检查日期不同：检查日期 {timezone.localdate()} → 2025-02-28",
    }


def test_what_no_act_has_asked_was_not_judged(cast):
    """A meeting whose record is not complete: its item was judged when the secretary put it on the list, no more."""
    item = stage.confirmed(cast)
    meeting = stage.opened(cast, item)
    stage.mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
    verbs.note(meeting, f"item/{item.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
    ended = verbs.end(Meeting.objects.get(pk=meeting.pk), by=acting(cast.zheng))
    Consultation.objects.filter(kind="secretary_principal").update(kind="individual")
    day = timezone.localdate(ended.starts_at)  # it began when it was opened, an hour earlier than it was called for
    told = differences(rejudging.rejudge(cast.school, day, day))
    assert told["C-02", "met", "broken"].startswith("记录已更正：会前程序去掉书记校长会前沟通")
    assert told["P-03", None, "met"] == "当时没有检查：同意上会时不检查这一规则。"
    assert told["R-02", None, "broken"] == "当时没有检查：此前没有检查过。"


def test_a_run_that_breaks_off_leaves_nothing_and_is_done_anew(school, monkeypatch):
    asked = rejudging._journal(Rejudging.objects.create(school=school, since=YEAR[0], until=YEAR[1], on=YEAR[1]))
    broken_off = iter([OperationalError("the server went away")])

    def keeping(*args):
        made = keep(*args)
        for error in broken_off:
            raise error
        return made

    keep = rejudging.Keeper.keep
    monkeypatch.setattr(rejudging.Keeper, "keep", keeping)
    drain()
    assert Entry.objects.get(pk=asked.pk).drained_at is None
    assert not Judgement.objects.filter(run__isnull=False).exists() and not Difference.objects.exists()
    drain(timezone.now() + timedelta(hours=1))
    done = Rejudging.objects.get(pk=asked.subject_id)
    assert done.finished_at and not done.failed and Judgement.objects.filter(run=done).count() == 5
    rejudging.judge_anew(asked, timezone.now())  # a line that is drained twice
    assert Judgement.objects.filter(run__isnull=False).count() == 5


def test_what_no_repetition_mends_is_said(school, monkeypatch):
    asked = rejudging._journal(Rejudging.objects.create(school=school, since=YEAR[0], until=YEAR[1], on=YEAR[1]))
    monkeypatch.setattr(rejudging.Keeper, "keep", lambda *args: [][1])
    drain()
    failed = Rejudging.objects.get(pk=asked.subject_id)
    assert "检查程序出错（IndexError）" in failed.failed and failed.differs is None
    assert not Judgement.objects.filter(run__isnull=False).exists()


def test_two_clicks_are_one_run_and_only_an_inspector_asks(cast):
    wang = acting(cast.wang, cast.school)
    runs = {rejudging.ask(*YEAR, by=wang).pk for _ in range(2)}
    assert len(runs) == 1 and Entry.objects.filter(verb="rejudge").count() == 1
    with pytest.raises(verbs.NotAllowed, match="由督导检查员办理"):
        rejudging.ask(*YEAR, by=acting(cast.zheng))
    with pytest.raises(verbs.Stopped, match="截止日期 2025-01-01 早于开始日期 2025-12-31"):
        rejudging.ask(*reversed(YEAR), by=wang)


def command(*words: str) -> tuple[int, str]:
    out = io.StringIO()
    try:
        call_command("rejudge", *words, stdout=out, stderr=io.StringIO())
    except SystemExit as end:
        return int(end.code), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_what_differs_and_ends_with_one(school):
    with pgtrigger.ignore():
        Item.objects.get(meeting=the("party", 1)).responsible.set([])
    code, said = command("s1", "--from", "2025-01-01", "--to", "2025-12-31")
    assert code == 1
    assert "会议 3 次，议题 3 项" in said
    assert "记录已更正 R-09 2025-03-05 党组织会议第 1 项“购置电脑”：符合 → 不符合。责任人 李强 → 空" in said
    code, said = command("s1", "--from", "2025-01-01", "--to", "2025-12-31", "--format", "json")
    first = json.loads(said.splitlines()[0])
    assert code == 1
    assert (first["rule"], first["meeting"], first["item"], first["reason"]) == (
        "R-09",
        "meeting2",
        1,
        "record_corrected",
    )
    assert first["kept"]["outcome"] == "met" and first["found"]["message"].startswith("第 1 项没有责任人")


def test_the_command_ends_with_zero_where_nothing_differs(school):
    assert command("--all", "--from", "2025-01-01", "--to", "2025-12-31")[0] == 0


def test_what_broke_off_goes_on_with_the_schools_that_are_left(school):
    span = ("s1", "--from", "2025-01-01", "--to", "2025-12-31", "--rest")
    for _ in range(2):
        command(*span)
    assert Rejudging.objects.count() == 1
    failed = Rejudging.objects.get()
    Rejudging.objects.filter(pk=failed.pk).update(failed="检查程序出错。")
    command(*span)
    assert Rejudging.objects.count() == 2


def test_facts_that_are_kept_are_not_kept_again(school):
    run(school)
    again = run(school)
    made = Judgement.objects.filter(run=again).select_related("same_as")
    assert made and all(one.same_as and one.own_facts is None for one in made)
    assert all(one.digest == one.same_as.digest == digest_of(one.facts) for one in made)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["s1", "s7", "--from", "2025-01-01", "--to", "2025-02-01"], "没有代码为“s7”的学校。"),
        (["s1", "--from", "2025-02-01", "--to", "2025-01-01"], "截止日期 2025-01-01 早于开始日期 2025-02-01。"),
        (["s1", "--from", "2月1日", "--to", "2025-01-01"], "“2月1日”不是日期，应如 2025-06-30"),
        (["--from", "2025-01-01", "--to", "2025-02-01"], "请写学校代码，或者写 --all，二者取一。"),
    ],
)
def test_a_command_that_cannot_be_followed_says_why(school, words, said):
    with pytest.raises(CommandError) as refused:
        command(*words)
    assert str(refused.value).endswith(said)
    assert not Rejudging.objects.exists()
