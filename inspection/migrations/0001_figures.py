import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

ANSWERS = ("met", "broken", "unknown", "block", "warn", "excused")
CLASSES = ("D", "H", "P", "F")
COUNTS = (
    *ANSWERS, "party", "office", "items", "items_met", "items_broken", "items_unknown", "decisions",
    *(f"class_{letter.lower()}" for letter in CLASSES),
)  # fmt: skip
HELD = "('open', 'ended', 'completed', 'signed', 'issued', 'imported')"
NAMES = ", ".join(COUNTS)
OF_RULE = ", ".join(f"(each.value->>{n})::int AS {name}" for n, name in enumerate(ANSWERS))

TERM = """
CREATE FUNCTION yishi_term(moment timestamptz) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (extract(year FROM day)::int * 2 + CASE WHEN extract(month FROM day) >= 9 THEN 0
                WHEN extract(month FROM day) = 1 THEN -2 ELSE -1 END)::smallint
      FROM (SELECT moment AT TIME ZONE 'Asia/Shanghai' AS day) AS here
$$;
"""

# What some meetings, and some checks without a meeting, count: a function of the rows as they are.
FIGURES = f"""
CREATE FUNCTION yishi_figures(meetings bigint[], checks bigint[]) RETURNS SETOF inspection_figures
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
RETURN QUERY
WITH judged AS (
    SELECT j.id, j.school_id, j.meeting_id, j.at, j.met FROM meetings_judgement j
     WHERE j.current AND j.meeting_id = ANY(meetings)
     UNION ALL
    SELECT j.id, j.school_id, j.meeting_id, j.at, j.met FROM meetings_judgement j
     WHERE j.current AND j.meeting_id IS NULL AND j.id = ANY(checks)
), answer AS MATERIALIZED (
    SELECT j.id AS judged, j.meeting_id, f.item_id, CASE WHEN f.item_id IS NULL THEN f.matter_id END AS matter_id,
           f.rule, f.outcome, f.mode
      FROM judged j JOIN meetings_keptfinding f ON f.judgement_id = j.id
     UNION ALL
    SELECT j.id, j.meeting_id, CASE WHEN kind.key = 'item' THEN thing::bigint END,
           CASE WHEN kind.key = 'matter' THEN thing::bigint END, rule.key, 'met', ''
      FROM judged j CROSS JOIN jsonb_each(j.met) kind CROSS JOIN jsonb_each(kind.value) rule
           CROSS JOIN jsonb_array_elements_text(rule.value) thing
), last_of_item AS MATERIALIZED (
    SELECT of.item_id, max(a.id) AS judged
      FROM (SELECT DISTINCT answer.item_id FROM answer) of JOIN meetings_judgement a ON a.item_id = of.item_id AND a.current
     GROUP BY of.item_id
), matter AS MATERIALIZED (
    SELECT DISTINCT answer.matter_id AS id FROM answer WHERE answer.matter_id IS NOT NULL
), last_of_matter AS MATERIALIZED (
    SELECT said.matter_id, said.rule, max(said.judged) AS judged FROM (
        SELECT matter.id AS matter_id, f.rule, f.judgement_id AS judged
          FROM matter JOIN meetings_keptfinding f ON f.matter_id = matter.id AND f.item_id IS NULL
               JOIN meetings_judgement a ON a.id = f.judgement_id AND a.current
         UNION ALL
        SELECT matter.id, rule.key, a.id
          FROM matter JOIN meetings_item i ON i.matter_id = matter.id
               JOIN meetings_judgement a ON a.meeting_id = i.meeting_id AND a.current
               CROSS JOIN jsonb_each(a.met->'matter') rule
         WHERE rule.value @> to_jsonb(matter.id)
    ) said GROUP BY said.matter_id, said.rule
), counted AS MATERIALIZED (
    SELECT a.meeting_id, CASE WHEN a.meeting_id IS NULL THEN a.judged END AS judgement_id, a.item_id, a.rule, a.mode,
           a.outcome = 'met' AS met, a.outcome = 'broken' AS broken, a.outcome = 'unknown' AS unknown,
           a.outcome = 'broken' AND EXISTS (
               SELECT 1 FROM meetings_override o WHERE o.item_id = a.item_id AND o.rule = a.rule) AS excused
      FROM answer a LEFT JOIN last_of_item i ON i.item_id = a.item_id
           LEFT JOIN last_of_matter m ON m.matter_id = a.matter_id AND m.rule = a.rule
     WHERE COALESCE(i.judged, m.judged, 0) <= a.judged
), of_rule AS (
    SELECT c.meeting_id, c.judgement_id, c.rule, count(*) FILTER (WHERE c.met) AS met,
           count(*) FILTER (WHERE c.broken) AS broken, count(*) FILTER (WHERE c.unknown) AS unknown,
           count(*) FILTER (WHERE c.broken AND c.mode = 'block' AND NOT c.excused) AS block,
           count(*) FILTER (WHERE c.broken AND c.mode = 'warn' AND NOT c.excused) AS warn,
           count(*) FILTER (WHERE c.excused) AS excused
      FROM counted c GROUP BY c.meeting_id, c.judgement_id, c.rule
), answered AS (
    SELECT r.meeting_id, r.judgement_id, {", ".join(f"sum(r.{name})::int AS {name}" for name in ANSWERS)},
           jsonb_object_agg(r.rule, jsonb_build_array({", ".join(f"r.{name}" for name in ANSWERS)})) AS rules
      FROM of_rule r GROUP BY r.meeting_id, r.judgement_id
), weighed AS (
    SELECT c.meeting_id, c.item_id, bool_or(c.broken AND c.mode <> 'info') AS broken,
           bool_or(c.unknown AND c.mode <> 'info') AS unknown
      FROM counted c WHERE c.item_id IS NOT NULL GROUP BY c.meeting_id, c.item_id
), settled AS (
    SELECT i.meeting_id, left(m.category, 1) AS class, i.purpose, i.due, i.done_on, w.broken, w.unknown,
           COALESCE((SELECT c."right" FROM meetings_correction c
                      WHERE c.meeting_id = i.meeting_id AND c.signed_at IS NOT NULL
                        AND c.path = 'item/' || i.id || '/outcome' ORDER BY c.no DESC LIMIT 1), i.outcome) AS result
      FROM meetings_item i JOIN meetings_matter m ON m.id = i.matter_id
           LEFT JOIN weighed w ON w.meeting_id = i.meeting_id AND w.item_id = i.id
     WHERE i.meeting_id = ANY(meetings) AND i.state = 'settled'
), agenda AS (
    SELECT s.meeting_id, count(*)::int AS items, count(*) FILTER (WHERE NOT s.broken AND NOT s.unknown)::int AS items_met,
           count(*) FILTER (WHERE s.broken)::int AS items_broken,
           count(*) FILTER (WHERE s.unknown AND NOT s.broken)::int AS items_unknown,
           count(*) FILTER (WHERE s.result IN ('passed', 'rejected', 'principal_decided'))::int AS decisions,
           {
    ", ".join(
        f"count(*) FILTER (WHERE s.class = '{letter}' AND s.result IN ('passed', 'rejected', 'principal_decided'))::int"
        f" AS class_{letter.lower()}"
        for letter in CLASSES
    )
},
           array_agg(s.due ORDER BY s.due) FILTER (
               WHERE s.due IS NOT NULL AND s.done_on IS NULL AND s.result IN ('passed', 'principal_decided')
                 AND s.purpose IN ('decide', 'handle', 'deploy')) AS open_due
      FROM settled s GROUP BY s.meeting_id
), unit AS (
    SELECT g.id AS meeting_id, NULL::bigint AS judgement_id, g.school_id, yishi_term(g.starts_at) AS term,
           (g.state IN {HELD} AND g.body = 'party')::int AS party,
           (g.state IN {HELD} AND g.body = 'office')::int AS office
      FROM meetings_meeting g WHERE g.id = ANY(meetings)
     UNION ALL
    SELECT NULL, j.id, j.school_id, yishi_term(j.at), 0, 0 FROM judged j WHERE j.meeting_id IS NULL
), whole AS (
    SELECT u.*, {", ".join(f"COALESCE(a.{name}, 0) AS {name}" for name in ANSWERS)}, COALESCE(a.rules, '{{}}') AS rules,
           {", ".join(f"COALESCE(g.{name}, 0) AS {name}" for name in COUNTS[8:])},
           COALESCE(g.open_due, '{{}}') AS open_due
      FROM unit u LEFT JOIN answered a ON a.meeting_id = u.meeting_id OR a.judgement_id = u.judgement_id
           LEFT JOIN agenda g ON g.meeting_id = u.meeting_id
)
SELECT 0::bigint, {
    ", ".join(f"w.{name}" for name in COUNTS)
}, w.term, w.rules, w.open_due, w.judgement_id, w.meeting_id,
       w.school_id
  FROM whole w WHERE w.party + w.office + w.items > 0 OR w.rules <> '{{}}';
END $$;
"""


