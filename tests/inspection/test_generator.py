"""A generated district of three schools and one year: judging finds what was planted, each of it, and nothing else."""

import csv
import io
import random
from collections import Counter, defaultdict
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from accounts.models import Entry, Organisation, Role
from governance.rules.engine import judge
from governance.rules.facts import day_of
from governance.rules.index import RULES
from governance.terms import term_of
from inspection.figures import differences, settle_figures
from inspection.models import SchoolTerm, SchoolTermRule
from inspection.rollups import rule_counts
from meetings.district import generate, write_school
from meetings.district.days import Term, meeting_days, terms
from meetings.district.flaws import FLAWS, rates
from meetings.district.ground import Ground
from meetings.district.judging import judge_school
from meetings.district.plan import Plan
from meetings.district.rows import COLUMNS, Rows
from meetings.facts import load_whole
from meetings.models import Attendance, Findable, KeptFinding, Meeting
from meetings.school_checks import check_school

UNTIL = date(2026, 6, 26)
AMISS = ("broken", "unknown")
OF_THE_SCHOOL = {"G-01", "G-02", "G-04", "G-06", "P-16"}


def district(flaws):
    """The plan's lines, of a district that is generated now."""
    written = io.StringIO(newline="")
    generate(3, 1, 7, UNTIL, written, flaws=flaws)
    written.seek(0)
    return list(csv.DictReader(written))


def planned(lines):
    """What judging must find, by school."""
    answers = defaultdict(Counter)
    for line in lines:
        for answer in filter(None, line["answers"].split(";")):
            rule, outcome, count = answer.split()
            answers[line["school"]][rule, outcome] += int(count)
    return answers


def schools():
    return Organisation.objects.filter(kind="school").order_by("pk")


def found(school):
    findings = judge(load_whole(school).dossier, on=UNTIL)
    return Counter((one.code, one.outcome.value) for one in findings if one.outcome.value in AMISS)


def test_the_pages_count_what_the_command_copied_in(db, tmp_path):
    """Before the scene of the others, too."""
    call_command("generate_district", schools=1, years=1, plan=str(tmp_path / "plan.csv"), stdout=io.StringIO())
    held = SchoolTerm.objects.aggregate(party=Sum("party"), office=Sum("office"))
    assert sum(held.values()) == Meeting.objects.count() > 20
    assert differences(schools()) == []


def test_a_clean_record_breaks_no_rule(db):
    """The first of this file: the district of the others is made once, and another does not come beside it."""
    lines = district(dict.fromkeys(FLAWS, 0.0))
    assert lines == []
    assert [found(school) for school in schools()] == [Counter()] * 3


