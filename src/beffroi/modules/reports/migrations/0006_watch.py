import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import beffroi.modules.reports.models.watch
import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_contact_duties"),
        ("reports", "0005_shown_faster"),
    ]

    operations = [
        migrations.CreateModel(
            name="Watch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                (
                    "location",
                    beffroi.shared.organisations.geometry.PointField(blank=True, null=True, verbose_name="lieu"),
                ),
                (
                    "radius",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (200, "200 mètres"),
                            (500, "500 mètres"),
                            (1000, "1 kilomètre"),
                            (2000, "2 kilomètres"),
                            (5000, "5 kilomètres"),
                        ],
                        default=1000,
                        verbose_name="à moins de",
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=beffroi.modules.reports.models.watch.new_token,
                        editable=False,
                        max_length=30,
                        unique=True,
                        verbose_name="jeton",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="demandée le")),
                ("confirmed_at", models.DateTimeField(blank=True, null=True, verbose_name="confirmée le")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reports.category",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "veille",
                "verbose_name_plural": "veilles",
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at", None)), fields=["created_at"], name="watch_unconfirmed"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("commune__isnull", False), ("location__isnull", True)),
                            models.Q(("commune__isnull", True), ("location__isnull", False)),
                            _connector="OR",
                        ),
                        name="watch_commune_or_point",
                        violation_error_message="Choisissez une commune, ou un point de la carte.",
                    ),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("commune"),
                        models.F("family"),
                        condition=models.Q(("commune__isnull", False)),
                        name="watch_commune_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
    ]
