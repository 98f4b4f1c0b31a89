import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.modules.maintenance.models.contractors
import beffroi.modules.maintenance.models.feeds


class Migration(migrations.Migration):
    dependencies = [
        ("assets", "0002_geometry_index"),
        ("kernel", "__first__"),
        ("maintenance", "0002_append_only"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContractorAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="courriel de l’entreprise")),
                (
                    "nonce",
                    models.CharField(
                        default=beffroi.modules.maintenance.models.contractors.draw_nonce, editable=False, max_length=20
                    ),
                ),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                ("revoked_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="retiré le")),
                ("seen_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="ouvert le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "contractor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="entreprise",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "lien d’entreprise",
                "verbose_name_plural": "liens d’entreprise",
                "ordering": ["-created_at"],
                "indexes": [models.Index(fields=["organisation", "contractor"], name="contractor_access")],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("note", "Remarque"),
                            ("before", "Avant le travail"),
                            ("problem", "Problème"),
                            ("accept", "Accepté par l’entreprise"),
                            ("refuse", "Refusé par l’entreprise"),
                            ("done", "Dit fait par l’entreprise"),
                            ("quote", "Coût proposé par l’entreprise"),
                        ],
                        default="note",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("text", models.TextField(blank=True, max_length=2000, verbose_name="remarque")),
                (
                    "amount",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="montant proposé, TTC"
                    ),
                ),
                ("author_label", models.CharField(blank=True, max_length=120, verbose_name="dit par")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçu le")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "remarque",
                "verbose_name_plural": "remarques",
                "ordering": ["made_at", "pk"],
                "indexes": [models.Index(fields=["order", "made_at"], name="note_order")],
            },
        ),
        migrations.CreateModel(
            name="TeamFeed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.CharField(
                        default=beffroi.modules.maintenance.models.feeds.draw_key,
                        max_length=40,
                        unique=True,
                        verbose_name="clé",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now=True, verbose_name="ouverte le")),
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
                    "team",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="work_feed", to="organisations.team"
                    ),
                ),
            ],
            options={
                "verbose_name": "agenda d’équipe",
                "verbose_name_plural": "agendas d’équipe",
            },
        ),
        migrations.AddField(
            model_name="order",
            name="announced",
            field=models.CharField(
                blank=True,
                choices=[
                    ("VOIRIE", "Voirie"),
                    ("AMENAGEMENT", "Aménagement"),
                    ("EAU", "Eau"),
                    ("ASSAINISSEMENT", "Assainissement"),
                    ("ELECTRICITE", "Électricité, éclairage"),
                    ("TELECOM", "Télécommunications"),
                    ("GAZ", "Gaz"),
                    ("CHAUFFAGE", "Chauffage"),
                    ("CLIMATISATION", "Climatisation"),
                    ("AUTRE", "Autres travaux"),
                ],
                default="",
                max_length=14,
                verbose_name="annoncé au public",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("announced", ""), _negated=True), fields=["planned_start"], name="order_announced"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["organisation", "finished_at"], name="order_finished"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(fields=["contractor", "-created_at"], name="order_contractor"),
        ),
    ]
