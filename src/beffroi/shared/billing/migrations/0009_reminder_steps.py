"""The steps of the reminders belong to each régie; those taken say what was said, and letters wait to be printed."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import beffroi.shared.billing.reminding

# The three steps that every régie had, with the delays and the names that they bore.
KEPT = """
UPDATE billing_reminder SET
  days = CASE step WHEN 1 THEN 3 WHEN 2 THEN 15 ELSE 30 END,
  title = CASE step WHEN 1 THEN 'Rappel' WHEN 2 THEN 'Relance'
    ELSE 'Dernier avis avant transmission au comptable public' END,
  taken_on = sent_on
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0008_merged_payers"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.AddField(
            model_name="regie",
            name="reminders",
            field=models.JSONField(
                blank=True, default=beffroi.shared.billing.reminding.usual_steps, verbose_name="étapes des relances"
            ),
        ),
        migrations.CreateModel(
            name="LetterBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ready", "À imprimer"),
                            ("printed", "Imprimé, à poster"),
                            ("sent", "Posté"),
                            ("cancelled", "Défait"),
                        ],
                        default="ready",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("count", models.PositiveIntegerField(verbose_name="lettres")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="préparé le")),
                ("printed_at", models.DateTimeField(blank=True, null=True, verbose_name="imprimé le")),
                ("sent_on", models.DateField(blank=True, null=True, verbose_name="posté le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letter_batches", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "lot de lettres",
                "verbose_name_plural": "lots de lettres",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("sent_on__isnull", False), ("status", "sent"))
                        | Q(Q(("status", "sent"), _negated=True), ("sent_on__isnull", True)),
                        name="letter_batch_sent",
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="reminder",
            name="days",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="jours de retard de l’étape"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reminder",
            name="title",
            field=models.CharField(default="", max_length=80, verbose_name="nom"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reminder",
            name="text",
            field=models.TextField(blank=True, default="", verbose_name="texte"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reminder",
            name="taken_on",
            field=models.DateField(default=django.utils.timezone.localdate, verbose_name="décidée le"),
        ),
        migrations.AddField(
            model_name="reminder",
            name="by_post",
            field=models.BooleanField(default=False, verbose_name="par courrier"),
        ),
        migrations.AddField(
            model_name="reminder",
            name="batch",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letters",
                to="billing.letterbatch",
            ),
        ),
        migrations.AlterField(
            model_name="reminder", name="step", field=models.PositiveSmallIntegerField(verbose_name="étape")
        ),
        migrations.AlterField(
            model_name="reminder",
            name="sent_on",
            field=models.DateField(blank=True, null=True, verbose_name="envoyée le"),
        ),
        migrations.RunSQL(KEPT, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="reminder", name="reminder_step_unique"),
        migrations.AlterModelOptions(
            name="reminder",
            options={"ordering": ["invoice", "days"], "verbose_name": "relance", "verbose_name_plural": "relances"},
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("invoice", "days"), name="reminder_delay_unique"),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=Q(("by_post", True), ("batch__isnull", True), _connector="OR"),
                name="reminder_letter_in_batch",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=Q(("batch__isnull", True), ("by_post", True)), fields=["invoice"], name="reminder_to_print"
            ),
        ),
    ]
