from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_following_and_bundles")]

    operations = [
        migrations.RemoveConstraint(
            model_name="filingrule",
            name="filing_rule_asks",
        ),
        migrations.AddField(
            model_name="filingrule",
            name="pattern",
            field=models.CharField(blank=True, max_length=300, verbose_name="expression régulière"),
        ),
        migrations.AddField(
            model_name="filingrule",
            name="slow_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="trop longue à chercher le"),
        ),
        migrations.AddConstraint(
            model_name="filingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True),
                    models.Q(("senders", ""), _negated=True),
                    models.Q(("pattern", ""), _negated=True),
                    _connector="OR",
                ),
                name="filing_rule_asks",
                violation_error_message="Donnez des mots, ou des expéditeurs, ou une expression régulière.",
            ),
        ),
    ]
