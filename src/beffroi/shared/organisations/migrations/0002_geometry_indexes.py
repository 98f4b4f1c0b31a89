"""Indexes that Django cannot express: outlines, points, address search."""

from django.db import migrations

INDEXES = """
CREATE INDEX organisations_area_ring ON organisations_area USING gist (ring);
CREATE INDEX organisations_address_point ON organisations_address USING gist (location);
CREATE INDEX organisations_address_text ON organisations_address USING gin (text gin_trgm_ops);
"""


class Migration(migrations.Migration):
    dependencies = [("organisations", "0001_initial"), ("kernel", "0002_database_rules")]
    operations = [
        migrations.RunSQL(
            INDEXES,
            "DROP INDEX organisations_area_ring, organisations_address_point, organisations_address_text",
        )
    ]
