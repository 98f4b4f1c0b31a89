"""Seats of the transport lines that homes wait for."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("childcare", "0011_surveys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeatWish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "trips",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(choices=[("morning", "Matin"), ("evening", "Soir")], max_length=7),
                        size=None,
                        verbose_name="trajets",
                    ),
                ),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None, verbose_name="jours"
                    ),
                ),
                ("alone", models.BooleanField(default=False, verbose_name="peut repartir seul de l’arrêt")),
                ("start", models.DateField(verbose_name="à partir du")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="seat_wishes",
                        to="childcare.childhome",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="childcare.transportline"
                    ),
                ),
                (
                    "receivers",
                    models.ManyToManyField(
                        blank=True, to="childcare.contact", verbose_name="peuvent recevoir l’enfant"
                    ),
                ),
                (
                    "stop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="wishes", to="childcare.stop"
                    ),
                ),
            ],
            options={
                "verbose_name": "attente d’une place dans une ligne",
                "verbose_name_plural": "attentes d’une place dans une ligne",
                "ordering": ["created_at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("home", "line"), name="seat_wish_once")],
            },
        ),
    ]
