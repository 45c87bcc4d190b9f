"""A school's dossier goes out as a file and comes in elsewhere: whole, once, and never over what is there."""

import json
import random
import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts import journal
from accounts.models import Entry, Organisation
from governance.access import school_for
from governance.exchange import read, write
from governance.models import CalendarDay, Communication, Person, Post, Procedure
from governance.rules.dossier import Dossier
from governance.rules.engine import judge, judge_meeting
from governance.rules.facts import Calendar, DecidedWithoutMeeting
from meetings.demo import people, year
from meetings.dossiers import NotBrought, bring_in, dossier_of, judge_what_came, period_of
from meetings.draining import drain
from meetings.facts import load, load_whole
from meetings.follow_up_reminders import follow_ups
from meetings.models import Item, KeptFinding, Matter, Meeting, Vote
from meetings.worklist import worklist
from tests.answers import answers
from tests.meetings import stage
from tests.rules.story import Story, agree, at, consulted, counts, day, recused

pytestmark = pytest.mark.django_db


def emptied() -> None:
    """The database as on its first day: no trigger minds what was never there."""
    apps_of_ours = map(apps.get_app_config, ("accounts", "governance", "meetings", "inspection"))
    ours = [model for app in apps_of_ours for model in app.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(model._meta.db_table for model in ours)} CASCADE")


def book() -> Story:
    """A small school's year: an office meeting that refers a matter, the party meeting that decides it, one paid item."""
    story = Story(party=5, office=4).procedure("party", quorum="two_thirds", vacation_months=[2, 7, 8])
    story.large_sum(100_000)
    plan = story.matter(
        "D02", id="t1", title="五年发展规划", consultations=consulted(when=at("2025-02-20")), proposer="li",
        proposed_at=at("2025-02-18"), flags=frozenset({"technical", "vital_interests"}), interests=frozenset({"wu", "he"}),
    )  # fmt: skip
    story.office_meeting(
        story.item(plan, "propose", outcome="referred"), present=4, starts_at=at("2025-02-26 15:00"), chair="qian"
    )
    story.party_meeting(
        story.item(plan, outcome="passed", votes=counts(5, method="oral"), opinions=agree("zhao", "qian", first=1)),
        story.item("F01", outcome="passed", decision_text="同意。", due=day("2025-04-01"), responsible=("li", "qian")),
        present=5, number=3, chair="zhao", recorder="wu", ends_at=at("2025-03-05 16:30"),
    )  # fmt: skip
    return story


def test_a_dossier_comes_out_as_it_went_in():
    records = book().records
    bring_in(records)
    assert dossier_of(Organisation.objects.get(code="s1")) == replace(records, calendar=None)


def test_it_is_judged_as_the_file_was():
    records = book().records
    bring_in(records)
    again = dossier_of(Organisation.objects.get(code="s1"))

    def told(one):
        return [(f.code, f.place, f.outcome, f.message) for f in judge(Dossier(one), on=date(2025, 6, 30))]

    assert told(again) == told(records)


def test_export_import_export_is_the_same_to_the_byte(cast):
    stage.issued_with_the_chair_first(cast)
    talk = Communication.objects.create(school=cast.school, at=timezone.now() - timedelta(days=3), note="通气")
    talk.people.set([cast.qian, cast.zhao])
    this_year = timezone.localdate().year
    CalendarDay.objects.create(day=date(this_year, 1, 1), working=False, name="元旦")
    CalendarDay.objects.create(organisation=cast.district, day=date(this_year, 9, 10), working=False, name="教师节")
    Procedure.objects.create(school=cast.school, body="party", since=date(2024, 9, 1), parameters={"notice_hours": 24})
    text = write(dossier_of(cast.school))
    assert json.loads(text)["meetings"][0]["minutes"]["number"]
    assert f"{this_year}-09-10" in text or date(this_year, 9, 10).weekday() > 4
    emptied()
    bring_in(read(text.encode()).records)
    assert write(dossier_of(Organisation.objects.get(code="shifan"))) == text


def test_a_year_of_a_school_goes_through():
    """A flawed year: every oddity that the demonstration writes down comes back as it was."""
    school = people.create(date(2026, 5, 20)).schools[3]
    year.write(school, date(2026, 5, 20), random.Random("7"))
    text = write(dossier_of(school.organisation))
    emptied()
    bring_in(read(text.encode()).records)
    assert write(dossier_of(Organisation.objects.get(code=school.organisation.code))) == text


