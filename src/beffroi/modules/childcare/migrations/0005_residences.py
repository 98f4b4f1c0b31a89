import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.kernel.encryption

# Before this rule, what a family declared made its rate: it still does for the homes that are known already.
DECLARED_SINCE = datetime.date(2020, 1, 1)


def keep_what_was_declared(apps, schema_editor):
    ChildHome = apps.get_model("childcare", "ChildHome")
    Residence = apps.get_model("childcare", "Residence")
    Household = apps.get_model("people", "Household")
    living = ChildHome.objects.values("household")
    Residence.objects.bulk_create(
        (
            Residence(household_id=household, commune_id=commune, start=DECLARED_SINCE)
            for household, commune in Household.objects.filter(pk__in=living)
            .exclude(commune=None)
            .values_list("pk", "commune")
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("childcare", "0004_corrected_attendance"),
        ("organisations", "0006_contact_duties"),
        ("people", "0004_mandate_a_year_at_most"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Residence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="depuis le")),
                (
                    "checked_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="vérifié le"),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="residences", to="people.household"
                    ),
                ),
            ],
            options={
                "verbose_name": "domicile vérifié",
                "verbose_name_plural": "domiciles vérifiés",
                "ordering": ["household", "start"],
                "constraints": [models.UniqueConstraint(fields=("household", "start"), name="residence_once_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fields", beffroi.kernel.encryption.EncryptedJSONField(default=dict, verbose_name="champs")),
                ("start", models.DateField(verbose_name="depuis le")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le"),
                ),
                ("decisions", models.JSONField(blank=True, default=dict, verbose_name="décisions")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidé le")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="moves", to="people.household"
                    ),
                ),
            ],
            options={
                "verbose_name": "changement d’adresse demandé",
                "verbose_name_plural": "changements d’adresse demandés",
                "ordering": ["created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decided_at", None)), fields=("household",), name="move_one_at_a_time"
                    )
                ],
            },
        ),
        migrations.RunPython(keep_what_was_declared, migrations.RunPython.noop),
    ]
