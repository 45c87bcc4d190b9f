"""The demo district holds what a newcomer is promised, and is the same for the same day."""

import random
from datetime import date, timedelta
from itertools import groupby

import pytest
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User
from meetings import demo
from meetings.demo import people, year
from meetings.models import Consultation, Item, Judgement, KeptFinding, Matter, Meeting, MetAnswer, Override, Vote
from meetings.rejudging import rejudge
from meetings.replay import dossier_of, judged_again
from meetings.transitions.ballots import checked
from tests.answers import answers, as_row
from tests.meetings.test_loading import told_apart


class _RolledBack(Exception):
    pass


def _said(item: Item):
    return item.opinions.values_list("person__name", "stance", "text")


def _book(on: date) -> list:
    """A school's year as text, without the primary keys that differ from run to run."""
    try:
        with transaction.atomic():
            school = people.create(on).schools[3]
            year.write(school, on, random.Random("7"))
            told = [
                [m.body, m.number, m.starts_at.isoformat(), m.state]
                + [[i.matter.title, i.outcome, i.due, i.done_on, *_said(i)] for i in m.items.select_related("matter")]
                for m in Meeting.objects.order_by("starts_at", "body")
            ]
            raise _RolledBack
    except _RolledBack:
        return told


@pytest.mark.django_db
def test_the_same_day_gives_the_same_records():
    on = timezone.localdate()
    assert _book(on) == _book(on)


@pytest.mark.django_db
def test_the_district_has_good_and_flawed_records_and_something_to_do():
    demo.build()
    classes = {code[0] for code in Matter.objects.values_list("category", flat=True)}
    assert classes == set("DHPFG")
    assert set(Meeting.objects.values_list("state", flat=True)) >= {
        "called",
        "open",
        "ended",
        "completed",
        "signed",
        "issued",
    }
    kept = KeptFinding.objects.filter(judgement__current=True)
    broken = kept.filter(outcome="broken")
    assert broken.filter(mode="block").exists() and broken.filter(mode="warn").exists()
    assert broken.count() < MetAnswer.objects.filter(current=True).count() / 20
    assert Consultation.objects.filter(at=None).exists()
    assert Matter.objects.filter(state=Matter.State.HELD).exists()
    assert Item.objects.filter(due__lt=timezone.localdate(), done_on=None).exists()
    votes = Vote.objects.filter(item__meeting__state=Meeting.State.ISSUED)
    assert votes.filter(named__isnull=False).exists() and votes.filter(abandoned_at__isnull=False).exists()
    assert (
        votes.filter(round=2).exists() and Override.objects.filter(item__meeting__school__code="qw-gaozhong").exists()
    )
    assert not [
        problem for vote in votes.filter(Q(named__isnull=False) | Q(round=2)).distinct() if (problem := checked(vote))
    ]
    shown = demo.sign_ins()
    assert User.objects.filter(username__in=[each.username for each in shown], is_active=True).count() == len(shown)
    assert User.objects.get(username="gz-mishu").check_password(people.PASSWORD)
    on = timezone.localdate()
    for school in Organisation.objects.filter(kind="school"):
        assert told_apart(school, on, every=4) == []  # the same findings everywhere
    assert not _differ(Organisation.objects.get(code="qw-chenghu"), on)


def _differ(school: Organisation, on: date) -> set[str]:
    """Rules of which a re-judging says otherwise than what was kept, and than itself when it is judged again."""
    run = rejudge(school, on - timedelta(days=400), on, on=on)
    differ = set(run.differences.filter(reason__in=("rule_mended", "parameter_late")).values_list("rule", flat=True))
    made = answers(Judgement.objects.filter(run=run).select_related("run", "same_as"))
    for judgement, findings in groupby(sorted(made, key=lambda one: one.judgement_id), key=lambda one: one.judgement):
        dossier = dossier_of(judgement.facts)
        for finding in map(as_row, findings):
            again = judged_again(finding, dossier)
            if again is None or (again.outcome, again.message) != (finding.outcome, finding.message):
                differ |= {f"{finding.rule} again"}
    return differ