# The sums follow the figures by what is new less what was.
def _sums(name: str, rows: str) -> str:
    return f"""
CREATE FUNCTION yishi_sum_{name}() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
    IF current_setting('yishi.figures', true) = 'off' THEN RETURN NULL; END IF;
    WITH changed AS ({rows})
    INSERT INTO inspection_schoolterm AS kept (term, school_id, {NAMES})
    SELECT term, school_id, {", ".join(f"sum(sign * {name})" for name in COUNTS)} FROM changed
     GROUP BY term, school_id HAVING {" OR ".join(f"sum(sign * {name}) <> 0" for name in COUNTS)}
    ON CONFLICT (term, school_id) DO UPDATE SET {", ".join(f"{name} = kept.{name} + EXCLUDED.{name}" for name in COUNTS)};

    WITH changed AS ({rows}), said AS (
        SELECT term, school_id, each.key AS rule, sign, {OF_RULE} FROM changed CROSS JOIN jsonb_each(rules) each
    )
    INSERT INTO inspection_schooltermrule AS kept (term, school_id, rule, {", ".join(ANSWERS)})
    SELECT term, school_id, rule, {", ".join(f"sum(sign * {name})" for name in ANSWERS)} FROM said
     GROUP BY term, school_id, rule HAVING {" OR ".join(f"sum(sign * {name}) <> 0" for name in ANSWERS)}
    ON CONFLICT (term, school_id, rule) DO UPDATE
       SET {", ".join(f"{name} = kept.{name} + EXCLUDED.{name}" for name in ANSWERS)};

    WITH changed AS ({rows})
    INSERT INTO inspection_schooldue AS kept (school_id, due, open)
    SELECT school_id, day, sum(sign) FROM changed CROSS JOIN unnest(open_due) day GROUP BY school_id, day HAVING sum(sign) <> 0
    ON CONFLICT (school_id, due) DO UPDATE SET open = kept.open + EXCLUDED.open;
    RETURN NULL;
END $$;
CREATE TRIGGER the_sums_follow_{name} AFTER {name.upper()} ON inspection_figures
    REFERENCING {"NEW TABLE AS new_rows" if name != "delete" else ""} {"OLD TABLE AS old_rows" if name != "insert" else ""}
    FOR EACH STATEMENT EXECUTE FUNCTION yishi_sum_{name}();
"""