@pytest.fixture(scope="module")
def flawed(django_db_setup, django_db_blocker):
    """Six times as many flaws as usual, so that a year has most of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield district({name: min(1.0, flaw.rate * 6) for name, flaw in FLAWS.items()})
        transaction.set_rollback(True)


def test_judging_finds_the_planted_flaws_and_no_others(flawed, db):
    expected = planned(flawed)
    for school in schools():
        assert found(school) == expected[school.code], school.code
    planted = {line["flaw"] for line in flawed if line["planted"] != "0"}
    assert len(planted) > 40, FLAWS.keys() - planted


def test_the_projects_own_judging_keeps_them_and_goes_on_where_it_broke_off(flawed, db):
    school = schools().last()
    assert judge_school(school.pk) > 0
    assert judge_school(school.pk) == 0
    kept = KeptFinding.objects.filter(school=school, outcome__in=AMISS).exclude(rule="R-14")  # of the day of judging
    by_rule = Counter(kept.values_list("rule", "outcome"))
    assert by_rule == Counter({key: n for key, n in planned(flawed)[school.code].items() if key[0] != "R-14"})
    assert by_rule.keys() & {(rule, "broken") for rule in OF_THE_SCHOOL}


def test_schools_as_a_whole_are_found_with_their_planted_flaws_in_the_term_of_the_check(flawed, db):
    for school in schools():
        check_school(school)
    settle_figures()
    expected, told = planned(flawed), Counter()
    for one in SchoolTermRule.objects.filter(rule__in=OF_THE_SCHOOL, term=term_of(timezone.localdate()).serial):
        told.update({(one.school.code, one.rule, name): getattr(one, name) for name in AMISS if getattr(one, name)})
    planted = {(code, *key): n for code, of in expected.items() for key, n in of.items() if key[0] in OF_THE_SCHOOL}
    assert told == planted and planted


def test_the_pages_report_the_planted_flaws_at_their_rates(flawed, db, client):
    """As the district reads them: the rules of each term at a glance, and the list that a number there leads to."""
    school = schools().last()
    judge_school(school.pk)
    settle_figures()
    expected, at_a_glance = Counter(), Counter()
    for line in flawed:
        for answer in filter(None, line["answers"].split(";")) if line["school"] == school.code else ():
            rule, outcome, count = answer.split()
            expected[line["term"], rule, outcome] += int(count)
    for term in map(term_of, (date(2025, 6, 26), date(2025, 10, 1), date(2026, 3, 1))):
        for told in rule_counts(Organisation.objects.filter(pk=school.pk), term):
            at_a_glance.update({(term.key, told["rule"], name): told[name] for name in AMISS if told[name]})
    # Of schools, of the day of judging, and of matters that never met: their day is that of the check.
    elsewhere = OF_THE_SCHOOL | {"R-14", "C-18"}
    expected = Counter({key: n for key, n in expected.items() if key[1] not in elsewhere})
    assert Counter({key: n for key, n in at_a_glance.items() if key[1] not in elsewhere}) == expected

    inspector = Role.objects.filter(role="inspector", organisation=school.parent).first().user
    client.force_login(inspector, backend="django.contrib.auth.backends.ModelBackend")
    address, term = reverse("district_findings", args=[school.parent.code]), term_of(date(2026, 3, 1))
    often = [(key, n) for key, n in expected.most_common() if key[0] == term.key][:2]
    for (_, rule, outcome), planted in often:
        asked = {
            "rule": rule,
            "outcome": outcome,
            "school": school.code,
            "since": term.first_day,
            "until": term.final_day,
        }
        assert client.get(address, asked).context["page"].paginator.count == planted, rule


def test_meetings_stand_in_the_term_of_their_flaws(flawed, db):
    late = {(line["school"], line["term"]): int(line["planted"]) for line in flawed if line["flaw"] == "unsigned"}
    there = Counter()
    for code, starts_at in Meeting.objects.filter(signatures=None).values_list("school__code", "starts_at"):
        [term] = terms(day_of(starts_at), day_of(starts_at))
        there[code, term.key] += 1
    assert there == Counter({key: planted for key, planted in late.items() if planted})


def test_every_key_leads_somewhere(flawed, db):
    """Keys are not checked while the rows come."""
    with connection.cursor() as cursor:
        for model in _loaded():
            for field in model._meta.concrete_fields:
                if isinstance(field, models.ForeignKey):
                    target, own = field.related_model._meta, model._meta.db_table
                    cursor.execute(
                        f'SELECT count(*) FROM "{own}" a WHERE a."{field.column}" IS NOT NULL AND NOT EXISTS'
                        f' (SELECT 1 FROM "{target.db_table}" b WHERE b."{target.pk.column}" = a."{field.column}")'
                    )
                    assert cursor.fetchone() == (0,), f"{own}.{field.column}"


def _loaded():
    from django.apps import apps

    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in COLUMNS]


def test_what_triggers_keep_is_kept(flawed, db):
    """Texts that can be searched are those that the triggers would have made."""
    before = set(Findable.objects.values_list("matter", "item", "school", "at", "week", "text"))
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("DELETE FROM meetings_findable")
        cursor.execute("SELECT yishi_find_matter(id) FROM meetings_matter")
        cursor.execute("SELECT yishi_find_item(id) FROM meetings_item")
    assert set(Findable.objects.values_list("matter", "item", "school", "at", "week", "text")) == before
    assert len(before) > 500
    assert Entry.objects.filter(drained_at=None).count() == 0


def test_keys_go_on_after_those_that_came(flawed, db):
    last = Organisation.objects.latest("pk")
    assert Organisation.objects.create(kind="authority", code="later", name="后来的单位").pk > last.pk


def test_a_district_comes_into_an_empty_database_alone(flawed, db):
    with pytest.raises(ValueError, match="空的数据库"):
        district(None)
    assert Attendance.objects.filter(from_item__isnull=False).exists()


def test_the_same_seed_makes_the_same_school(db):
    def made(seed):
        with connection.cursor() as cursor:
            ground = Ground(Rows(cursor), date(2025, 9, 1), date(2025, 12, 31), password="")
        ground.authorities(1)
        write_school(ground, 0, seed, rates(None))
        return ground.rows.lines

    assert made(7) == made(7) != made(8)


def test_a_flaw_comes_in_its_rate_of_its_chances():
    plan = Plan("s1", {"no_owner": 0.05, "no_due": 0.02, "late_item": 0.0}, random.Random(1), care=1.0)
    picked = Counter(plan.pick("2025-1", ("no_owner", "no_due", "late_item")) for _ in range(1000))
    assert abs(picked["no_owner"] - 50) <= 1 and abs(picked["no_due"] - 20) <= 1
    assert picked["late_item"] == 0 and plan.chances["2025-1", "no_owner"] == 1000


def test_the_table_of_flaws_names_rules_and_a_file_may_change_rates():
    codes = {rule.code for rule in RULES}
    for flaw in FLAWS.values():
        assert {rule for rule, _ in (*flaw.party, *flaw.office)} <= codes, flaw.name
    assert rates({"unsigned": 0.5})["unsigned"] == 0.5
    with pytest.raises(KeyError, match="no such flaw: typo"):
        rates({"typo": 0.5})


@pytest.mark.parametrize("rhythm", [(1, 1), (2, 1), (4, 2)])
def test_no_school_waits_too_long_between_meetings(rhythm):
    for year in range(2016, 2027):
        days = [day for number in (1, 2) for day, body in meeting_days(Term(year, number), *rhythm) if body == "party"]
        months = {(day.year, day.month) for day in days}
        assert len(months) == 9 and not {month for _, month in months} & {2, 7, 8}
