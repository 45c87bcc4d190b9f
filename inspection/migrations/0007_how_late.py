from django.db import migrations

# Without it the database supposes that a third of everything was entered late, and reads it all.
KNOWN = """
CREATE STATISTICS consultation_lateness ON (entered_at - at) FROM meetings_consultation;
CREATE STATISTICS meeting_lateness ON (entered_at - ends_at), (record_completed_at - ends_at) FROM meetings_meeting;
CREATE STATISTICS communication_lateness ON (entered_at - at) FROM governance_communication;
"""


class Migration(migrations.Migration):
    dependencies = [("inspection", "0006_late_entries")]

    operations = [
        migrations.RunSQL(KNOWN, "DROP STATISTICS consultation_lateness, meeting_lateness, communication_lateness")
    ]
