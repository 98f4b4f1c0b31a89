"""Transport lines, their stops, who rides, who was seen."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

WEEKDAYS = [
    (0, "lundi"),
    (1, "mardi"),
    (2, "mercredi"),
    (3, "jeudi"),
    (4, "vendredi"),
    (5, "samedi"),
    (6, "dimanche"),
]


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_contact_duties"),
        ("childcare", "0009_support_draws"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TransportLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse courte")),
                ("carrier", models.CharField(blank=True, max_length=120, verbose_name="transporteur et véhicule")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone dans le véhicule")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="jours de la semaine",
                    ),
                ),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(blank=True, null=True, verbose_name="au")),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="places")),
                ("is_active", models.BooleanField(default=True, verbose_name="en service")),
                (
                    "activities",
                    models.ManyToManyField(
                        blank=True, related_name="lines", to="childcare.activity", verbose_name="activités"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transport_lines",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="childcare.site",
                        verbose_name="site desservi",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de transport",
                "verbose_name_plural": "lignes de transport",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gte", models.F("start")), _connector="OR"),
                        name="line_dates",
                    ),
                    models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="line_capacity"),
                    models.CheckConstraint(condition=models.Q(("weekdays__len__gt", 0)), name="line_weekdays"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="arrêt")),
                ("place", models.CharField(blank=True, max_length=200, verbose_name="où attendre")),
                ("morning_at", models.TimeField(blank=True, null=True, verbose_name="passage le matin")),
                ("evening_at", models.TimeField(blank=True, null=True, verbose_name="passage le soir")),
                ("is_active", models.BooleanField(default=True, verbose_name="desservi")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stops", to="childcare.transportline"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrêt",
                "verbose_name_plural": "arrêts",
                "ordering": ["line", "morning_at", "evening_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("line", "name"), name="stop_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("morning_at__isnull", False), ("evening_at__isnull", False), _connector="OR"
                        ),
                        name="stop_has_an_hour",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "trip",
                    models.CharField(
                        choices=[("morning", "Matin"), ("evening", "Soir")], max_length=7, verbose_name="trajet"
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField(choices=WEEKDAYS, verbose_name="jour")),
                ("alone", models.BooleanField(default=False, verbose_name="peut repartir seul de l’arrêt")),
                ("start", models.DateField(verbose_name="à partir du")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="inscrit le"),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rides", to="childcare.child"
                    ),
                ),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="rides", to="childcare.childhome"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rides", to="childcare.transportline"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="rides", to="childcare.stop"
                    ),
                ),
            ],
            options={
                "verbose_name": "trajet d’un enfant",
                "verbose_name_plural": "trajets d’enfants",
                "ordering": ["weekday", "trip", "pk"],
                "indexes": [models.Index(fields=["line", "trip", "weekday"], name="ride_line")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="ride_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gte", models.F("start")), _connector="OR"),
                        name="ride_dates",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("home", "="),
                            ("trip", "="),
                            ("weekday", "="),
                            (
                                models.Func(
                                    "start",
                                    "end",
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="ride_one_stop_at_a_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RideSkip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="dit le")),
                (
                    "ride",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="skips", to="childcare.ride"
                    ),
                ),
            ],
            options={
                "verbose_name": "jour sans transport",
                "verbose_name_plural": "jours sans transport",
                "ordering": ["day"],
                "constraints": [models.UniqueConstraint(fields=("ride", "day"), name="ride_skip_once")],
            },
        ),
        migrations.CreateModel(
            name="Boarding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("day", models.DateField(verbose_name="jour")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("aboard", "Monté"),
                            ("missing", "Pas à l’arrêt"),
                            ("handed", "Remis"),
                            ("undo", "Pointage retiré"),
                        ],
                        max_length=7,
                        verbose_name="geste",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="à")),
                ("with_name", models.CharField(blank=True, max_length=120, verbose_name="remis à")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçu le")),
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
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="childcare.contact",
                    ),
                ),
                (
                    "ride",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="boardings", to="childcare.ride"
                    ),
                ),
            ],
            options={
                "verbose_name": "montée dans une ligne",
                "verbose_name_plural": "montées dans une ligne",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["ride", "day"], name="boarding_ride_day")],
            },
        ),
    ]
