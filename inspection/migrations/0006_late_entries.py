from django.db import migrations, models

HELD = "('open', 'ended', 'completed', 'signed', 'issued', 'imported')"
DAY = "interval '1 day'"

VIEW = f"""
CREATE INDEX meeting_entered_late ON meetings_meeting (starts_at) WHERE entered_at - ends_at > {DAY};
CREATE INDEX meeting_recorded_late ON meetings_meeting (starts_at) WHERE record_completed_at - ends_at > {DAY};
CREATE INDEX consultation_entered_late ON meetings_consultation (at) WHERE entered_at - at > {DAY};
CREATE INDEX communication_entered_late ON governance_communication (at) WHERE entered_at - at > {DAY};
CREATE VIEW inspection_lateentry AS
SELECT 'meeting-' || m.id AS key, 'meeting' AS kind, m.school_id, m.id AS meeting_id, NULL::bigint AS matter_id,
       m.starts_at AS at, m.entered_at, m.entered_at - m.ends_at AS late
  FROM meetings_meeting m WHERE m.entered_at - m.ends_at > {DAY} AND m.state IN {HELD}
 UNION ALL
SELECT 'record-' || m.id, 'record', m.school_id, m.id, NULL, m.starts_at, m.record_completed_at,
       m.record_completed_at - m.ends_at
  FROM meetings_meeting m WHERE m.record_completed_at - m.ends_at > {DAY} AND m.state IN {HELD}
 UNION ALL
SELECT 'consultation-' || c.id, 'consultation', t.school_id, NULL, t.id, c.at, c.entered_at, c.entered_at - c.at
  FROM meetings_consultation c JOIN meetings_matter t ON t.id = c.matter_id
 WHERE c.entered_at - c.at > {DAY} AND t.state <> 'draft'
 UNION ALL
SELECT 'communication-' || c.id, 'communication', c.school_id, NULL, NULL, c.at, c.entered_at, c.entered_at - c.at
  FROM governance_communication c WHERE c.entered_at - c.at > {DAY};
"""
GONE = """
DROP VIEW inspection_lateentry;
DROP INDEX meeting_entered_late, meeting_recorded_late, consultation_entered_late, communication_entered_late;
"""
KINDS = [("meeting", "会议"), ("record", "会议记录"), ("consultation", "会前沟通"), ("communication", "定期沟通")]


class Migration(migrations.Migration):
    dependencies = [
        ("inspection", "0005_rectification_paper"),
        ("meetings", "0010_register_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LateEntry",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("at", models.DateTimeField()),
                ("entered_at", models.DateTimeField()),
                ("late", models.DurationField()),
            ],
            options={"managed": False, "db_table": "inspection_lateentry"},
        ),
        migrations.RunSQL(VIEW, GONE),
    ]
