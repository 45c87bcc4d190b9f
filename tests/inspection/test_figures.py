"""Roll-ups equal the records after every act, whoever acts beside whom, and cost nothing where nothing is counted."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation
from governance.terms import moments, term_of
from inspection.figures import differences, figures_later, rebuild_figures, settle_figures
from inspection.models import Figures, SchoolDue, SchoolTerm, SchoolTermRule
from meetings import transitions as verbs
from meetings.dossiers import bring_in, judge_what_came
from meetings.models import Correction, Item, Judgement, Matter, Meeting
from meetings.rejudging import rejudge
from tests.everything import everything
from tests.meetings import stage
from tests.meetings.stage import acting
from tests.meetings.test_dossiers import book

SCHOOLS = Organisation.objects.filter(kind="school")
TABLES = (Figures, SchoolTerm, SchoolTermRule, SchoolDue)


def begins_with(cast):
    scene = everything(cast)
    settle_figures()
    return scene


def wrong() -> list[str]:
    settle_figures()
    return differences(SCHOOLS)


def waiting() -> int:
    """How much is marked to be counted when the transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM inspection_stale")
        return cursor.fetchone()[0]


def sums() -> dict[str, int]:
    row = SchoolTerm.objects.get(school__code="shifan", term=term_of(timezone.localdate()).serial)
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_the_figures_of_a_scene_with_everything_are_its_records(begun):
    assert wrong() == []
    now = sums()
    assert now["party"] == 8 and now["items"] == now["decisions"] == now["class_d"] == 8
    assert now["met"] > 100 and now["broken"] == now["block"] + now["warn"] + now["excused"]
    assert now["items_met"] + now["items_broken"] + now["items_unknown"] == now["items"]


def test_every_act_is_counted_when_it_commits(begun):
    cast, scene = begun
    clerk, head = acting(cast.zheng), acting(cast.zhao)
    day = timezone.localdate()
    acts = {
        "counted": lambda: stage.decided(cast, scene.items["counted"]),
        "open again": lambda: verbs.unsettle(Item.objects.get(pk=scene.items["counted"].pk), reason="补记", by=clerk),
        "settled anew": lambda: verbs.settle(Item.objects.get(pk=scene.items["counted"].pk), by=clerk),
        "explained": lambda: verbs.override(scene.items["written"], ["P-14"], "情况紧急", by=head),
        "confirmed": lambda: verbs.confirm(scene.items["ready"], by=head),
        "issued": lambda: verbs.issue(scene.meetings["signed"], by=head),
        "reopened": lambda: verbs.reopen(scene.meetings["completed"], reason="补充", by=clerk),
        "done": lambda: verbs.report_done(scene.items["asked"], done_on=day, note="已落实。", by=clerk),
        "undone": lambda: verbs.send_back_report(scene.items["reported"], reason="再办", by=head),
        "cancelled": lambda: verbs.cancel(scene.meetings["called"], reason="改期", by=clerk),
        "judged anew": lambda: rejudge(cast.school, day, day + timedelta(days=2)),
    }
    for name, act in acts.items():
        act()
        assert wrong() == [], name


def test_a_signed_correction_of_a_result_is_no_decision_any_more(begun):
    cast, scene = begun
    before = sums()
    path = f"item/{scene.items['issued'].pk}/outcome"
    made = verbs.correct(
        scene.meetings["issued"], path, "deferred", found_by="赵书记", reason="核对录音", by=acting(cast.zheng)
    )
    assert sums() == before
    verbs.sign_correction(made, digest=made.digest, by=acting(cast.zhao))
    assert wrong() == []
    assert sums()["decisions"] == before["decisions"] - 1
    assert not Correction.objects.filter(pk=made.pk, signed_at=None).exists()


def test_what_is_written_past_the_verbs_is_counted_too(begun):
    _cast, scene = begun
    Matter.objects.filter(pk=scene.matters["issued"].pk).update(category="F01")
    assert wrong() == []
    assert sums()["class_f"] == 1
    Item.objects.filter(pk=scene.items["asked"].pk).update(due=date(2020, 1, 1), due_decided=F("due"))
    assert wrong() == []
    assert SchoolDue.objects.get(due=date(2020, 1, 1)).open == 1
    Meeting.objects.filter(pk=scene.meetings["open"].pk).update(starts_at=moments(term_of(timezone.localdate()))[1])
    assert wrong() == []
    Judgement.objects.filter(current=True).update(current=False)
    assert wrong() == []
    assert SchoolTermRule.objects.filter(met__gt=0).count() == 0


def test_a_note_that_counts_nothing_marks_nothing(begun):
    cast, scene = begun
    meeting, item = scene.meetings["open"], scene.items["written"]
    for path, value in (
        (f"item/{item.pk}/decision_text", "同意，抓紧办理。"),
        (f"item/{item.pk}/due", "2099-01-01"),
        (f"item/{item.pk}/outcome", "passed"),
        (f"opinion/{item.pk}/{cast.li.pk}/text", "同意。"),
        ("meeting/place", "第五会议室"),
    ):
        verbs.note(meeting, path, value, base=None, by=acting(cast.zheng))
    verbs.reschedule(
        scene.meetings["called"], starts_at=scene.meetings["called"].starts_at + timedelta(minutes=5), place="二楼",
        by=acting(cast.zheng),
    )  # fmt: skip
    assert waiting() == 0
    verbs.settle(Item.objects.get(pk=item.pk), by=acting(cast.zheng))
    assert waiting() > 0


def test_figures_do_not_wait_for_the_worker(begun):
    """What came as a file is decided and not yet judged; both are counted as they are."""
    school = bring_in(book().records, under=begun[0].district).school
    assert wrong() == []
    assert sum(SchoolTerm.objects.filter(school=school).values_list("decisions", flat=True)) == 2
    assert not SchoolTermRule.objects.filter(school=school).exists()
    judge_what_came(school)
    assert wrong() == []
    assert SchoolTermRule.objects.filter(school=school, met__gt=0).count() > 10


def test_what_went_wrong_is_told_and_mended(begun):
    with transaction.atomic(), figures_later():
        Meeting.objects.filter(pk=begun[1].meetings["open"].pk).update(starts_at=timezone.now() - timedelta(days=400))
    SchoolDue.objects.update(open=7)
    assert differences(SCHOOLS)
    with pytest.raises(CommandError, match="与记录不一致"):
        call_command("check_figures", stdout=StringIO())
    call_command("check_figures", "shifan", "--rebuild", stdout=StringIO())
    assert differences(SCHOOLS) == []


def test_a_school_counted_anew_is_as_it_was(begun):
    def kept():
        return [sorted(map(str, model.objects.filter(**which).values_list(*names))) for model, which, names in (
            (Figures, {}, ("meeting", "judgement", "term", "met", "rules", "open_due")),
            (SchoolTermRule, {}, ("school", "term", "rule", "met", "broken")),
            (SchoolDue, {"open__gt": 0}, ("school", "due", "open")),
        )]  # fmt: skip

    before = kept()
    rebuild_figures(SCHOOLS)
    assert kept() == before


@pytest.mark.parametrize("day", [date(2026, 1, 31), date(2026, 2, 1), date(2026, 8, 31), date(2026, 9, 1)])
def test_the_database_knows_the_terms(db, day):
    first = timezone.make_aware(timezone.datetime.combine(day, timezone.datetime.min.time()))
    with connection.cursor() as cursor:
        for moment in (first, first + timedelta(hours=23, minutes=59)):
            cursor.execute("SELECT yishi_term(%s)", [moment])
            assert cursor.fetchone() == (term_of(day).serial,)