NEW, OLD = "SELECT 1 AS sign, * FROM new_rows", "SELECT -1 AS sign, * FROM old_rows"
SUMS = _sums("insert", NEW) + _sums("update", f"{NEW} UNION ALL {OLD}") + _sums("delete", OLD)

# One writer of a school's figures at a time, from here until it commits; whoever comes next sees what the first one wrote.
AGAIN = f"""
CREATE FUNCTION yishi_hold_figures(schools bigint[]) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(1497977929, school::int) FROM (SELECT DISTINCT unnest(schools) AS school ORDER BY 1) each
$$;

CREATE FUNCTION yishi_figure_again(meetings bigint[], checks bigint[]) RETURNS void
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
    WITH now AS MATERIALIZED (
        SELECT * FROM yishi_figures(meetings, checks)
    ), gone AS (
        DELETE FROM inspection_figures f
         WHERE (f.meeting_id = ANY(meetings) AND NOT EXISTS (SELECT 1 FROM now WHERE now.meeting_id = f.meeting_id))
            OR (f.judgement_id = ANY(checks) AND NOT EXISTS (SELECT 1 FROM now WHERE now.judgement_id = f.judgement_id))
    )
    INSERT INTO inspection_figures AS kept ({NAMES}, term, rules, open_due, judgement_id, meeting_id, school_id)
    SELECT {NAMES}, term, rules, open_due, judgement_id, meeting_id, school_id FROM now
    ON CONFLICT (meeting_id, judgement_id) DO UPDATE
       SET {", ".join(f"{name} = EXCLUDED.{name}" for name in (*COUNTS, "term", "rules", "open_due"))}
     WHERE ({", ".join(f"kept.{name}" for name in (*COUNTS, "term", "rules", "open_due"))})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in (*COUNTS, "term", "rules", "open_due"))});
END $$;
"""

