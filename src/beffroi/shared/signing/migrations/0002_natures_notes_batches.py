import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("documents", "0002_database_rules"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
        ("signing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Annotation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sha256", models.CharField(max_length=64, verbose_name="document annoté")),
                ("page", models.PositiveSmallIntegerField(verbose_name="page")),
                ("x", models.PositiveSmallIntegerField(verbose_name="place en largeur, en millièmes")),
                ("y", models.PositiveSmallIntegerField(verbose_name="place en hauteur, en millièmes")),
                ("text", models.CharField(max_length=500, verbose_name="note")),
                ("is_private", models.BooleanField(default=False, verbose_name="pour mon bureau seulement")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang du circuit")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrite le")),
                ("client_uuid", models.UUIDField(blank=True, null=True, unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="annotations", to="signing.folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "annotation",
                "verbose_name_plural": "annotations",
                "ordering": ["page", "y", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("page__gte", 1), ("x__lte", 1000), ("y__lte", 1000)),
                        name="annotation_place",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True, verbose_name="identifiant du lot")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="terminé le")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "lot de décisions",
                "verbose_name_plural": "lots de décisions",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="BatchLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "En attente"), ("done", "Fait"), ("failed", "Non fait")],
                        default="waiting",
                        max_length=7,
                        verbose_name="état",
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=300, verbose_name="compte rendu")),
                ("done_at", models.DateTimeField(null=True, verbose_name="le")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="signing.batch"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="signing.step"),
                ),
            ],
            options={
                "verbose_name": "ligne de lot",
                "verbose_name_plural": "lignes de lot",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("batch", "step"), name="batch_line_step")],
            },
        ),
        migrations.CreateModel(
            name="ModuleKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=32, verbose_name="nom du jeton")),
                ("label", models.CharField(max_length=80, verbose_name="nom de la clé")),
                ("is_active", models.BooleanField(default=True, verbose_name="en service")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="signataire",
                    ),
                ),
            ],
            options={
                "verbose_name": "clé sur module",
                "verbose_name_plural": "clés sur module",
                "ordering": ["token", "label"],
                "constraints": [models.UniqueConstraint(fields=("user", "token", "label"), name="module_key_unique")],
            },
        ),
        migrations.CreateModel(
            name="Nature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("type", models.CharField(max_length=60, verbose_name="type")),
                ("name", models.CharField(max_length=80, verbose_name="sous-type")),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("auto", "Selon le document"),
                            ("pades", "PAdES : dans le PDF"),
                            ("xades", "XAdES détachée : dans un fichier XML à côté"),
                            ("cades", "CAdES détachée : dans un fichier .p7s à côté"),
                            ("pes", "PES V2 : enveloppée dans le fichier du trésor public"),
                        ],
                        default="auto",
                        max_length=6,
                        verbose_name="signature",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("B", "B-B : la signature seule"),
                            ("T", "B-T : horodatée"),
                            ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                            ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                        ],
                        default="B",
                        max_length=3,
                        verbose_name="niveau",
                    ),
                ),
                (
                    "fallback",
                    models.CharField(
                        choices=[("refuse", "Refuser de signer"), ("degrade", "Signer au niveau possible, et le dire")],
                        default="refuse",
                        max_length=8,
                        verbose_name="si l’horodatage ou les preuves manquent",
                    ),
                ),
                ("stamp_page", models.SmallIntegerField(default=-1, verbose_name="page du tampon")),
                ("in_turn", models.BooleanField(default=False, verbose_name="chacun ne lit qu’à son tour")),
                ("reminder_days", models.PositiveSmallIntegerField(default=0, verbose_name="rappel tous les (jours)")),
                (
                    "expiry_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="sort du circuit après (jours)"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "circuit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="natures",
                        to="signing.circuit",
                        verbose_name="circuit, si aucune règle n’en choisit un autre",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signing_natures",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "nature de dossier",
                "verbose_name_plural": "natures de dossier",
                "ordering": ["type", "name"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "type", "name"), name="nature_name"),
                    models.CheckConstraint(
                        condition=models.Q(("stamp_page", 0), _negated=True), name="nature_stamp_page"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Detail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="demandé")),
                (
                    "kind",
                    models.CharField(
                        choices=[("text", "Texte"), ("number", "Nombre"), ("date", "Date"), ("choice", "Choix")],
                        default="text",
                        max_length=6,
                        verbose_name="sorte",
                    ),
                ),
                (
                    "choices",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="choix",
                    ),
                ),
                (
                    "moment",
                    models.CharField(
                        choices=[
                            ("creation", "À la préparation"),
                            ("opinion", "À l’avis"),
                            ("visa", "Au visa"),
                            ("signature", "À la signature"),
                            ("seal", "Au cachet"),
                            ("reject", "Au rejet"),
                        ],
                        default="creation",
                        max_length=9,
                        verbose_name="quand",
                    ),
                ),
                ("required", models.BooleanField(default=True, verbose_name="obligatoire")),
                (
                    "nature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="details", to="signing.nature"
                    ),
                ),
            ],
            options={
                "verbose_name": "renseignement demandé",
                "verbose_name_plural": "renseignements demandés",
                "ordering": ["moment", "pk"],
                "constraints": [models.UniqueConstraint(fields=("nature", "moment", "name"), name="detail_name")],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                (
                    "test",
                    models.CharField(
                        choices=[("eq", "est"), ("ge", "est au moins"), ("lt", "est inférieur à"), ("in", "contient")],
                        default="eq",
                        max_length=2,
                        verbose_name="comparaison",
                    ),
                ),
                ("value", models.CharField(max_length=80, verbose_name="valeur")),
                (
                    "circuit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="signing.circuit",
                        verbose_name="alors le circuit",
                    ),
                ),
                (
                    "detail",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules",
                        to="signing.detail",
                        verbose_name="si",
                    ),
                ),
                (
                    "nature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rules", to="signing.nature"
                    ),
                ),
            ],
            options={
                "verbose_name": "règle de choix du circuit",
                "verbose_name_plural": "règles de choix du circuit",
                "ordering": ["rank", "pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_desk",
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_decided",
        ),
        migrations.AddField(
            model_name="circuit",
            name="archive_to",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.space",
                verbose_name="espace où l’archivage classe",
            ),
        ),
        migrations.AddField(
            model_name="circuitstep",
            name="alternative",
            field=models.BooleanField(default=False, verbose_name="l’un de ce rang suffit"),
        ),
        migrations.AddField(
            model_name="circuitstep",
            name="everyone",
            field=models.BooleanField(default=False, verbose_name="chaque titulaire décide"),
        ),
        migrations.AddField(
            model_name="circuitstep",
            name="floor",
            field=models.CharField(
                choices=[
                    ("B", "B-B : la signature seule"),
                    ("T", "B-T : horodatée"),
                    ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                    ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                ],
                default="B",
                max_length=3,
                verbose_name="niveau exigé",
            ),
        ),
        migrations.AddField(
            model_name="circuitstep",
            name="route",
            field=models.CharField(
                choices=[
                    ("desk", "Un bureau nommé"),
                    ("above", "Le supérieur de l’auteur"),
                    ("author", "Le bureau de l’auteur"),
                    ("next", "Le supérieur du bureau précédent"),
                    ("chosen", "Un bureau choisi à l’envoi"),
                ],
                default="desk",
                max_length=8,
                verbose_name="va à",
            ),
        ),
        migrations.AddField(
            model_name="circuitstep",
            name="strength",
            field=models.CharField(
                choices=[
                    ("simple", "Simple : le compte suffit"),
                    ("advanced", "Avancée : un certificat d’une autorité reconnue"),
                    ("qualified", "Qualifiée : un certificat que son autorité déclare qualifié"),
                ],
                default="simple",
                max_length=10,
                verbose_name="clé exigée",
            ),
        ),
        migrations.AddField(
            model_name="desk",
            name="digest",
            field=models.BooleanField(default=False, verbose_name="un seul courriel par jour, le matin"),
        ),
        migrations.AddField(
            model_name="folder",
            name="details",
            field=models.JSONField(blank=True, default=dict, verbose_name="renseignements"),
        ),
        migrations.AddField(
            model_name="folder",
            name="expires_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="sort du circuit le"),
        ),
        migrations.AddField(
            model_name="folder",
            name="fallback",
            field=models.CharField(
                choices=[("refuse", "Refuser de signer"), ("degrade", "Signer au niveau possible, et le dire")],
                default="refuse",
                max_length=8,
                verbose_name="à défaut",
            ),
        ),
        migrations.AddField(
            model_name="folder",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="signing.folder",
                verbose_name="suite de",
            ),
        ),
        migrations.AddField(
            model_name="folder",
            name="format",
            field=models.CharField(
                choices=[
                    ("auto", "Selon le document"),
                    ("pades", "PAdES : dans le PDF"),
                    ("xades", "XAdES détachée : dans un fichier XML à côté"),
                    ("cades", "CAdES détachée : dans un fichier .p7s à côté"),
                    ("pes", "PES V2 : enveloppée dans le fichier du trésor public"),
                ],
                default="pades",
                max_length=6,
                verbose_name="signature",
            ),
        ),
        migrations.AddField(
            model_name="folder",
            name="in_turn",
            field=models.BooleanField(default=False, verbose_name="chacun ne lit qu’à son tour"),
        ),
        migrations.AddField(
            model_name="folder",
            name="level",
            field=models.CharField(
                choices=[
                    ("B", "B-B : la signature seule"),
                    ("T", "B-T : horodatée"),
                    ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                    ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                ],
                default="B",
                max_length=3,
                verbose_name="niveau demandé",
            ),
        ),
        migrations.AddField(
            model_name="folder",
            name="proof_ends",
            field=models.DateTimeField(editable=False, null=True, verbose_name="preuve à renouveler avant le"),
        ),
        migrations.AddField(
            model_name="folder",
            name="reminder_days",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="folder",
            name="stamp_page",
            field=models.SmallIntegerField(default=-1, verbose_name="page du tampon"),
        ),
        migrations.AddField(
            model_name="step",
            name="alternative",
            field=models.BooleanField(default=False, verbose_name="l’un de ce rang suffit"),
        ),
        migrations.AddField(
            model_name="step",
            name="details",
            field=models.JSONField(blank=True, default=dict, verbose_name="renseignements"),
        ),
        migrations.AddField(
            model_name="step",
            name="floor",
            field=models.CharField(
                choices=[
                    ("B", "B-B : la signature seule"),
                    ("T", "B-T : horodatée"),
                    ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                    ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                ],
                default="B",
                max_length=3,
                verbose_name="niveau exigé",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="holder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="attendu de",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="reached",
            field=models.CharField(
                blank=True,
                choices=[
                    ("B", "B-B : la signature seule"),
                    ("T", "B-T : horodatée"),
                    ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                    ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                ],
                max_length=3,
                verbose_name="niveau atteint",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="reminded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="rappelé le"),
        ),
        migrations.AddField(
            model_name="step",
            name="shortfall",
            field=models.CharField(blank=True, max_length=300, verbose_name="pourquoi pas le niveau demandé"),
        ),
        migrations.AddField(
            model_name="step",
            name="strength",
            field=models.CharField(
                choices=[
                    ("simple", "Simple : le compte suffit"),
                    ("advanced", "Avancée : un certificat d’une autorité reconnue"),
                    ("qualified", "Qualifiée : un certificat que son autorité déclare qualifié"),
                ],
                default="simple",
                max_length=10,
                verbose_name="clé exigée",
            ),
        ),
        migrations.AlterField(
            model_name="circuitstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opinion", "Avis"),
                    ("visa", "Visa"),
                    ("signature", "Signature"),
                    ("seal", "Cachet"),
                    ("publish", "Mise en ligne"),
                    ("archive", "Archivage"),
                ],
                max_length=10,
                verbose_name="demandé",
            ),
        ),
        migrations.AlterField(
            model_name="folder",
            name="state",
            field=models.CharField(
                choices=[
                    ("draft", "En préparation"),
                    ("running", "En circuit"),
                    ("done", "Terminé"),
                    ("rejected", "Rejeté"),
                    ("withdrawn", "Repris par l’auteur"),
                    ("expired", "Délai dépassé"),
                ],
                default="draft",
                editable=False,
                max_length=10,
                verbose_name="état",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opinion", "Avis"),
                    ("visa", "Visa"),
                    ("signature", "Signature"),
                    ("seal", "Cachet"),
                    ("publish", "Mise en ligne"),
                    ("archive", "Archivage"),
                ],
                max_length=10,
                verbose_name="demandé",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="level",
            field=models.CharField(blank=True, max_length=400, verbose_name="niveau de signature"),
        ),
        migrations.AlterField(
            model_name="step",
            name="outcome",
            field=models.CharField(
                choices=[
                    ("waiting", "À venir"),
                    ("current", "En attente"),
                    ("approved", "Fait"),
                    ("rejected", "Rejeté"),
                    ("skipped", "Sans objet"),
                ],
                default="waiting",
                max_length=8,
                verbose_name="issue",
            ),
        ),
        # Until now a step without a desk went to the one above the author's.
        migrations.RunSQL(
            "UPDATE signing_circuitstep SET route = 'above' WHERE desk_id IS NULL", migrations.RunSQL.noop
        ),
        migrations.AddConstraint(
            model_name="circuitstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("desk__isnull", False), ("route", "desk")),
                    models.Q(models.Q(("route", "desk"), _negated=True), ("desk__isnull", True)),
                    _connector="OR",
                ),
                name="circuit_step_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(
                fields=("folder", "position", "desk", "holder"), name="step_desk", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("outcome__in", ["waiting", "current", "skipped"])),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("outcome__in", ["approved", "rejected"]),
                    ),
                    _connector="OR",
                ),
                name="step_decided",
            ),
        ),
        migrations.AddField(
            model_name="folder",
            name="nature",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="folders",
                to="signing.nature",
                verbose_name="nature",
            ),
        ),
        migrations.AddIndex(
            model_name="folder",
            index=models.Index(
                condition=models.Q(("proof_ends__isnull", False)), fields=["proof_ends"], name="folder_proof"
            ),
        ),
        migrations.AddIndex(
            model_name="folder",
            index=models.Index(condition=models.Q(("state", "running")), fields=["expires_at"], name="folder_expiry"),
        ),
    ]
