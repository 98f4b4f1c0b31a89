import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.shared.people.models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("people", "0004_mandate_a_year_at_most"),
    ]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "token",
                    models.CharField(
                        default=beffroi.shared.people.models.draw_token, editable=False, max_length=40, unique=True
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                ("total", models.PositiveSmallIntegerField(default=0, verbose_name="parts à effacer")),
                ("parts", models.JSONField(default=list, verbose_name="parts effacées")),
                ("account_kept", models.BooleanField(default=False, verbose_name="compte gardé")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erasures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "effacement demandé",
                "verbose_name_plural": "effacements demandés",
                "indexes": [models.Index(fields=["done_at"], name="erasure_done")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)),
                        fields=("user",),
                        name="erasure_once_at_a_time",
                    )
                ],
            },
        ),
    ]