def test_the_same_file_twice_adds_nothing_twice():
    records = book().records
    first, second = bring_in(records), bring_in(records)
    assert (first.meetings, first.matters) == (2, 2) and first.founded
    assert second.nothing
    assert Meeting.objects.count() == 2 and Entry.objects.filter(verb="import_records").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_found_one_school_and_bring_everything_once():
    records, together, brought = book().records, threading.Barrier(2), []

    def bring():
        together.wait()
        brought.append(bring_in(records))
        connection.close()

    imports = [threading.Thread(target=bring) for _ in range(2)]
    for one in imports:
        one.start()
    for one in imports:
        one.join()
    assert sorted(one.meetings for one in brought) == [0, 2] and Meeting.objects.count() == 2
    assert sorted(one.founded for one in brought) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_the_school_writes_on_while_a_long_file_comes_in_and_is_judged(cast):
    records, written = book().records, []
    school = bring_in(replace(records, matters=(), meetings=())).school

    def write_a_line():
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        with transaction.atomic():
            written.append(journal.record("sign_in", cast.zheng.user, "登录", organisation=school, by=cast.zheng.user))
        connection.close()

    with transaction.atomic():
        bring_in(records)
        assert judge_what_came(school)
        clerk = threading.Thread(target=write_a_line)
        clerk.start()
        clerk.join()
    assert len(written) == 1


def test_a_later_file_brings_what_is_new_and_what_was_lacking():
    story = book()
    first = story.records
    bring_in(first)
    story.leaves("wu", "party_committee_member", until=day("2025-05-01")).appoint(
        "chen", "party_committee_member", since=day("2025-05-01")
    )
    story.party_meeting(story.item("D13", outcome="passed"), present=5, starts_at=at("2025-05-07 15:00"))
    story.procedures[0] = replace(story.procedures[0], filed_on=day("2025-05-06"), filing_number="区教备〔2025〕7号")
    brought = bring_in(story.records)
    assert (brought.meetings, brought.matters, brought.posts, brought.added) == (1, 1, 1, 2)
    assert Post.objects.get(person__name="吴刚").until == day("2025-05-01")
    assert Procedure.objects.get().get_filing_display() == "已备案"
    assert bring_in(first).nothing and Post.objects.get(person__name="吴刚").until  # the file from before takes nothing


def test_what_is_here_is_not_written_over():
    story = book()
    bring_in(story.records)
    changed = story.records
    meeting = changed.meetings[1]
    items = (replace(meeting.items[0], votes=counts(4, 1, method="oral")), *meeting.items[1:])
    others = tuple(replace(one, name="李小强") if one.id == "li" else one for one in changed.people)
    story.party_meeting(story.item("D13"), starts_at=at("2025-05-07 15:00"))
    changed = replace(
        story.records,
        people=others,
        meetings=(*changed.meetings[:1], replace(meeting, items=items), story.meetings[-1]),
    )
    with pytest.raises(NotBrought) as stopped:
        bring_in(changed)
    assert [(fault.pointer, fault.error) for fault in stopped.value.faults] == [
        ("/people/3/name", "系统中已有这条记录，此处为“李强”，文件中为“李小强”；已有的记录不会被文件改写"),
        ("/meetings/1/items/0/votes/0/agree", "系统中已有这条记录，此处为“5”，文件中为“4”；已有的记录不会被文件改写"),
        (
            "/meetings/1/items/0/votes/0/disagree",
            "系统中已有这条记录，此处为“0”，文件中为“1”；已有的记录不会被文件改写",
        ),
    ]
    assert Meeting.objects.count() == 2 and Vote.objects.get().agree == 5


def test_a_file_of_another_school_is_refused(cast):
    with pytest.raises(NotBrought) as stopped:
        bring_in(book().records, into=cast.school)
    (fault,) = stopped.value.faults
    assert fault.pointer == "/school/code" and "示范中学" in fault.error
    assert not Organisation.objects.filter(code="s1").exists()


def test_every_fault_is_told_and_nothing_is_stored(cast):
    """Another name for the school, a title that fits no column, a term that clashes with one that is here."""
    story = Story().appoint("member1", "principal", since=day("2020-01-01"), until=day("2020-02-01"))
    twice = recused("wu", "sun", "wu")
    story.party_meeting(story.item(story.matter("D13", title="长" * 201), recusals=twice), place="远" * 121)
    bring_in(Story().records)
    with pytest.raises(NotBrought) as stopped:
        bring_in(story.records)
    assert {fault.pointer for fault in stopped.value.faults} == {
        "/matters/0/title", "/meetings/0/place", "/meetings/0/items/0/recusals/2/person",
    }  # fmt: skip
    clashing = Story().appoint("member1", "principal", since=day("2025-01-01"))
    clashing.school = "another"
    with pytest.raises(NotBrought) as stopped:
        bring_in(replace(clashing.records, school=replace(clashing.records.school, name="别的学校")))
    assert [fault.pointer for fault in stopped.value.faults] == ["/school/name"]
    with pytest.raises(NotBrought) as stopped:
        bring_in(clashing.records)
    (fault,) = stopped.value.faults
    assert fault.error == "与“钱芳”自 2024-09-01 起的同一任职时间重叠"
    assert Matter.objects.count() == Meeting.objects.count() == 0