# What is to be counted again when the transaction commits: once, however many of its rows were written.
STALE = """
CREATE UNLOGGED TABLE inspection_stale (
    written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
    school_id bigint NOT NULL,
    meeting_id bigint NOT NULL DEFAULT 0,
    judgement_id bigint NOT NULL DEFAULT 0,
    judged boolean NOT NULL DEFAULT false,
    PRIMARY KEY (written_by, meeting_id, judgement_id, judged)
);

CREATE FUNCTION yishi_stale() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    schools bigint[];
    meetings bigint[];
    checks bigint[];
    judged_meetings bigint[];
    judged_checks bigint[];
    matters bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM inspection_stale WHERE written_by = pg_current_xact_id() RETURNING *
    )
    SELECT array_agg(school_id), array_agg(meeting_id) FILTER (WHERE meeting_id <> 0),
           array_agg(judgement_id) FILTER (WHERE judgement_id <> 0),
           array_agg(meeting_id) FILTER (WHERE judged AND meeting_id <> 0),
           array_agg(judgement_id) FILTER (WHERE judged AND judgement_id <> 0)
      INTO schools, meetings, checks, judged_meetings, judged_checks FROM gone;
    IF schools IS NULL THEN RETURN NULL; END IF;
    PERFORM yishi_hold_figures(schools);
    -- A later answer about a matter takes the place of those given at other meetings, or before any.
    IF judged_meetings IS NOT NULL OR judged_checks IS NOT NULL THEN
        SELECT array_agg(DISTINCT matter_id) INTO matters FROM (
            SELECT matter_id FROM meetings_item WHERE meeting_id = ANY(judged_meetings)
             UNION ALL SELECT matter_id FROM meetings_judgement WHERE id = ANY(judged_checks)
        ) about;
        SELECT meetings || array_agg(DISTINCT meeting_id) FILTER (WHERE meeting_id IS NOT NULL),
               checks || array_agg(DISTINCT judgement_id) FILTER (WHERE meeting_id IS NULL)
          INTO meetings, checks FROM (
            SELECT meeting_id, NULL::bigint AS judgement_id FROM meetings_item
             WHERE matter_id = ANY(matters) AND meeting_id IS NOT NULL
             UNION ALL SELECT meeting_id, judgement_id FROM meetings_keptfinding
             WHERE matter_id = ANY(matters) AND item_id IS NULL AND meeting_id IS NOT NULL
             UNION ALL SELECT NULL, id FROM meetings_judgement
             WHERE matter_id = ANY(matters) AND meeting_id IS NULL AND current
        ) touched;
    END IF;
    PERFORM yishi_figure_again(COALESCE(meetings, '{}'), COALESCE(checks, '{}'));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER figures_are_kept AFTER INSERT ON inspection_stale
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION yishi_stale();
"""


