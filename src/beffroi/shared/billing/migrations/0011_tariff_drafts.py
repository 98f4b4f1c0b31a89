"""Drafts of tariffs: simulated, never applied before they are published."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("billing", "0010_family_mandates"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="TariffDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.CharField(
                        help_text="Le code que les activités désignent, par exemple childcare.day.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*$", "Des minuscules, des chiffres, points et tirets."
                            )
                        ],
                        verbose_name="prestation",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="libellé sur la facture")),
                ("start", models.DateField(verbose_name="applicable du")),
                ("end", models.DateField(blank=True, null=True, verbose_name="au")),
                ("age_min", models.PositiveSmallIntegerField(default=0, verbose_name="à partir de l’âge de")),
                ("age_max", models.PositiveSmallIntegerField(default=150, verbose_name="jusqu’à l’âge de")),
                ("rule", models.JSONField(default=dict, verbose_name="règle")),
                (
                    "cost",
                    models.PositiveBigIntegerField(default=0, verbose_name="coût de revient d’une unité, en centimes"),
                ),
                ("decision", models.CharField(blank=True, max_length=120, verbose_name="délibération")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="commencé le")),
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
                    "published_as",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="billing.tariff",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tariff_drafts", to="billing.regie"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "brouillon de tarif",
                "verbose_name_plural": "brouillons de tarif",
                "ordering": ["unit", "start", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("end__isnull", True), ("end__gte", F("start")), _connector="OR"),
                        name="draft_dates",
                    ),
                    models.CheckConstraint(condition=Q(("age_max__gte", F("age_min"))), name="draft_ages"),
                ],
            },
        ),
    ]
