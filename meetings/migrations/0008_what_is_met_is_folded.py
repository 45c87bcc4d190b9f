import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models
from django.db.models import Q

# What is met was a row each. It becomes one column of its judgement, and its rows go.
FOLD = """
ALTER TABLE meetings_keptfinding DISABLE TRIGGER USER;
ALTER TABLE meetings_difference DISABLE TRIGGER USER;

WITH answer AS (
    SELECT id, judgement_id, rule,
           CASE WHEN item_id IS NOT NULL THEN 'item' WHEN matter_id IS NOT NULL THEN 'matter'
                WHEN meeting_id IS NOT NULL THEN 'meeting' ELSE 'school' END AS kind,
           CASE WHEN COALESCE(item_id, matter_id, meeting_id) IS NULL THEN to_jsonb(body)
                ELSE to_jsonb(COALESCE(item_id, matter_id, meeting_id)) END AS thing
      FROM meetings_keptfinding WHERE outcome = 'met'
), by_rule AS (
    SELECT judgement_id, kind, rule, jsonb_agg(thing ORDER BY id) AS things FROM answer
     GROUP BY judgement_id, kind, rule
), by_kind AS (
    SELECT judgement_id, kind, jsonb_object_agg(rule, things) AS rules FROM by_rule GROUP BY judgement_id, kind
), folded AS (
    SELECT judgement_id, jsonb_object_agg(kind, rules) AS met FROM by_kind GROUP BY judgement_id
)
UPDATE meetings_judgement j SET met = folded.met FROM folded WHERE folded.judgement_id = j.id;

WITH counted AS (
    SELECT judgement_id, jsonb_object_agg(item_id, CASE WHEN values ? 'present'
               THEN jsonb_build_array(values->'in_office', values->'present') ELSE '[]' END) AS there
      FROM meetings_keptfinding WHERE rule IN ('P-03', 'A-03') AND item_id IS NOT NULL GROUP BY judgement_id
)
UPDATE meetings_judgement j SET there = counted.there FROM counted WHERE counted.judgement_id = j.id;

UPDATE meetings_difference d SET kept_met_id = f.judgement_id, kept_id = NULL
  FROM meetings_keptfinding f WHERE f.id = d.kept_id AND f.outcome = 'met';
UPDATE meetings_difference d SET found_met_id = f.judgement_id, found_id = NULL
  FROM meetings_keptfinding f WHERE f.id = d.found_id AND f.outcome = 'met';
DELETE FROM meetings_keptfinding WHERE outcome = 'met';

SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE meetings_difference ENABLE TRIGGER USER;
ALTER TABLE meetings_keptfinding ENABLE TRIGGER USER;
"""
VIEW = """
CREATE VIEW meetings_metanswer AS
SELECT j.id AS judgement_id, j.current, j.at, j.school_id, j.meeting_id, kind.key AS kind, rule.key AS rule,
       CASE WHEN kind.key = 'item' THEN thing::bigint END AS item_id,
       CASE WHEN kind.key = 'matter' THEN thing::bigint END AS matter_id,
       CASE WHEN kind.key = 'school' THEN thing ELSE '' END AS body
  FROM meetings_judgement j
 CROSS JOIN jsonb_each(j.met) AS kind
 CROSS JOIN jsonb_each(kind.value) AS rule
 CROSS JOIN jsonb_array_elements_text(rule.value) AS thing;
"""
NEVER_REWRITTEN = pgtrigger.compiler.Trigger(
    name="a_judgement_is_never_rewritten",
    sql=pgtrigger.compiler.UpsertTriggerSql(
        condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."run_id" IS DISTINCT FROM (NEW."run_id") OR OLD."school_id" IS DISTINCT FROM (NEW."school_id") OR OLD."meeting_id" IS DISTINCT FROM (NEW."meeting_id") OR OLD."item_id" IS DISTINCT FROM (NEW."item_id") OR OLD."matter_id" IS DISTINCT FROM (NEW."matter_id") OR OLD."verb" IS DISTINCT FROM (NEW."verb") OR OLD."by_id" IS DISTINCT FROM (NEW."by_id") OR OLD."at" IS DISTINCT FROM (NEW."at") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."same_as_id" IS DISTINCT FROM (NEW."same_as_id") OR OLD."digest" IS DISTINCT FROM (NEW."digest") OR OLD."met" IS DISTINCT FROM (NEW."met") OR OLD."there" IS DISTINCT FROM (NEW."there"))',
        func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
        hash="2e743dbfa602d5a1bea505208078b81ce519955a",
        operation="UPDATE",
        pgid="pgtrigger_a_judgement_is_never_rewritten_9ffc9",
        table="meetings_judgement",
        when="BEFORE",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_what_is_said_can_be_found")]

    operations = [
        pgtrigger.migrations.RemoveTrigger(model_name="judgement", name="a_judgement_is_never_rewritten"),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER TABLE meetings_judgement ALTER COLUMN facts DROP NOT NULL", migrations.RunSQL.noop
                )
            ],
            state_operations=[
                migrations.RenameField("judgement", "facts", "own_facts"),
                migrations.AlterField("judgement", "own_facts", models.JSONField(db_column="facts", null=True)),
            ],
        ),
        migrations.AddField("judgement", "met", models.JSONField("符合", default=dict)),
        migrations.AddField("judgement", "there", models.JSONField("到会", default=dict)),
        *(
            migrations.AddField(
                model,
                name,
                models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="meetings.judgement",
                ),
            )
            for model, name in (("judgement", "same_as"), ("difference", "kept_met"), ("difference", "found_met"))
        ),
        migrations.RunSQL(FOLD, migrations.RunSQL.noop),
        pgtrigger.migrations.AddTrigger(model_name="judgement", trigger=NEVER_REWRITTEN),
        migrations.AddConstraint(
            "judgement",
            models.CheckConstraint(
                condition=Q(own_facts__isnull=False, same_as__isnull=True)
                | Q(own_facts__isnull=True, same_as__isnull=False),
                name="a_judgement_keeps_its_facts_or_says_where_they_are",
            ),
        ),
        migrations.AddConstraint(
            "keptfinding", models.CheckConstraint(condition=~Q(outcome="met"), name="what_is_met_is_folded")
        ),
        migrations.RunSQL(VIEW, "DROP VIEW meetings_metanswer"),
        migrations.CreateModel(
            name="MetAnswer",
            fields=[
                (
                    "judgement",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="meetings.judgement",
                    ),
                ),
                ("current", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=10)),
                ("rule", models.CharField(max_length=8)),
                ("body", models.CharField(max_length=10)),
            ],
            options={"db_table": "meetings_metanswer", "managed": False},
        ),
    ]