def _marks(name: str, table: str, rows: str, *triggers: str, each: str = "ROW") -> str:
    """``rows`` of what is stale once a row of the table was written; ``triggers``: on what, and when."""
    made = f"""
CREATE FUNCTION yishi_stale_{name}() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO inspection_stale (school_id, meeting_id, judgement_id, judged) {rows} ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""
    for number, on in enumerate(triggers, start=1):
        made += f"CREATE TRIGGER figures_follow_{name}_{number} AFTER {on} EXECUTE FUNCTION yishi_stale_{name}();\n"
    seen = "REFERENCING NEW TABLE AS new_rows " if each == "STATEMENT" else ""
    return made.replace("{on}", f"ON {table} {seen}FOR EACH {each}").replace(
        "{kept}", "current_setting('yishi.figures', true) IS DISTINCT FROM 'off'"
    )


OF_ITEM = """
    SELECT m.school_id, touched.meeting_id, 0, false FROM meetings_matter m CROSS JOIN ({touched}) touched (meeting_id)
     WHERE m.id = {row}.matter_id AND touched.meeting_id IS NOT NULL
"""
ITEM_CHANGED = """
    (OLD.state = 'settled' OR NEW.state = 'settled') AND
    (OLD.state, OLD.outcome, OLD.meeting_id, OLD.matter_id, OLD.purpose, OLD.due, OLD.done_on) IS DISTINCT FROM
    (NEW.state, NEW.outcome, NEW.meeting_id, NEW.matter_id, NEW.purpose, NEW.due, NEW.done_on)
"""
SIGNED = "NEW.signed_at IS NOT NULL AND NEW.path LIKE 'item/%/outcome'"
JUDGED = (
    "SELECT NEW.school_id, COALESCE(NEW.meeting_id, 0), CASE WHEN NEW.meeting_id IS NULL THEN NEW.id ELSE 0 END, true"
)
MARKS = (
    _marks(
        "judgement",
        "meetings_judgement",
        JUDGED,
        "INSERT {on} WHEN (NEW.current AND {kept})",
        "UPDATE OF current {on} WHEN (OLD.current IS DISTINCT FROM NEW.current AND {kept})",
    )
    + _marks(
        "finding",
        "meetings_keptfinding",
        """
    SELECT DISTINCT j.school_id, COALESCE(j.meeting_id, 0), CASE WHEN j.meeting_id IS NULL THEN j.id ELSE 0 END, true
      FROM new_rows f JOIN meetings_judgement j ON j.id = f.judgement_id WHERE j.current
""",
        "INSERT {on} WHEN ({kept})",
        each="STATEMENT",
    )
    + _marks(
        "override",
        "meetings_override",
        """
    SELECT m.school_id, COALESCE(i.meeting_id, 0), 0, false
      FROM meetings_item i JOIN meetings_matter m ON m.id = i.matter_id WHERE i.id = NEW.item_id AND i.meeting_id IS NOT NULL
     UNION ALL
    SELECT j.school_id, COALESCE(j.meeting_id, 0), CASE WHEN j.meeting_id IS NULL THEN j.id ELSE 0 END, false
      FROM meetings_judgement j WHERE j.item_id = NEW.item_id AND j.current
