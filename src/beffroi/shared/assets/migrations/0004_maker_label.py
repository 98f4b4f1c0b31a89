import django.db.models.functions.text
from django.db import migrations, models

# What the list looks for, as `models.asset.WORDS` writes it.
INDEX = "CREATE INDEX assets_asset_words ON assets_asset USING gin (kernel_fold({}) gin_trgm_ops)"
OLD = INDEX.format("code || ' ' || name || ' ' || address || ' ' || external_ref || ' ' || serial")
NEW = INDEX.format(
    "code || ' ' || name || ' ' || address || ' ' || external_ref || ' ' || serial || ' ' || maker_label"
)
DROP = "DROP INDEX assets_asset_words"


class Migration(migrations.Migration):
    dependencies = [("assets", "0003_inventory")]

    operations = [
        migrations.AddField(
            model_name="asset",
            name="maker_label",
            field=models.CharField(blank=True, max_length=64, verbose_name="étiquette d’un autre fabricant"),
        ),
        migrations.AddConstraint(
            model_name="asset",
            constraint=models.UniqueConstraint(
                models.F("organisation"),
                django.db.models.functions.text.Upper("maker_label"),
                condition=models.Q(("maker_label", ""), _negated=True),
                name="asset_maker_label_unique",
                violation_error_message="Cette étiquette est déjà celle d’un autre équipement de l’organisation.",
            ),
        ),
        migrations.AddIndex(model_name="asset", index=models.Index(fields=["code", "id"], name="asset_in_order")),
        migrations.RunSQL([DROP, NEW], [DROP, OLD]),
    ]
