from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0003_trust_and_outside")]

    operations = [
        migrations.AddField(
            model_name="step",
            name="mark",
            field=models.CharField(
                blank=True, editable=False, max_length=64, verbose_name="marque de la signature scellée"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(condition=models.Q(("mark", ""), _negated=True), fields=["mark"], name="step_mark"),
        ),
    ]