""",
        "INSERT {on} WHEN ({kept})",
    )
    + _marks(
        "item",
        "meetings_item",
        OF_ITEM.format(row="NEW", touched="VALUES (NEW.meeting_id)"),
        "INSERT {on} WHEN (NEW.state = 'settled' AND {kept})",
    )
    + _marks(
        "changed_item",
        "meetings_item",
        OF_ITEM.format(row="NEW", touched="VALUES (NEW.meeting_id), (OLD.meeting_id)"),
        f"UPDATE OF state, outcome, meeting_id, matter_id, purpose, due, done_on {{on}} WHEN ({ITEM_CHANGED} AND {{kept}})",
    )
    + _marks(
        "lost_item",
        "meetings_item",
        OF_ITEM.format(row="OLD", touched="VALUES (OLD.meeting_id)"),
        "DELETE {on} WHEN (OLD.state = 'settled' AND {kept})",
    )
    + _marks(
        "meeting",
        "meetings_meeting",
        "SELECT NEW.school_id, NEW.id, 0, false",
        f"INSERT {{on}} WHEN (NEW.state IN {HELD} AND {{kept}})",
        f"""UPDATE OF state, starts_at, body {{on}} WHEN (
    ((OLD.state IN {HELD}) <> (NEW.state IN {HELD}) OR yishi_term(OLD.starts_at) <> yishi_term(NEW.starts_at)
     OR OLD.body <> NEW.body) AND {{kept}})""",
    )
    + _marks(
        "lost_meeting",
        "meetings_meeting",
        "SELECT OLD.school_id, OLD.id, 0, false",
        "DELETE {on} WHEN ({kept})",
    )
    + _marks(
        "correction",
        "meetings_correction",
        "SELECT g.school_id, g.id, 0, false FROM meetings_meeting g WHERE g.id = NEW.meeting_id",
        f"INSERT {{on}} WHEN ({SIGNED} AND {{kept}})",
        f"UPDATE OF signed_at {{on}} WHEN ({SIGNED} AND {{kept}})",
    )
    + _marks(
        "matter",
        "meetings_matter",
        """
    SELECT NEW.school_id, i.meeting_id, 0, false FROM meetings_item i
     WHERE i.matter_id = NEW.id AND i.state = 'settled' AND i.meeting_id IS NOT NULL
