import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Circuit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom du circuit")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="circuits",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "circuit",
                "verbose_name_plural": "circuits",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="circuit_name")],
            },
        ),
        migrations.CreateModel(
            name="Desk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom du bureau")),
                ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                (
                    "head",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="below",
                        to="signing.desk",
                        verbose_name="bureau supérieur",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_desks",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "bureau",
                "verbose_name_plural": "bureaux",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="desk_name")],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[("absence", "en l’absence de"), ("delegation", "par délégation de")],
                        default="absence",
                        max_length=10,
                        verbose_name="à quel titre",
                    ),
                ),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="remplaçant",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegations",
                        to="signing.desk",
                        verbose_name="bureau",
                    ),
                ),
            ],
            options={
                "verbose_name": "délégation",
                "verbose_name_plural": "délégations",
                "ordering": ["-start"],
                "indexes": [models.Index(fields=["user", "start", "end"], name="delegation_user")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gte", models.F("start"))), name="delegation_dates")
                ],
            },
        ),
        migrations.CreateModel(
            name="CircuitStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[("opinion", "Avis"), ("visa", "Visa"), ("signature", "Signature"), ("seal", "Cachet")],
                        max_length=10,
                        verbose_name="demandé",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=3, verbose_name="délai en jours")),
                (
                    "circuit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="signing.circuit"
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signing.desk",
                        verbose_name="bureau",
                    ),
                ),
            ],
            options={
                "verbose_name": "étape de circuit",
                "verbose_name_plural": "étapes de circuit",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("circuit", "position", "desk"), name="circuit_step_desk"),
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="circuit_step_position"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Folder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="objet")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="mot d’accompagnement")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("running", "En circuit"),
                            ("done", "Terminé"),
                            ("rejected", "Rejeté"),
                            ("withdrawn", "Repris par l’auteur"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("target_id", models.PositiveBigIntegerField(blank=True, editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="préparé le")),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="envoyé le")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="terminé le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "circuit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="folders",
                        to="signing.circuit",
                        verbose_name="circuit",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="folders",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
                (
                    "target_type",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier du parapheur",
                "verbose_name_plural": "dossiers du parapheur",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["organisation", "state", "-created_at"], name="folder_body"),
                    models.Index(fields=["author", "-created_at"], name="folder_author"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["draft", "running"]), ("target_id__isnull", False)),
                        fields=("target_type", "target_id"),
                        name="folder_one_for_target",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holders", to="signing.desk"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="titulaire",
                    ),
                ),
            ],
            options={
                "verbose_name": "titulaire",
                "verbose_name_plural": "titulaires",
                "ordering": ["start"],
                "indexes": [models.Index(fields=["user", "start"], name="holder_user")],
                "constraints": [
                    models.UniqueConstraint(fields=("desk", "user", "start"), name="holder_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="holder_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                (
                    "kind",
                    models.CharField(
                        choices=[("opinion", "Avis"), ("visa", "Visa"), ("signature", "Signature"), ("seal", "Cachet")],
                        max_length=10,
                        verbose_name="demandé",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(default=3, verbose_name="délai en jours")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "À venir"),
                            ("current", "En attente"),
                            ("approved", "Fait"),
                            ("rejected", "Rejeté"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="issue",
                    ),
                ),
                ("arrived_at", models.DateTimeField(null=True, verbose_name="arrivé le")),
                ("decided_at", models.DateTimeField(null=True, verbose_name="décidé le")),
                ("capacity", models.CharField(blank=True, max_length=160, verbose_name="à quel titre")),
                ("level", models.CharField(blank=True, max_length=200, verbose_name="niveau de signature")),
                ("comment", models.TextField(blank=True, max_length=2000, verbose_name="note")),
                ("private_note", models.TextField(blank=True, max_length=2000, verbose_name="note interne au bureau")),
                (
                    "sha256",
                    models.CharField(blank=True, max_length=64, verbose_name="empreinte du document à ce moment"),
                ),
                ("client_uuid", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="signing.desk"
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="signing.folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "étape",
                "verbose_name_plural": "étapes",
                "ordering": ["position", "pk"],
                "indexes": [
                    models.Index(condition=models.Q(("outcome", "current")), fields=["desk"], name="step_current")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("folder", "position", "desk"), name="step_desk"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome__in", ["waiting", "current"])),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                                ("outcome__in", ["approved", "rejected"]),
                            ),
                            _connector="OR",
                        ),
                        name="step_decided",
                    ),
                ],
            },
        ),
    ]
