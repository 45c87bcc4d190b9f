"""The figures of the district's page, counted from the records by plain SQL: each table is read once, nothing rolled up.

The same as the page reads: of every school both terms and what is overdue, and of every rule how it was answered, from
which the charts, the list of rules and the matrix are sums. ``same`` compares them with the roll-ups, number by number.
"""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from accounts.models import Organisation
from governance.terms import Term, moments
from inspection import registers
from inspection.figures import CLASSES, _Term
from inspection.models import ANSWERS, SchoolDue, SchoolTerm, SchoolTermRule
from inspection.registers import COUNTS
from meetings.carriers import with_result
from meetings.models import Item

Counted = dict[tuple, Counter[str]]

# What is not met has rows; what is met is unfolded. Of a matter that was judged twice the later answer counts, as the
# registers say it; as the whole of what they say the planner would join a judgement with each meeting there is.
ANSWERED = """
WITH not_met AS MATERIALIZED ({not_met}), judged AS MATERIALIZED (
    SELECT j.id, j.school_id, j.meeting_id, yishi_term(coalesce(m.starts_at, j.at)) AS term, j.met
      FROM meetings_judgement j LEFT JOIN meetings_meeting m ON m.id = j.meeting_id
     WHERE j.current AND j.school_id = ANY(%s) AND coalesce(m.starts_at, j.at) >= %s AND coalesce(m.starts_at, j.at) < %s
), met AS MATERIALIZED (
    SELECT j.school_id, j.meeting_id, j.term, rule.key AS rule, CASE kind.key WHEN 'item' THEN thing.value::bigint END AS item_id
      FROM judged j, jsonb_each(j.met) kind, jsonb_each(kind.value) rule, jsonb_array_elements_text(rule.value) thing
     WHERE CASE kind.key
           WHEN 'item' THEN NOT EXISTS (
               SELECT FROM meetings_judgement a WHERE a.item_id = thing.value::bigint AND a.current AND a.id > j.id)
           WHEN 'matter' THEN NOT EXISTS (
               SELECT FROM meetings_keptfinding f JOIN meetings_judgement a ON a.id = f.judgement_id AND a.current
                WHERE f.matter_id = thing.value::bigint AND f.rule = rule.key AND f.item_id IS NULL AND a.id > j.id)
           AND NOT EXISTS (
               SELECT FROM meetings_item i JOIN meetings_judgement a ON a.meeting_id = i.meeting_id AND a.current AND a.id > j.id
                WHERE i.matter_id = thing.value::bigint AND a.met -> 'matter' -> rule.key @> to_jsonb(thing.value::bigint))
           ELSE true END
), of_item AS MATERIALIZED (
    SELECT school_id, meeting_id, term, item_id, bool_or(outcome = 'broken' AND weighs) AS broken,
           bool_or(outcome = 'unknown' AND weighs) AS unknown
      FROM (SELECT school_id, meeting_id, term, item_id, outcome, mode IN ('block', 'warn') AS weighs FROM not_met
            UNION ALL SELECT school_id, meeting_id, term, item_id, 'met', false FROM met) AS answers
     WHERE item_id IS NOT NULL GROUP BY school_id, meeting_id, term, item_id
)
SELECT 'rule', school_id, term, rule, 0, count(*) FILTER (WHERE outcome = 'broken'), count(*) FILTER (WHERE outcome = 'unknown'),
       count(*) FILTER (WHERE outcome = 'broken' AND mode = 'block' AND NOT excused),
       count(*) FILTER (WHERE outcome = 'broken' AND mode = 'warn' AND NOT excused),
       count(*) FILTER (WHERE outcome = 'broken' AND excused)
  FROM not_met GROUP BY school_id, term, rule
UNION ALL SELECT 'rule', school_id, term, rule, count(*), 0, 0, 0, 0, 0 FROM met GROUP BY school_id, term, rule
UNION ALL SELECT 'items', school_id, term, '', count(*) FILTER (WHERE NOT broken AND NOT unknown),
       count(*) FILTER (WHERE broken), count(*) FILTER (WHERE unknown AND NOT broken), 0, 0, 0
  FROM of_item JOIN meetings_item item ON item.id = item_id AND item.meeting_id = of_item.meeting_id AND item.state = 'settled'
 GROUP BY school_id, term
"""


