"""The index by which reports are found in a part of the map."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX reports_report_place ON reports_report USING gist (location)",
            "DROP INDEX reports_report_place",
        )
    ]
