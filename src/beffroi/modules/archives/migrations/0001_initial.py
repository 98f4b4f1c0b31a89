from decimal import Decimal

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("documents", "0002_database_rules"),
        ("files", "0003_scan_results"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
        ("signing", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveBigIntegerField(unique=True, verbose_name="rang")),
                ("digest", models.CharField(max_length=128, verbose_name="empreinte")),
                ("token", models.BinaryField(verbose_name="jeton")),
                ("authority", models.CharField(max_length=200, verbose_name="horodaté par")),
                ("is_local", models.BooleanField(default=False, verbose_name="horloge de ce serveur")),
                ("at", models.DateTimeField(verbose_name="horodaté le")),
            ],
            options={
                "verbose_name": "tête horodatée du journal des archives",
                "verbose_name_plural": "têtes horodatées du journal des archives",
                "ordering": ["-rank"],
            },
        ),
        migrations.CreateModel(
            name="Elimination",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="année")),
                ("number", models.PositiveIntegerField(default=0, editable=False, verbose_name="numéro")),
                ("title", models.CharField(max_length=200, verbose_name="objet")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="note pour le service d’archives")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("signing", "Au parapheur"),
                            ("signed", "À faire viser"),
                            ("visaed", "Visé"),
                            ("confirmed", "Destruction confirmée"),
                            ("destroying", "Destruction en cours"),
                            ("destroyed", "Détruit"),
                            ("refused", "Visa refusé"),
                            ("cancelled", "Annulé"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("agency_name", models.CharField(editable=False, max_length=160, verbose_name="service d’archives")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="préparé le"),
                ),
                ("visa_on", models.DateField(editable=False, null=True, verbose_name="visé le")),
                ("visa_name", models.CharField(blank=True, editable=False, max_length=120, verbose_name="visé par")),
                ("visa_quality", models.CharField(blank=True, editable=False, max_length=160, verbose_name="qualité")),
                (
                    "visa_reference",
                    models.CharField(blank=True, editable=False, max_length=80, verbose_name="référence du visa"),
                ),
                ("confirmed_at", models.DateTimeField(editable=False, null=True, verbose_name="confirmé le")),
                (
                    "method",
                    models.CharField(
                        blank=True, editable=False, max_length=160, verbose_name="moyen de destruction du papier"
                    ),
                ),
                ("destroyed_at", models.DateTimeField(editable=False, null=True, verbose_name="détruit le")),
                (
                    "confirmed_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "destroyed_by",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_%(class)ss",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "bordereau d’élimination",
                "verbose_name_plural": "bordereaux d’élimination",
                "ordering": ["-year", "-number", "-pk"],
                "indexes": [models.Index(fields=["organisation", "state"], name="archives_elimination_state")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "year", "number"), name="archives_elimination_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["visaed", "confirmed", "destroying", "destroyed"]), _negated=True),
                            models.Q(
                                ("visa_on__isnull", False),
                                models.Q(("visa_name", ""), _negated=True),
                                models.Q(("visa_reference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="archives_elimination_visa",
                        violation_error_message="Rien ne se détruit sans le visa du service d’archives.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["destroying", "destroyed"]), _negated=True),
                            models.Q(("confirmed_by__isnull", False), ("destroyed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="archives_elimination_two_steps",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="année")),
                ("number", models.PositiveIntegerField(default=0, editable=False, verbose_name="numéro")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("restitution", "Restitution au service producteur"),
                            ("communication", "Communication à une personne"),
                        ],
                        default="communication",
                        max_length=13,
                        verbose_name="nature",
                    ),
                ),
                (
                    "requester",
                    models.CharField(help_text="Nom, et service ou qualité.", max_length=160, verbose_name="demandeur"),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="motif")),
                ("basis", models.CharField(blank=True, editable=False, max_length=300, verbose_name="fondement")),
                (
                    "derogation",
                    models.CharField(
                        blank=True,
                        help_text="Avant la date de communicabilité : la dérogation accordée (Code du patrimoine, L213-3).",
                        max_length=120,
                        verbose_name="référence de la dérogation",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("asked", "Demandé"), ("ready", "Prêt"), ("handed", "Remis"), ("refused", "Refusé")],
                        default="asked",
                        editable=False,
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("asked_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="demandé le")),
                ("handed_on", models.DateField(editable=False, null=True, verbose_name="remis le")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="inscrit le"),
                ),
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
                        related_name="archive_handovers",
                        to="documents.folder",
                        verbose_name="dossier",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_%(class)ss",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "remise de dossier",
                "verbose_name_plural": "remises de dossiers",
                "ordering": ["-year", "-number", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "year", "number"), name="archives_handover_number")
                ],
            },
        ),
        migrations.CreateModel(
            name="LedgerLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveBigIntegerField(unique=True, verbose_name="rang")),
                ("at", models.DateTimeField(verbose_name="date")),
                ("event", models.CharField(max_length=40, verbose_name="fait")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="sur")),
                ("data", models.JSONField(default=dict, verbose_name="précisions")),
                ("previous", models.CharField(blank=True, max_length=128, verbose_name="empreinte précédente")),
                ("digest", models.CharField(max_length=128, verbose_name="empreinte")),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du journal des archives",
                "verbose_name_plural": "journal des archives",
                "ordering": ["rank"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("rank__gte", 1)), name="archives_ledger_rank")
                ],
            },
        ),
        migrations.CreateModel(
            name="Piece",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=200, verbose_name="pièce")),
                ("reference", models.CharField(max_length=40, verbose_name="de")),
                ("sha512", models.CharField(max_length=128, verbose_name="empreinte SHA-512")),
                ("size", models.PositiveBigIntegerField(verbose_name="taille en octets")),
                ("kept_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="scellée le")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="relue le")),
                (
                    "finding",
                    models.CharField(
                        choices=[
                            ("new", "Pas encore relue"),
                            ("sound", "Intacte"),
                            ("damaged", "Altérée"),
                            ("missing", "Absente"),
                        ],
                        default="new",
                        max_length=8,
                        verbose_name="constat",
                    ),
                ),
                ("dropped_because", models.CharField(blank=True, max_length=200, verbose_name="copie locale détruite")),
                (
                    "file",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="archive_piece",
                        to="files.storedfile",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_pieces",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce scellée",
                "verbose_name_plural": "pièces scellées",
                "ordering": ["-kept_at", "-pk"],
                "indexes": [models.Index(fields=["seen_at"], name="archives_piece_seen")],
            },
        ),
        migrations.CreateModel(
            name="Setup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "agency_name",
                    models.CharField(
                        default="Archives départementales de la Somme",
                        help_text="Celui dont le directeur vise les éliminations et qui reçoit les versements.",
                        max_length=160,
                        verbose_name="service d’archives",
                    ),
                ),
                (
                    "agency_identifier",
                    models.CharField(
                        default="FRAD080",
                        help_text="Celui qu’il vous a donné pour les échanges (SEDA).",
                        max_length=80,
                        verbose_name="identifiant du service d’archives",
                    ),
                ),
                (
                    "own_identifier",
                    models.CharField(
                        blank=True,
                        help_text="Vide : le SIREN de la collectivité.",
                        max_length=80,
                        validators=[
                            django.core.validators.RegexValidator("^\\S(.*\\S)?$", "Pas d’espace au début ni à la fin.")
                        ],
                        verbose_name="votre identifiant",
                    ),
                ),
                (
                    "agreement",
                    models.CharField(
                        blank=True,
                        help_text="La référence signée avec le service d’archives.",
                        max_length=120,
                        verbose_name="accord de versement",
                    ),
                ),
                (
                    "seda",
                    models.CharField(
                        choices=[("2.1", "SEDA 2.1"), ("2.2", "SEDA 2.2"), ("2.3", "SEDA 2.3")],
                        default="2.1",
                        max_length=3,
                        verbose_name="version des paquets",
                    ),
                ),
                (
                    "circuit",
                    models.ForeignKey(
                        blank=True,
                        help_text="Proposé d’abord quand un bordereau part au parapheur.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="signing.circuit",
                        verbose_name="circuit des bordereaux",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_setup",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "réglage des archives",
                "verbose_name_plural": "réglages des archives",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("agency_identifier", ""), _negated=True), name="archives_setup_agency"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Shelf",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("building", models.CharField(max_length=80, verbose_name="bâtiment")),
                ("room", models.CharField(max_length=60, verbose_name="salle")),
                ("shelf", models.CharField(max_length=40, verbose_name="travée et tablette")),
                (
                    "metres",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("1.00"),
                        max_digits=6,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.10")),
                            django.core.validators.MaxValueValidator(Decimal("999")),
                        ],
                        verbose_name="capacité en mètres",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_shelves",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "emplacement d’archives",
                "verbose_name_plural": "emplacements d’archives",
                "ordering": ["building", "room", "shelf", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "building", "room", "shelf"),
                        name="archives_shelf_unique",
                        violation_error_message="Cet emplacement existe déjà.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Box",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="année")),
                ("number", models.PositiveIntegerField(default=0, editable=False, verbose_name="numéro")),
                ("title", models.CharField(max_length=200, verbose_name="intitulé")),
                ("first_on", models.DateField(blank=True, null=True, verbose_name="plus ancien document")),
                ("last_on", models.DateField(blank=True, null=True, verbose_name="plus récent document")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="dernier dossier clos le")),
                (
                    "metres",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0.10"),
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(Decimal("20")),
                        ],
                        verbose_name="longueur en mètres",
                    ),
                ),
                (
                    "contents",
                    models.TextField(
                        blank=True,
                        help_text="Un dossier par ligne : la liste s’imprime avec l’étiquette.",
                        max_length=6000,
                        verbose_name="contenu",
                    ),
                ),
                (
                    "held_because",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="gel : motif"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("kept", "En place"), ("eliminated", "Éliminée"), ("transferred", "Versée")],
                        default="kept",
                        editable=False,
                        max_length=11,
                        verbose_name="état",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="décrite le"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_%(class)ss",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_boxes",
                        to="documents.series",
                        verbose_name="série",
                    ),
                ),
                (
                    "shelf",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="boxes",
                        to="archives.shelf",
                        verbose_name="emplacement",
                    ),
                ),
            ],
            options={
                "verbose_name": "boîte d’archives",
                "verbose_name_plural": "boîtes d’archives",
                "ordering": ["-year", "-number", "-pk"],
                "indexes": [models.Index(fields=["organisation", "state", "closed_on"], name="archives_box_due")],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "year", "number"), name="archives_box_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_on__isnull", True),
                            ("last_on__isnull", True),
                            ("last_on__gte", models.F("first_on")),
                            _connector="OR",
                        ),
                        name="archives_box_dates",
                        violation_error_message="Le plus récent document ne peut pas précéder le plus ancien.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("held_because", ""), ("state", "kept"), _connector="OR"),
                        name="archives_box_held_stays",
                        violation_error_message="Un gel l’empêche.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="intitulé")),
                ("series", models.CharField(blank=True, editable=False, max_length=180, verbose_name="série")),
                (
                    "basis",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="texte qui fixe la durée"
                    ),
                ),
                ("first_on", models.DateField(editable=False, null=True, verbose_name="plus ancien")),
                ("last_on", models.DateField(editable=False, null=True, verbose_name="plus récent")),
                ("documents", models.PositiveIntegerField(default=0, editable=False, verbose_name="documents")),
                ("octets", models.PositiveBigIntegerField(default=0, editable=False, verbose_name="volume en octets")),
                (
                    "metres",
                    models.DecimalField(
                        decimal_places=2,
                        default=Decimal("0"),
                        editable=False,
                        max_digits=7,
                        validators=[django.core.validators.MinValueValidator(Decimal("0"))],
                        verbose_name="métrage",
                    ),
                ),
                ("observations", models.CharField(blank=True, max_length=300, verbose_name="observations")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "À viser"),
                            ("accepted", "Accordée"),
                            ("refused", "Refusée"),
                            ("set_aside", "Retirée"),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=9,
                        verbose_name="visa",
                    ),
                ),
                ("refusal", models.CharField(blank=True, editable=False, max_length=300, verbose_name="motif")),
                ("is_open", models.BooleanField(default=True, editable=False)),
                (
                    "blocked_because",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="empêchée"),
                ),
                ("digests", models.JSONField(default=list, editable=False, verbose_name="empreintes détruites")),
                ("destroyed_at", models.DateTimeField(editable=False, null=True, verbose_name="détruite le")),
                ("purged_at", models.DateTimeField(editable=False, null=True, verbose_name="contenus effacés le")),
                (
                    "box",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines_of_slips",
                        to="archives.box",
                    ),
                ),
                (
                    "elimination",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="archives.elimination"
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_lines",
                        to="documents.folder",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de bordereau d’élimination",
                "verbose_name_plural": "lignes de bordereau d’élimination",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("box__isnull", True), ("folder__isnull", False)),
                            models.Q(("box__isnull", False), ("folder__isnull", True)),
                            _connector="OR",
                        ),
                        name="archives_line_one_thing",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("folder",),
                        name="archives_line_folder_once",
                        violation_error_message="Ce dossier est déjà sur un bordereau.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("box",),
                        name="archives_line_box_once",
                        violation_error_message="Cette boîte est déjà sur un bordereau.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("destroyed_at__isnull", True), ("outcome", "accepted"), _connector="OR"),
                        name="archives_line_destroyed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("purged_at__isnull", True), ("destroyed_at__isnull", False), _connector="OR"
                        ),
                        name="archives_line_purged",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("borrower", models.CharField(help_text="Nom et service.", max_length=160, verbose_name="emprunteur")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                ("lent_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="prêtée le")),
                ("due_on", models.DateField(verbose_name="à rendre le")),
                ("returned_on", models.DateField(blank=True, null=True, verbose_name="rendue le")),
                ("reminded_on", models.DateField(editable=False, null=True, verbose_name="rappelée le")),
                (
                    "account",
                    models.ForeignKey(
                        blank=True,
                        help_text="Pour les rappels.",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="son compte",
                    ),
                ),
                (
                    "box",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="loans", to="archives.box"
                    ),
                ),
                (
                    "lent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "prêt d’une boîte",
                "verbose_name_plural": "prêts de boîtes",
                "ordering": ["-lent_on", "-pk"],
                "indexes": [
                    models.Index(condition=models.Q(("returned_on", None)), fields=["due_on"], name="archives_loan_out")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("returned_on__isnull", True)),
                        fields=("box",),
                        name="archives_loan_once",
                        violation_error_message="Cette boîte est déjà prêtée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("lent_on"))),
                        name="archives_loan_due",
                        violation_error_message="Elle ne peut pas être rendue avant d’être prêtée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("returned_on__isnull", True), ("returned_on__gte", models.F("lent_on")), _connector="OR"
                        ),
                        name="archives_loan_returned",
                        violation_error_message="Elle ne peut pas être rendue avant d’être prêtée.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sorting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[("destroy", "Éliminer"), ("keep", "Conserver")], max_length=7, verbose_name="décision"
                    ),
                ),
                ("method", models.CharField(max_length=200, verbose_name="méthode")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="décidé le")),
                (
                    "box",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sorting",
                        to="archives.box",
                    ),
                ),
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
                    "folder",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_sorting",
                        to="documents.folder",
                    ),
                ),
            ],
            options={
                "verbose_name": "décision de tri",
                "verbose_name_plural": "décisions de tri",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("box__isnull", True), ("folder__isnull", False)),
                            models.Q(("box__isnull", False), ("folder__isnull", True)),
                            _connector="OR",
                        ),
                        name="archives_sorting_one_thing",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="année")),
                ("number", models.PositiveIntegerField(default=0, editable=False, verbose_name="numéro")),
                ("title", models.CharField(max_length=200, verbose_name="objet")),
                ("note", models.TextField(blank=True, max_length=2000, verbose_name="commentaire")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "En préparation"),
                            ("packed", "Paquet prêt"),
                            ("sent", "Envoyé"),
                            ("acknowledged", "Réception accusée"),
                            ("accepted", "Pris en charge"),
                            ("rejected", "Refusé"),
                            ("purged", "Copie locale détruite"),
                            ("cancelled", "Annulé"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=12,
                        verbose_name="état",
                    ),
                ),
                (
                    "seda",
                    models.CharField(
                        choices=[("2.1", "SEDA 2.1"), ("2.2", "SEDA 2.2"), ("2.3", "SEDA 2.3")],
                        default="2.1",
                        max_length=3,
                        verbose_name="version",
                    ),
                ),
                ("agency_name", models.CharField(editable=False, max_length=160, verbose_name="service d’archives")),
                ("agency_identifier", models.CharField(editable=False, max_length=80, verbose_name="son identifiant")),
                ("own_identifier", models.CharField(editable=False, max_length=80, verbose_name="votre identifiant")),
                (
                    "agreement",
                    models.CharField(blank=True, editable=False, max_length=120, verbose_name="accord de versement"),
                ),
                (
                    "identifier",
                    models.CharField(editable=False, max_length=80, unique=True, verbose_name="identifiant du message"),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="préparé le"),
                ),
                ("sent_on", models.DateField(editable=False, null=True, verbose_name="envoyé le")),
                ("channel", models.CharField(blank=True, editable=False, max_length=120, verbose_name="envoyé par")),
                (
                    "grant",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="identifiant de la réponse"
                    ),
                ),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="terminé le")),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_%(class)ss",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "versement",
                "verbose_name_plural": "versements",
                "ordering": ["-year", "-number", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "year", "number"), name="archives_transfer_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["accepted", "purged"]), _negated=True),
                            models.Q(("grant", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="archives_transfer_granted",
                        violation_error_message="La copie locale attend la réponse du service d’archives.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("ack", "Accusé de réception"), ("reply", "Réponse au transfert")],
                        max_length=5,
                        verbose_name="nature",
                    ),
                ),
                ("identifier", models.CharField(max_length=200, verbose_name="identifiant")),
                ("code", models.CharField(blank=True, max_length=40, verbose_name="code de réponse")),
                ("text", models.CharField(blank=True, max_length=1000, verbose_name="commentaire")),
                ("dated_at", models.DateTimeField(verbose_name="daté du")),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lu le")),
                (
                    "read_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="messages", to="archives.transfer"
                    ),
                ),
            ],
            options={
                "verbose_name": "message du service d’archives",
                "verbose_name_plural": "messages du service d’archives",
                "ordering": ["dated_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("transfer", "kind", "identifier"), name="archives_message_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "reply")), fields=("transfer",), name="archives_message_one_reply"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TransferFolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=300, verbose_name="intitulé")),
                ("documents", models.PositiveIntegerField(default=0, editable=False, verbose_name="documents")),
                ("octets", models.PositiveBigIntegerField(default=0, editable=False, verbose_name="volume en octets")),
                ("unit", models.CharField(blank=True, editable=False, max_length=40, verbose_name="unité")),
                (
                    "kept_as",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="cote aux archives"),
                ),
                ("is_open", models.BooleanField(default=True, editable=False)),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="archive_transfers",
                        to="documents.folder",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="folders", to="archives.transfer"
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier versé",
                "verbose_name_plural": "dossiers versés",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_open", True)),
                        fields=("folder",),
                        name="archives_transfer_folder_once",
                        violation_error_message="Ce dossier est déjà dans un versement.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=12, verbose_name="nature")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "compteur des archives",
                "verbose_name_plural": "compteurs des archives",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "kind", "year"), name="archives_counter_unique")
                ],
            },
        ),
    ]