def scanned(schools: QuerySet[Organisation], term: Term, today: date) -> tuple[Counted, Counted, dict[int, int]]:
    """By school and term, by school, term and rule, and what is overdue by school."""
    span = moments(term.before)[0], moments(term)[1]
    by_term: Counted = defaultdict(Counter)
    by_rule: Counted = defaultdict(Counter)
    for what, school, of, rule, *numbers in _answered(schools, span):
        if what == "items":
            names = ("items_met", "items_broken", "items_unknown")
            by_term[school, of].update(dict(zip(names, numbers, strict=False)))
            continue
        answers = dict(zip(ANSWERS, numbers, strict=True))
        by_rule[school, of, rule].update(answers)
        by_term[school, of].update(answers)
    held = registers.meetings(schools, span).annotate(term=_Term("starts_at")).order_by()
    for school, of, body, many in held.values_list("school", "term", "body").annotate(many=Count("pk")):
        by_term[school, of][body] += many
    begun = Q(meeting__starts_at__gte=span[0], meeting__starts_at__lt=span[1])
    settled = Item.objects.filter(begun, meeting__school__in=schools, state=Item.State.SETTLED).order_by()
    settled = settled.annotate(term=_Term("meeting__starts_at"))
    for school, of, many in settled.values_list("meeting__school", "term").annotate(many=Count("pk")):
        by_term[school, of]["items"] += many
    decided = with_result(settled).filter(result__in=Item.DECIDED).annotate(letter=Left("matter__category", 1))
    for school, of, letter, many in decided.values_list("meeting__school", "term", "letter").annotate(many=Count("pk")):
        by_term[school, of]["decisions"] += many
        if letter in CLASSES:
            by_term[school, of][CLASSES[letter]] += many
    late = registers.overdue(schools, today).order_by().values_list("meeting__school").annotate(many=Count("pk"))
    return by_term, by_rule, dict(late)


def _answered(schools: QuerySet[Organisation], span: registers.Span) -> list[Any]:
    rows = registers.findings(schools, span).order_by().annotate(term=_Term("happened"))
    rows = rows.values("school_id", "meeting_id", "item_id", "term", "rule", "outcome", "mode", "excused")
    not_met, given = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED.format(not_met=not_met), [*given, list(schools.values_list("pk", flat=True)), *span])
        return cursor.fetchall()


def same(
    found: tuple[Counted, Counted, dict[int, int]], schools: QuerySet[Organisation], term: Term, today: date
) -> int:
    """How many numbers of the roll-ups are the same as those scanned; it fails at the first that is not."""
    by_term, by_rule, late = found
    compared = 0
    terms = Q(school__in=schools, term__in=(term.serial, term.before.serial))
    for school, of, *counts in SchoolTerm.objects.filter(terms).values_list("school", "term", *COUNTS):
        for name, count in zip(COUNTS, counts, strict=True):
            assert by_term[school, of][name] == count, (school, of, name, by_term[school, of][name], count)
            compared += 1
    for school, of, rule, *counts in SchoolTermRule.objects.filter(terms).values_list(
        "school", "term", "rule", *ANSWERS
    ):
        for name, count in zip(ANSWERS, counts, strict=True):
            assert by_rule[school, of, rule][name] == count, (
                school,
                of,
                rule,
                name,
                by_rule[school, of, rule][name],
                count,
            )
            compared += 1
    due: Counter[int] = Counter()
    for school, many in SchoolDue.objects.filter(school__in=schools, due__lt=today).values_list("school", "open"):
        due[school] += many
    assert +due == Counter(late), "what is overdue"
    return compared + len(due)
