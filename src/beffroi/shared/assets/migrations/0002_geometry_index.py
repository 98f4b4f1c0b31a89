"""The index on the place, which Django cannot express."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("assets", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE INDEX assets_asset_place ON assets_asset USING gist (location)", "DROP INDEX assets_asset_place"
        )
    ]
