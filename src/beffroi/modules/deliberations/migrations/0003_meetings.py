import django.db.models.constraints
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import beffroi.modules.deliberations.models.meeting


class Migration(migrations.Migration):
    dependencies = [
        ("deliberations", "0002_database_rules"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Councillor",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(max_length=60, verbose_name="prénom")),
                ("last_name", models.CharField(max_length=60, verbose_name="nom")),
                ("quality", models.CharField(blank=True, max_length=120, verbose_name="fonction")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                ("rank", models.PositiveSmallIntegerField(default=100, verbose_name="rang au tableau")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="élu depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="councillors",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "membre de l’assemblée",
                "verbose_name_plural": "membres de l’assemblée",
                "ordering": ["rank", "last_name", "first_name"],
                "indexes": [models.Index(fields=["organisation", "rank"], name="councillor_rank")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="councillor_dates",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Meeting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("council", "Conseil"), ("bureau", "Bureau"), ("commission", "Commission")],
                        default="council",
                        max_length=10,
                        verbose_name="assemblée",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="nom de la commission")),
                ("held_at", models.DateTimeField(verbose_name="date et heure")),
                ("place", models.CharField(max_length=200, verbose_name="lieu")),
                ("urgent_reason", models.CharField(blank=True, max_length=300, verbose_name="motif de l’urgence")),
                (
                    "second_call",
                    models.BooleanField(default=False, verbose_name="seconde convocation, faute de quorum"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("convened", "Convoquée"),
                            ("held", "Tenue"),
                            ("cancelled", "Annulée"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("convened_at", models.DateTimeField(editable=False, null=True, verbose_name="convoquée le")),
                (
                    "listed_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="liste des délibérations publiée le"),
                ),
                ("minutes_at", models.DateTimeField(editable=False, null=True, verbose_name="procès-verbal publié le")),
                (
                    "token",
                    models.CharField(
                        default=beffroi.modules.deliberations.models.meeting.new_token,
                        editable=False,
                        max_length=30,
                        unique=True,
                        verbose_name="jeton",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="enregistrée le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meetings",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "séance",
                "verbose_name_plural": "séances",
                "ordering": ["-held_at", "-pk"],
                "indexes": [
                    models.Index(fields=["organisation", "-held_at"], name="meeting_body"),
                    models.Index(condition=models.Q(("kind", "council")), fields=["-held_at"], name="meeting_public"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind", "name", "held_at"), name="meeting_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "draft"), ("state", "cancelled"), ("convened_at__isnull", False), _connector="OR"
                        ),
                        name="meeting_convened",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("title", models.CharField(max_length=500, verbose_name="objet")),
                ("rapporteur", models.CharField(blank=True, max_length=120, verbose_name="rapporteur")),
                ("note", models.TextField(blank=True, max_length=5000, verbose_name="note de synthèse")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("pending", "À examiner"),
                            ("adopted", "Adoptée"),
                            ("rejected", "Rejetée"),
                            ("deferred", "Reportée"),
                            ("noted", "Sans vote"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="issue",
                    ),
                ),
                (
                    "act",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item",
                        to="deliberations.act",
                        verbose_name="délibération",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="deliberations.meeting"
                    ),
                ),
            ],
            options={
                "verbose_name": "point de l’ordre du jour",
                "verbose_name_plural": "points de l’ordre du jour",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                        fields=("meeting", "position"),
                        name="item_position",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "Non noté"),
                            ("present", "Présent"),
                            ("proxy", "Représenté"),
                            ("excused", "Excusé"),
                            ("absent", "Absent"),
                        ],
                        default="unknown",
                        max_length=8,
                        verbose_name="présence",
                    ),
                ),
                (
                    "councillor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deliberations.councillor"
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="deliberations.meeting"
                    ),
                ),
                (
                    "proxy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deliberations.councillor",
                        verbose_name="pouvoir donné à",
                    ),
                ),
            ],
            options={
                "verbose_name": "siège",
                "verbose_name_plural": "sièges",
                "ordering": ["councillor__rank", "councillor__last_name"],
                "constraints": [
                    models.UniqueConstraint(fields=("meeting", "councillor"), name="seat_unique"),
                    models.UniqueConstraint(fields=("meeting", "proxy"), name="seat_one_proxy"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proxy__isnull", False), ("status", "proxy")),
                            models.Q(models.Q(("status", "proxy"), _negated=True), ("proxy__isnull", True)),
                            _connector="OR",
                        ),
                        name="seat_proxy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("proxy__isnull", True),
                            models.Q(("proxy", models.F("councillor")), _negated=True),
                            _connector="OR",
                        ),
                        name="seat_other",
                    ),
                ],
            },
        ),
    ]