""",
        "UPDATE OF category {on} WHEN (left(OLD.category, 1) <> left(NEW.category, 1) AND {kept})",
    )
)

# The whole of a school at once: a filled database, or one whose figures went wrong.
REBUILD = f"""
CREATE FUNCTION yishi_rebuild_figures(school bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    former text := COALESCE(current_setting('yishi.figures', true), '');
BEGIN
    PERFORM yishi_hold_figures(ARRAY[school]);
    PERFORM set_config('yishi.figures', 'off', true);
    DELETE FROM inspection_figures WHERE school_id = school;
    INSERT INTO inspection_figures ({NAMES}, term, rules, open_due, judgement_id, meeting_id, school_id)
    SELECT {NAMES}, term, rules, open_due, judgement_id, meeting_id, school_id FROM yishi_figures(
        ARRAY(SELECT id FROM meetings_meeting WHERE school_id = school),
        ARRAY(SELECT id FROM meetings_judgement WHERE school_id = school AND current AND meeting_id IS NULL)
    ) ORDER BY term, meeting_id, judgement_id;
    DELETE FROM inspection_schoolterm WHERE school_id = school;
    INSERT INTO inspection_schoolterm (term, school_id, {NAMES})
    SELECT term, school_id, {", ".join(f"sum({name})" for name in COUNTS)} FROM inspection_figures
     WHERE school_id = school GROUP BY term, school_id;
    DELETE FROM inspection_schooltermrule WHERE school_id = school;
    INSERT INTO inspection_schooltermrule (term, school_id, rule, {", ".join(ANSWERS)})
    SELECT term, school_id, rule, {", ".join(f"sum({name})" for name in ANSWERS)} FROM (
        SELECT term, school_id, each.key AS rule, {OF_RULE} FROM inspection_figures CROSS JOIN jsonb_each(rules) each
         WHERE school_id = school
    ) said GROUP BY term, school_id, rule ORDER BY term, rule;
    DELETE FROM inspection_schooldue WHERE school_id = school;
    INSERT INTO inspection_schooldue (school_id, due, open)
    SELECT school_id, day, count(*) FROM inspection_figures CROSS JOIN unnest(open_due) day
     WHERE school_id = school GROUP BY school_id, day;
    PERFORM set_config('yishi.figures', former, true);
END $$;
"""
FILL = "SELECT yishi_rebuild_figures(id) FROM accounts_organisation WHERE kind = 'school'"

UNDO = """
DROP TABLE inspection_stale;
DO $$
DECLARE
    made regprocedure;
BEGIN
    FOR made IN SELECT oid::regprocedure FROM pg_proc WHERE proname ~ '^yishi_(stale|sum_|figure|hold_figures|rebuild_figures|term$)'
    LOOP
        EXECUTE 'DROP FUNCTION ' || made || ' CASCADE';
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_the_journal_is_a_chain"),
        ("meetings", "0008_what_is_met_is_folded"),
    ]

    operations = [
        migrations.CreateModel(
            name="SchoolDue",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "school", "due", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("due", models.DateField()),
                ("open", models.IntegerField(default=0)),
                (
                    "school",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "待落实计数",
                "verbose_name_plural": "待落实计数",
            },
        ),
        migrations.CreateModel(
            name="SchoolTerm",
            fields=[
                ("met", models.IntegerField(default=0)),
                ("broken", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("block", models.IntegerField(default=0)),
                ("warn", models.IntegerField(default=0)),
                ("excused", models.IntegerField(default=0)),
                ("party", models.IntegerField(default=0)),
                ("office", models.IntegerField(default=0)),
                ("items", models.IntegerField(default=0)),
                ("items_met", models.IntegerField(default=0)),
                ("items_broken", models.IntegerField(default=0)),
                ("items_unknown", models.IntegerField(default=0)),
                ("decisions", models.IntegerField(default=0)),
                ("class_d", models.IntegerField(default=0)),
                ("class_h", models.IntegerField(default=0)),
                ("class_p", models.IntegerField(default=0)),
                ("class_f", models.IntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term", "school", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.SmallIntegerField()),
                (
                    "school",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="school_terms",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "学校学期计数",
                "verbose_name_plural": "学校学期计数",
            },
        ),
        migrations.CreateModel(
            name="SchoolTermRule",
            fields=[
                ("met", models.IntegerField(default=0)),
                ("broken", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("block", models.IntegerField(default=0)),
                ("warn", models.IntegerField(default=0)),
                ("excused", models.IntegerField(default=0)),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "term", "school", "rule", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("term", models.SmallIntegerField()),
                ("rule", models.CharField(max_length=8)),
                (
                    "school",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "学校学期规则计数",
                "verbose_name_plural": "学校学期规则计数",
                "indexes": [
                    models.Index(
                        fields=["term"],
                        condition=models.Q(("broken__gt", 0), ("unknown__gt", 0), _connector="OR"),
                        name="rule_not_met_by_term",
                    ),
                    models.Index(fields=["term", "rule"], name="rule_by_term"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Figures",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("met", models.IntegerField(default=0)),
                ("broken", models.IntegerField(default=0)),
                ("unknown", models.IntegerField(default=0)),
                ("block", models.IntegerField(default=0)),
                ("warn", models.IntegerField(default=0)),
                ("excused", models.IntegerField(default=0)),
                ("party", models.IntegerField(default=0)),
                ("office", models.IntegerField(default=0)),
                ("items", models.IntegerField(default=0)),
                ("items_met", models.IntegerField(default=0)),
                ("items_broken", models.IntegerField(default=0)),
                ("items_unknown", models.IntegerField(default=0)),
                ("decisions", models.IntegerField(default=0)),
                ("class_d", models.IntegerField(default=0)),
                ("class_h", models.IntegerField(default=0)),
                ("class_p", models.IntegerField(default=0)),
                ("class_f", models.IntegerField(default=0)),
                ("term", models.SmallIntegerField()),
                ("rules", models.JSONField(default=dict)),
                (
                    "open_due",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), default=list, size=None),
                ),
                (
                    "judgement",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.judgement",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="meetings.meeting",
                    ),
                ),
                (
                    "school",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "计数",
                "verbose_name_plural": "计数",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "judgement"), name="what_counts_is_counted_once", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("meeting__isnull", True), ("judgement__isnull", True), _connector="XOR"),
                        name="figures_are_of_a_meeting_or_of_a_check",
                    ),
                ],
            },
        ),
        migrations.RunSQL(TERM + FIGURES + SUMS + AGAIN + STALE + MARKS + REBUILD, UNDO),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
