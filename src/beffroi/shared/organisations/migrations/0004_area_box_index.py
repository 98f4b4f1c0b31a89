"""The bounding boxes of the rings, indexed: PostgreSQL has no index for « polygon holds point »."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("organisations", "0003_outline_parts")]
    operations = [
        migrations.RunSQL(
            "DROP INDEX organisations_area_ring; "
            "CREATE INDEX organisations_area_box ON organisations_area USING gist (box(ring));",
            "DROP INDEX organisations_area_box; "
            "CREATE INDEX organisations_area_ring ON organisations_area USING gist (ring);",
        )
    ]
