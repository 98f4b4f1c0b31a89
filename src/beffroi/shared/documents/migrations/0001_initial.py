import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0003_scan_results"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80, verbose_name="pour quel outil")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créée le")),
                ("used_on", models.DateField(editable=False, null=True, verbose_name="servie le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="document_keys",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "clé d’accès aux documents",
                "verbose_name_plural": "clés d’accès aux documents",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=12, verbose_name="cote")),
                ("title", models.CharField(max_length=120, verbose_name="intitulé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activities",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "activité",
                "verbose_name_plural": "activités",
                "ordering": ["code", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "code"), name="document_activity_code")
                ],
            },
        ),
        migrations.CreateModel(
            name="DavLock",
            fields=[
                ("token", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("root", models.TextField()),
                ("content", models.JSONField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "verrou WebDAV",
                "verbose_name_plural": "verrous WebDAV",
                "indexes": [models.Index(fields=["root"], name="document_dav_root")],
            },
        ),
        migrations.CreateModel(
            name="DocumentType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="nom du type")),
                ("fields", models.JSONField(blank=True, default=list, verbose_name="champs")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_types",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "type de document",
                "verbose_name_plural": "types de document",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        django.db.models.functions.text.Lower("name"),
                        name="document_type_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom de la recherche")),
                ("query", models.CharField(max_length=500, verbose_name="critères")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "recherche gardée",
                "verbose_name_plural": "recherches gardées",
                "ordering": ["name", "pk"],
                "constraints": [models.UniqueConstraint(fields=("user", "name"), name="document_saved_search")],
            },
        ),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=16, verbose_name="cote")),
                ("title", models.CharField(max_length=160, verbose_name="intitulé")),
                (
                    "years",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="durée d’utilité administrative (années)"
                    ),
                ),
                (
                    "trigger",
                    models.CharField(
                        choices=[
                            ("closing", "à la clôture du dossier"),
                            ("date", "à la date du document"),
                            ("event", "à un événement daté à la main"),
                        ],
                        default="closing",
                        max_length=8,
                        verbose_name="le compte commence",
                    ),
                ),
                (
                    "fate",
                    models.CharField(
                        choices=[("destroy", "Élimination"), ("keep", "Conservation définitive"), ("sort", "Tri")],
                        default="destroy",
                        max_length=8,
                        verbose_name="sort final",
                    ),
                ),
                (
                    "communicability",
                    models.CharField(
                        choices=[
                            ("open", "De plein droit (L213-1)"),
                            ("y25", "25 ans : délibérations, intérêts de l’État (L213-2, 1°)"),
                            ("y50", "50 ans : vie privée, sûreté (L213-2, 3°)"),
                            ("y75", "75 ans : justice, enquêtes, état civil (L213-2, 4°)"),
                            ("y100", "100 ans : mineurs, agents de renseignement (L213-2, 5°)"),
                            ("y120", "120 ans de la naissance : secret médical (L213-2, 2°)"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="communicable",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=200, verbose_name="texte qui fixe la durée")),
                ("note", models.TextField(blank=True, max_length=1000, verbose_name="précisions")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposée")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="series",
                        to="documents.activity",
                        verbose_name="activité",
                    ),
                ),
            ],
            options={
                "verbose_name": "série",
                "verbose_name_plural": "séries",
                "ordering": ["activity__code", "code", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "code"), name="document_series_code"),
                    models.CheckConstraint(
                        condition=models.Q(("years__isnull", False), ("fate", "keep"), _connector="OR"),
                        name="document_series_endless_is_kept",
                        violation_error_message="Sans durée, le sort final est la conservation définitive.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("years__isnull", True), ("years__lte", 150), _connector="OR"),
                        name="document_series_years",
                        violation_error_message="150 ans au plus.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Space",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom de l’espace")),
                ("about", models.CharField(blank=True, max_length=200, verbose_name="à quoi il sert")),
                ("is_active", models.BooleanField(default=True, verbose_name="ouvert")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_spaces",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_spaces",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "espace documentaire",
                "verbose_name_plural": "espaces documentaires",
                "ordering": ["name", "pk"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="document_space_name")],
            },
        ),
        migrations.CreateModel(
            name="Removal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=200, verbose_name="ce qui a été jeté")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="jeté le")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="removals", to="documents.space"
                    ),
                ),
            ],
            options={
                "verbose_name": "mise à la corbeille",
                "verbose_name_plural": "mises à la corbeille",
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40, verbose_name="étiquette")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_tags",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "étiquette de document",
                "verbose_name_plural": "étiquettes de document",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("organisation"),
                        django.db.models.functions.text.Lower("name"),
                        name="document_tag_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("retention_start", models.DateField(editable=False, null=True, verbose_name="début de la DUA")),
                ("retention_end", models.DateField(editable=False, null=True, verbose_name="fin de la DUA")),
                ("held", models.BooleanField(default=False, editable=False, verbose_name="gelé")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="ajouté le"),
                ),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="champs")),
                ("dated_on", models.DateField(blank=True, null=True, verbose_name="date du document")),
                ("sender", models.CharField(blank=True, max_length=160, verbose_name="auteur ou expéditeur")),
                ("event_on", models.DateField(blank=True, null=True, verbose_name="événement qui ouvre la DUA")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("upload", "envoyé"),
                            ("scan", "numérisé"),
                            ("mail", "reçu par courriel"),
                            ("deposit", "déposé par un lien"),
                            ("dav", "enregistré depuis une suite bureautique"),
                            ("api", "envoyé par un logiciel"),
                            ("template", "rédigé d’après un modèle"),
                        ],
                        default="upload",
                        editable=False,
                        max_length=8,
                        verbose_name="arrivé",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En cours"),
                            ("final", "Définitif"),
                            ("eliminated", "Éliminé"),
                            ("transferred", "Versé aux archives"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                ("checked_out_at", models.DateTimeField(editable=False, null=True, verbose_name="pris le")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’envoi"
                    ),
                ),
                (
                    "checked_out_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="documents.documenttype",
                        verbose_name="type",
                    ),
                ),
                (
                    "removal",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.removal",
                    ),
                ),
                (
                    "effective_series",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.series",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_%(class)ss",
                        to="documents.series",
                        verbose_name="série",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.space",
                        verbose_name="espace",
                    ),
                ),
                (
                    "tags",
                    models.ManyToManyField(
                        blank=True, related_name="documents", to="documents.tag", verbose_name="étiquettes"
                    ),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["name", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("removal__isnull", True)), fields=["retention_end"], name="document_due"
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["values"], name="document_values", opclasses=["jsonb_path_ops"]
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held", False), ("removal__isnull", True), _connector="OR"),
                        name="document_held_stays",
                        violation_error_message="Un gel l’empêche.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held", False),
                            models.Q(("state__in", ["eliminated", "transferred"]), _negated=True),
                            _connector="OR",
                        ),
                        name="document_held_lives",
                        violation_error_message="Un gel l’empêche.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("checked_out_at__isnull", True), ("checked_out_by__isnull", True)),
                            models.Q(("checked_out_at__isnull", False), ("checked_out_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="document_checked_out",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille en octets")),
                ("mime", models.CharField(max_length=100, verbose_name="type de contenu")),
                ("comment", models.CharField(blank=True, max_length=300, verbose_name="ce qui change")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ajoutée le")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="documents.document"
                    ),
                ),
                (
                    "file",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="document_version",
                        to="files.storedfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["-number", "-pk"],
                "indexes": [models.Index(fields=["sha256"], name="document_version_sha256")],
                "constraints": [
                    models.UniqueConstraint(fields=("document", "number"), name="document_version_number"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="document_version_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchLine",
            fields=[
                (
                    "document",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="line",
                        serialize=False,
                        to="documents.document",
                    ),
                ),
                ("fence_id", models.BigIntegerField()),
                ("space_id", models.BigIntegerField()),
                ("series_id", models.BigIntegerField(null=True)),
                ("kind_id", models.BigIntegerField(null=True)),
                ("family", models.CharField(max_length=10)),
                ("state", models.CharField(max_length=12)),
                ("day", models.DateField()),
                ("year", models.SmallIntegerField()),
                ("vector", django.contrib.postgres.search.SearchVectorField(null=True)),
            ],
            options={
                "verbose_name": "ligne de l’index des documents",
                "verbose_name_plural": "index des documents",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="document_line_vector"
                    ),
                    models.Index(fields=["fence_id", "-day"], name="document_line_fence"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Fence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("inherits", models.BooleanField(default=True, verbose_name="hérite des droits du dessus")),
                (
                    "lineage",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="own_fence",
                        to="documents.document",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inner",
                        to="documents.fence",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fences", to="documents.space"
                    ),
                ),
            ],
            options={
                "verbose_name": "périmètre de droits",
                "verbose_name_plural": "périmètres de droits",
            },
        ),
        migrations.CreateModel(
            name="Fixity",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="fixity",
                        serialize=False,
                        to="documents.version",
                    ),
                ),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="relu le")),
                (
                    "finding",
                    models.CharField(
                        choices=[("sound", "intact"), ("damaged", "abîmé"), ("missing", "absent")],
                        max_length=8,
                        verbose_name="constat",
                    ),
                ),
            ],
            options={
                "verbose_name": "relecture d’un contenu",
                "verbose_name_plural": "relectures de contenus",
                "indexes": [
                    models.Index(
                        condition=models.Q(("finding", "sound"), _negated=True),
                        fields=["finding"],
                        name="document_unsound",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Folder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("retention_start", models.DateField(editable=False, null=True, verbose_name="début de la DUA")),
                ("retention_end", models.DateField(editable=False, null=True, verbose_name="fin de la DUA")),
                ("held", models.BooleanField(default=False, editable=False, verbose_name="gelé")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="ajouté le"),
                ),
                (
                    "path",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, editable=False, size=None
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="nom du dossier")),
                ("reference", models.CharField(blank=True, max_length=40, verbose_name="cote ou référence")),
                ("about", models.TextField(blank=True, max_length=1000, verbose_name="contenu")),
                ("opened_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="ouvert le")),
                ("closed_on", models.DateField(blank=True, editable=False, null=True, verbose_name="clos le")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Ouvert"),
                            ("closed", "Clos"),
                            ("eliminated", "Éliminé"),
                            ("transferred", "Versé aux archives"),
                        ],
                        default="open",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "fence",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.fence",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="documents.folder",
                        verbose_name="dans le dossier",
                    ),
                ),
                (
                    "removal",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.removal",
                    ),
                ),
                (
                    "effective_series",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.series",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="own_%(class)ss",
                        to="documents.series",
                        verbose_name="série",
                    ),
                ),
                (
                    "space",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="documents.space",
                        verbose_name="espace",
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier de documents",
                "verbose_name_plural": "dossiers de documents",
                "ordering": ["name", "pk"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["path"], name="document_folder_path"),
                    models.Index(fields=["fence"], name="document_folder_fence_i"),
                    models.Index(
                        condition=models.Q(("removal__isnull", True)),
                        fields=["retention_end"],
                        name="document_folder_due",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("held", False), ("removal__isnull", True), _connector="OR"),
                        name="document_folder_held_stays",
                        violation_error_message="Un gel l’empêche.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("held", False),
                            models.Q(("state__in", ["eliminated", "transferred"]), _negated=True),
                            _connector="OR",
                        ),
                        name="document_folder_held_lives",
                        violation_error_message="Un gel l’empêche.",
                    ),
                    models.UniqueConstraint(
                        models.F("space"),
                        models.F("parent"),
                        django.db.models.functions.text.Lower("name"),
                        condition=models.Q(("removal__isnull", True)),
                        name="document_folder_name",
                        nulls_distinct=False,
                        violation_error_message="Un dossier porte déjà ce nom ici.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on__isnull", True), ("closed_on__gte", models.F("opened_on")), _connector="OR"
                        ),
                        name="document_folder_dates",
                        violation_error_message="Un dossier ne peut pas être clos avant d’avoir été ouvert.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on__isnull", True), ("state", "open")),
                            models.Q(models.Q(("state", "open"), _negated=True), ("closed_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="document_folder_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Favourite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "favori",
                "verbose_name_plural": "favoris",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document__isnull", True), ("folder__isnull", False)),
                            models.Q(("document__isnull", False), ("folder__isnull", True)),
                            _connector="OR",
                        ),
                        name="document_favourite_one",
                    ),
                    models.UniqueConstraint(
                        fields=("user", "folder", "document"), name="document_favourite_once", nulls_distinct=False
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "lire"), (2, "lire et modifier")], default=1, verbose_name="droit"
                    ),
                ),
                (
                    "fence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="grants", to="documents.fence"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="personne",
                    ),
                ),
            ],
            options={
                "verbose_name": "droit sur des documents",
                "verbose_name_plural": "droits sur des documents",
                "indexes": [
                    models.Index(
                        condition=models.Q(("user__isnull", False)), fields=["user"], name="document_grant_user"
                    ),
                    models.Index(
                        condition=models.Q(("team__isnull", False)), fields=["team"], name="document_grant_team"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", True), ("team__isnull", True), ("user__isnull", False)),
                            models.Q(("organisation__isnull", True), ("team__isnull", False), ("user__isnull", True)),
                            models.Q(("organisation__isnull", False), ("team__isnull", True), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="document_grant_one_subject",
                    ),
                    models.UniqueConstraint(
                        fields=("fence", "user", "team", "organisation"),
                        name="document_grant_unique",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="posé le")),
                ("lifted_at", models.DateTimeField(null=True, verbose_name="levé le")),
                ("lift_reason", models.CharField(blank=True, max_length=300, verbose_name="motif de la levée")),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="documents.document",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holds",
                        to="documents.folder",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "gel",
                "verbose_name_plural": "gels",
                "ordering": ["-set_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document__isnull", True), ("folder__isnull", False)),
                            models.Q(("document__isnull", False), ("folder__isnull", True)),
                            _connector="OR",
                        ),
                        name="document_hold_one_object",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("folder", "document"),
                        name="document_hold_once",
                        nulls_distinct=False,
                        violation_error_message="Un gel est déjà posé.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inlet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("mailbox", "boîte aux lettres (IMAP)"), ("scans", "dossier de numérisation")],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("host", models.CharField(blank=True, max_length=120, verbose_name="serveur")),
                ("port", models.PositiveIntegerField(default=993, verbose_name="port")),
                ("tls", models.BooleanField(default=True, verbose_name="connexion chiffrée (TLS)")),
                ("username", models.CharField(blank=True, max_length=120, verbose_name="compte")),
                ("password", beffroi.kernel.encryption.EncryptedTextField(blank=True, verbose_name="mot de passe")),
                ("path", models.CharField(default="INBOX", max_length=120, verbose_name="dossier lu")),
                ("is_active", models.BooleanField(default=True, verbose_name="relevé")),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="relevé le")),
                ("fault", models.CharField(blank=True, editable=False, max_length=200, verbose_name="dernière panne")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="inlets",
                        to="documents.folder",
                        verbose_name="dossier qui reçoit",
                    ),
                ),
            ],
            options={
                "verbose_name": "arrivée automatique",
                "verbose_name_plural": "arrivées automatiques",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "mailbox"), _negated=True),
                            models.Q(models.Q(("host", ""), _negated=True), models.Q(("username", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="document_inlet_mailbox",
                        violation_error_message="Une boîte aux lettres a un serveur et un compte.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("related", "en rapport avec"),
                            ("answers", "répond à"),
                            ("annex", "est une annexe de"),
                            ("replaces", "remplace"),
                        ],
                        default="related",
                        max_length=8,
                        verbose_name="lien",
                    ),
                ),
                (
                    "one",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links_from", to="documents.document"
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links_to", to="documents.document"
                    ),
                ),
            ],
            options={
                "verbose_name": "lien entre documents",
                "verbose_name_plural": "liens entre documents",
                "constraints": [
                    models.UniqueConstraint(fields=("one", "other"), name="document_link_once"),
                    models.CheckConstraint(
                        condition=models.Q(("one", models.F("other")), _negated=True), name="document_link_two"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[("share", "lecture"), ("deposit", "dépôt")], max_length=8, verbose_name="pour"
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="à qui, ou pourquoi")),
                ("message", models.TextField(blank=True, max_length=1000, verbose_name="message affiché")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("password", models.CharField(blank=True, editable=False, max_length=200)),
                ("most", models.PositiveIntegerField(blank=True, null=True, verbose_name="nombre d’ouvertures")),
                ("uses", models.PositiveIntegerField(default=0, editable=False, verbose_name="ouvertures")),
                ("expires_at", models.DateTimeField(verbose_name="jusqu’au")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="donné le")),
                ("revoked_at", models.DateTimeField(editable=False, null=True, verbose_name="retiré le")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_links",
                        to="documents.document",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_links",
                        to="documents.folder",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien extérieur",
                "verbose_name_plural": "liens extérieurs",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("document__isnull", True), ("folder__isnull", False)),
                            models.Q(("document__isnull", False), ("folder__isnull", True), ("purpose", "share")),
                            _connector="OR",
                        ),
                        name="document_outside_one_object",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most__isnull", True), ("uses__lte", models.F("most")), _connector="OR"),
                        name="document_outside_uses",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "à lire"),
                            ("reading", "lecture en cours"),
                            ("done", "lu"),
                            ("failed", "illisible"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="lecture",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("none", "pas de texte"),
                            ("inside", "texte du fichier"),
                            ("ocr", "reconnu dans l’image"),
                        ],
                        default="none",
                        max_length=8,
                        verbose_name="moyen",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="texte")),
                ("language", models.CharField(blank=True, max_length=2, verbose_name="langue")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="pages")),
                ("pages_done", models.PositiveIntegerField(default=0, verbose_name="pages lues")),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="ce qui a manqué")),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="dernier pas le")),
                (
                    "searchable",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="document_reading",
                        to="files.storedfile",
                    ),
                ),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reading", to="documents.version"
                    ),
                ),
            ],
            options={
                "verbose_name": "lecture d’une version",
                "verbose_name_plural": "lectures de versions",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "reading"])),
                        fields=["moved_at"],
                        name="document_unread",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("pages_done__lte", models.F("pages"))), name="document_reading_pages"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Received",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="refus")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="arrivé le")),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.document",
                    ),
                ),
                (
                    "inlet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="received", to="documents.inlet"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrivage",
                "verbose_name_plural": "arrivages",
                "ordering": ["-at", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("inlet", "key"), name="document_received_once")],
            },
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "subject",
                    models.CharField(
                        choices=[("folder", "le dossier"), ("date", "la date"), ("sender", "l’expéditeur")],
                        max_length=6,
                        verbose_name="propose",
                    ),
                ),
                ("value", models.CharField(blank=True, max_length=160, verbose_name="valeur")),
                ("score", models.FloatField(default=1, verbose_name="vraisemblance")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="pourquoi")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="suggestions", to="documents.document"
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="documents.folder"
                    ),
                ),
            ],
            options={
                "verbose_name": "proposition",
                "verbose_name_plural": "propositions",
                "ordering": ["subject", "-score", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("folder__isnull", False), ("subject", "folder")),
                            models.Q(
                                models.Q(("subject", "folder"), _negated=True), models.Q(("value", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="document_suggestion_value",
                    ),
                    models.UniqueConstraint(
                        fields=("document", "subject", "folder", "value"),
                        name="document_suggestion_once",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("client_uuid", models.UUIDField(unique=True, verbose_name="identifiant de l’envoi")),
                ("name", models.CharField(max_length=255, verbose_name="nom du fichier")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille en octets")),
                ("received", models.PositiveBigIntegerField(default=0, verbose_name="octets reçus")),
                ("moved_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="dernier octet le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "envoi en cours",
                "verbose_name_plural": "envois en cours",
                "indexes": [models.Index(fields=["moved_at"], name="document_upload_moved")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("received__lte", models.F("size"))), name="document_upload_received"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("offset", models.PositiveBigIntegerField(verbose_name="début")),
                ("content", models.BinaryField(verbose_name="octets")),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="documents.upload"
                    ),
                ),
            ],
            options={
                "verbose_name": "morceau d’envoi",
                "verbose_name_plural": "morceaux d’envoi",
                "ordering": ["offset", "pk"],
                "constraints": [models.UniqueConstraint(fields=("upload", "offset"), name="document_upload_part")],
            },
        ),
        migrations.AddField(
            model_name="document",
            name="fence",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="%(class)ss",
                to="documents.fence",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="current",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="documents.version",
            ),
        ),
        migrations.AddField(
            model_name="fence",
            name="folder",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="own_fence", to="documents.folder"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="folder",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="documents",
                to="documents.folder",
                verbose_name="dossier",
            ),
        ),
        migrations.AddConstraint(
            model_name="fence",
            constraint=models.CheckConstraint(
                condition=models.Q(("folder__isnull", True), ("document__isnull", True), _connector="OR"),
                name="document_fence_one_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="fence",
            constraint=models.UniqueConstraint(
                condition=models.Q(("document__isnull", True), ("folder__isnull", True)),
                fields=("space",),
                name="document_fence_one_for_space",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["folder", "name"], name="document_in_folder"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["fence", "-created_at"], name="document_recent"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                models.F("space"),
                models.F("folder"),
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("removal__isnull", True)),
                name="document_name",
                nulls_distinct=False,
                violation_error_message="Un document porte déjà ce nom ici.",
            ),
        ),
    ]
