"""Homes told once a year that their quotient is to be given; the secret address of a family's calendar."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.modules.childcare.models.feed


class Migration(migrations.Migration):
    dependencies = [
        ("childcare", "0006_parents_bodies_quantities_excuses"),
        ("people", "0005_erasure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="BookingFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        default=beffroi.modules.childcare.models.feed.draw_key,
                        max_length=40,
                        unique=True,
                        verbose_name="clé",
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ouverte le")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_feed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda des réservations",
                "verbose_name_plural": "agendas des réservations",
            },
        ),
        migrations.CreateModel(
            name="QuotientNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                (
                    "old",
                    models.BooleanField(default=False, verbose_name="un quotient d’une autre année est connu"),
                ),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="prévenu le")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotient_notices",
                        to="people.household",
                    ),
                ),
            ],
            options={
                "verbose_name": "avis de quotient à donner",
                "verbose_name_plural": "avis de quotient à donner",
                "constraints": [models.UniqueConstraint(fields=("household", "year"), name="quotient_notice_once")],
            },
        ),
    ]
