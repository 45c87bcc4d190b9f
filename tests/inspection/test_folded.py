"""What is met has no rows: the numbers are those that judging the kept facts again comes to."""

from collections import Counter
from importlib import import_module

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from governance.rules.ruling import Outcome
from governance.terms import moments, term_of
from inspection import registers
from meetings import transitions as verbs
from meetings.folding import of_question
from meetings.ledger import decisions, there_of
from meetings.models import Difference, Item, Judgement, KeptFinding, Meeting, MetAnswer
from meetings.rejudging import rejudge
from meetings.replay import dossier_of, judged_again
from tests.answers import answers, as_row
from tests.meetings.stage import acting, issued_with_the_chair_first, mark, opened, proposed, signed

begins_with = issued_with_the_chair_first


@pytest.fixture
def cast(begun):
    return begun[0]


def put_off_twice(cast) -> None:
    """A matter that comes to two meetings, and an item that is judged when it is confirmed and no more."""
    item = verbs.confirm(proposed(cast, title="食堂改造").items.get(), despite="已电话沟通。", by=acting(cast.zhao))
    for _ in range(2):
        meeting = opened(cast, item)
        mark(cast, meeting, "present", cast.zhao, cast.qian, cast.sun)
        verbs.note(meeting, f"item/{item.pk}/outcome", "deferred", base=None, by=acting(cast.zheng))
        signed(cast, meeting)
        item = verbs.request(item.matter, body="party", purpose="decide", by=acting(cast.zheng))
        item = verbs.confirm(item, despite="已电话沟通。", by=acting(cast.zhao))


def counted_by_judging_again() -> Counter:
    """Rule and outcome of the last answer to each question."""
    last = {of_question(one): one for one in sorted(answers(), key=lambda one: one.judgement_id)}
    told: Counter = Counter()
    for one in last.values():
        again = judged_again(as_row(one), dossier_of(one.judgement.facts))
        told[one.rule, again.outcome.value] += 1
    return told


def test_registers_count_what_judging_again_comes_to(cast):
    put_off_twice(cast)
    schools, span = Organisation.objects.filter(kind="school"), moments(term_of(timezone.localdate()))
    told, by_rule = counted_by_judging_again(), Counter()
    rows = registers.by_rule(schools, span)
    for row in rows:
        by_rule.update({(row["rule"], outcome): row[outcome] for outcome in ("met", "broken", "unknown")})
    assert +by_rule == told and sum(told.values()) > 50
    total = registers.total(registers.overview(schools, span, timezone.localdate()))
    assert (total.met, total.broken, total.unknown) == tuple(
        sum(count for (_, outcome), count in told.items() if outcome == which) for which in ("met", "broken", "unknown")
    )
    school = registers.by_chapter(schools, span).get(pk=cast.school.pk)
    for chapter, counts in registers.chapters(school).items():
        for outcome in ("met", "broken", "unknown"):
            assert counts[outcome] == sum(
                n for (rule, said), n in told.items() if (rule[0], said) == (chapter, outcome)
            )


def test_how_many_were_there_is_told_from_the_judgement(cast):
    (item,) = decisions(acting(cast.zheng))
    assert there_of(item) == {"in_office": 5, "present": 4}


def test_the_record_page_lists_what_is_met_and_each_leads_to_its_facts(cast, sign_in):
    meeting = Meeting.objects.get()
    client = sign_in(cast.wang)
    page = client.get(reverse("record", args=["shifan", meeting.pk]))
    met = answers(outcome="met", meeting_id=meeting.pk)
    shown = [*page.context["met"], *page.context["first_met"]]
    assert sorted(one.get_absolute_url() for one in shown) == sorted(one.get_absolute_url() for one in met)
    assert met[0].get_absolute_url() in page.content.decode()
    room = client.get(reverse("meeting", args=["shifan", meeting.pk]), {"item": 1}).content.decode()
    kept = [one for one in answers(meeting_id=meeting.pk) if one.item_id]
    assert f"存档的检查结果（{len(kept)} 条）" in room and kept[-1].get_absolute_url() in room


def test_what_is_met_can_have_no_row(cast):
    row = KeptFinding.objects.first()
    row.pk, row.outcome = None, Outcome.MET.value
    with pytest.raises(IntegrityError, match="what_is_met_is_folded"), transaction.atomic():
        row.save(force_insert=True)


def test_rows_of_what_is_met_are_folded_by_the_migration(cast):
    """As it was before: a row each, a difference between two of them, and nothing in the columns."""
    day = timezone.localdate()
    verbs.report_done(Item.objects.get(), done_on=day, note="活动已开展。", by=acting(cast.zheng))
    rejudge(cast.school, day, day + timezone.timedelta(days=1))
    judgements = Judgement.objects.order_by("pk").values("pk", "met", "there")
    before = list(judgements)
    differences = list(
        Difference.objects.order_by("pk").values("pk", "kept_id", "kept_met_id", "found_id", "found_met_id")
    )
    assert any(row["found_met_id"] for row in differences)
    fold = import_module("meetings.migrations.0008_what_is_met_is_folded").FOLD
    with connection.cursor() as cursor, pgtrigger.ignore():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE meetings_keptfinding DROP CONSTRAINT what_is_met_is_folded")
        rows = {}
        for one in answers(Judgement.objects.all(), outcome="met"):
            row = as_row(one)
            row.school_id, row.values = (
                one.judgement.school_id,
                judged_again(row, dossier_of(one.judgement.facts)).values,
            )
            row.save()
            rows[one.judgement_id, of_question(one)] = row
        for each in Difference.objects.all():
            for then, row, met in ((each.then, "kept", "kept_met"), (each.now, "found", "found_met")):
                if isinstance(then, MetAnswer):
                    key = then.judgement_id, of_question(then)
                    Difference.objects.filter(pk=each.pk).update(**{row: rows[key], met: None})
        Judgement.objects.update(met={}, there={})
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(fold)
    assert list(judgements) == before
    assert not KeptFinding.objects.filter(outcome="met").exists()
    assert list(Difference.objects.order_by("pk").values(*differences[0])) == differences