def test_an_id_that_is_something_else_here_is_refused():
    bring_in(book().records)
    story = Story()
    story.party_meeting(story.item(story.matter("D13", id="li")))
    records = replace(story.records, people=tuple(one for one in story.records.people if one.id != "li"), posts=())
    with pytest.raises(NotBrought) as stopped:
        bring_in(records)
    assert ("/matters/0/id", "系统中编号“li”是人员，文件中是事项") in [
        (f.pointer, f.error) for f in stopped.value.faults
    ]


def test_what_is_over_is_closed_and_what_is_to_come_goes_on():
    story = book()
    soon = timezone.now().replace(microsecond=0) + timedelta(days=3)
    story.party_meeting(story.item("D13", confirmed_by="zhao", confirmed_at=soon - timedelta(days=2)), starts_at=soon)
    bring_in(story.records)
    assert list(Meeting.objects.order_by("starts_at").values_list("state", flat=True)) == ["imported"] * 2 + ["called"]
    states = dict(Item.objects.filter(meeting__body="party").values_list("matter__title", "state"))
    assert states["五年发展规划"] == "settled"
    assert Item.objects.get(meeting__state="called").state == "confirmed"
    assert Matter.objects.get(ref="t1").state == "closed"


def test_a_matter_that_was_open_here_is_decided_by_a_meeting_of_the_file():
    story = Story()
    plan = story.matter("D13", id="t1")
    bring_in(story.records)
    assert Matter.objects.get().state == "proposed"
    story.party_meeting(story.item(plan, outcome="passed"), present=5)
    bring_in(story.records)
    assert Matter.objects.get().state == "decided"


def test_the_calendar_of_the_file_goes_before_the_country_s():
    """The file works through a holiday and rests on a school day: the minutes' days are counted as the file does."""
    CalendarDay.objects.create(day=day("2025-03-06"), working=False, name="休息")
    story = book()
    story.more["calendar"] = Calendar(holidays=frozenset({day("2025-03-10")}))
    bring_in(story.records)
    school = Organisation.objects.get(code="s1")
    assert dossier_of(school).calendar.holidays == {day("2025-03-10")}
    assert list(CalendarDay.objects.filter(organisation=school).order_by("day").values_list("day", "working")) == [
        (day("2025-03-06"), True),
        (day("2025-03-10"), False),
    ]


def test_a_period_takes_its_meetings_with_their_matters(cast):
    story = book()
    story.matter("F01", id="alone", amount=5, proposed_at=at("2025-02-10"))
    part = period_of(story.records, since=day("2025-03-01"))
    assert [meeting.body for meeting in part.meetings] == ["party"]
    assert [matter.id for matter in part.matters] == ["t1", "matter2"]
    assert len(part.posts) == len(story.records.posts)
    assert [matter.id for matter in period_of(story.records, until=day("2025-02-28")).matters] == ["t1", "alone"]
    assert read(write(part).encode()).faults == []


def test_nobody_is_reminded_of_what_was_over_before_it_came(cast):
    """Two decisions of the file are not reported done: one was due years ago, one is due tomorrow."""
    story, today = Story(), timezone.localdate()
    for number, due in enumerate((day("2025-04-01"), today + timedelta(days=1))):
        item = story.item("D13", outcome="passed", decision_text="同意。", due=due, responsible=("li",))
        story.party_meeting(item, present=5, starts_at=at("2025-03-05 15:00") + timedelta(weeks=number))
    school = bring_in(story.records, under=cast.district).school
    Person.objects.filter(school=school, ref="li").update(user=cast.li.user)
    by = school_for(cast.li.user, school.code)
    assert [row.when for row in worklist(by, timezone.now()) if row.act == "去反馈"] == ["明天前"]
    assert {notice.key.split("/")[3] for notice in follow_ups(timezone.now())} == {str(today + timedelta(days=1))}
    assert KeptFinding.objects.filter(rule="R-14").count() == 0 and judge_what_came(school) == 2
    assert KeptFinding.objects.get(rule="R-14").outcome == "broken"


