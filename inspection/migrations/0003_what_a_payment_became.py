import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspection", "0002_inspections_and_rectification")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="finding",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="inspection.assessment",
            ),
        ),
    ]