# what the rules say of it


def test_what_came_is_judged_by_the_worker_and_counts_as_current(cast):
    """The party meeting of the file lacks its minutes, and says so; the same line again judges nothing twice."""
    bring_in(book().records, under=cast.district)
    drain()
    school = Organisation.objects.get(code="s1")
    party = Meeting.objects.get(school=school, body="party")
    kept = answers(meeting_id=party.pk)
    assert [one.outcome for one in kept if one.rule == "R-13"] == ["broken"]
    whole = load_whole(school).dossier
    (sitting,) = [one for one in whole.records.meetings if one.id == party.pk]
    said = [f for f in judge_meeting(whole, sitting, on=timezone.localdate(), include_items=True)]
    assert len([one for one in kept if one.item_id or not one.matter_id]) == len(said)
    count = len(answers())
    judge_what_came(school)
    assert len(answers()) == count


def test_a_matter_that_never_met_is_judged_too(cast):
    story = Story()
    story.matter("D02", decided_without_meeting=DecidedWithoutMeeting(at("2025-03-01"), "signature", ("zhao",)))
    bring_in(story.records, under=cast.district)
    drain()
    assert KeptFinding.objects.get(rule="C-18", matter__title="一件事").outcome == "broken"


def test_the_finding_of_a_file_can_be_opened(cast, sign_in):
    bring_in(book().records, under=cast.district)
    drain()
    page = sign_in(cast.wang)
    for finding in KeptFinding.objects.filter(school__code="s1", outcome="broken"):
        told = page.get(f"/findings/{finding.pk}/")
        assert told.status_code == 200
        assert ("学校检查" if finding.of_school else "导入档案") in told.content.decode()


# the commands


def test_the_commands(tmp_path, capsys):
    good, bad = tmp_path / "good.json", tmp_path / "bad.json"
    good.write_text(write(book().records))
    bad.write_text("{}")
    with pytest.raises(SystemExit) as stopped:
        call_command("import_records", str(bad), str(good), str(tmp_path / "none.json"))
    assert stopped.value.code == 2
    told = capsys.readouterr()
    assert "示范中学，人员" in told.out and "会议 2" in told.out
    assert "bad.json：有" in told.err and "none.json：整个文件：文件不能读取" in told.err
    call_command("import_records", str(good))
    assert "没有新的内容" in capsys.readouterr().out
    call_command("export_records", "s1")
    assert capsys.readouterr().out == good.read_text()
    call_command("export_records", "s1", "--from", "2025-03-01", "--to", "2025-03-31")
    assert len(json.loads(capsys.readouterr().out)["meetings"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "没有代码为“nowhere”的学校"),
        (["s1", "--from", "gestern"], "“gestern”不是日期"),
        (["s1", "--from", "2025-03-02", "--to", "2025-03-01"], "截止的日期早于开始的日期"),
    ],
)
def test_the_export_says_what_it_was_asked_wrongly(arguments, said):
    bring_in(book().records)
    with pytest.raises(CommandError, match=said):
        call_command("export_records", *arguments)


def test_a_new_school_hangs_under_the_authority_that_is_named(cast, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(write(book().records))
    call_command("import_records", str(file), "--under", "district")
    assert Organisation.objects.get(code="s1").parent == cast.district
    with pytest.raises(CommandError):
        call_command("import_records", str(file), "--under", "nowhere")


def test_the_whole_dossier_has_the_facts_that_a_page_reads():
    """Two ways of reading, and one dossier: a new fact belongs into both."""
    school = bring_in(book().records).school
    whole = load_whole(school).dossier.records
    matters = [matter.id for matter in whole.matters]
    page = load(school, Meeting.objects.filter(school=school), matters=matters).dossier.records
    for field in ("matters", "meetings"):
        told = [{one.id: one for one in getattr(records, field)} for records in (whole, page)]
        assert told[0] and told[0] == told[1]


def test_lists_of_the_whole_dossier_cost_the_same_however_long_they_are(count_queries):
    bring_in(book().records)
    school = Organisation.objects.get(code="s1")
    few = count_queries(lambda: dossier_of(school))
    story = book()
    for week in range(1, 9):
        story.party_meeting(
            story.item("D13", outcome="passed"), present=5, starts_at=at("2025-03-05 15:00") + timedelta(weeks=week)
        )
    bring_in(story.records)
    assert count_queries(lambda: dossier_of(school)) == few <= 22
