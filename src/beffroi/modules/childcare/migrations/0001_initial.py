import datetime

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
        ("people", "0004_mandate_a_year_at_most"),
    ]

    operations = [
        migrations.CreateModel(
            name="Child",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_name", models.CharField(max_length=80, verbose_name="prénom")),
                ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                ("birth_date", models.DateField(verbose_name="date de naissance")),
                (
                    "sex",
                    models.CharField(
                        blank=True, choices=[("F", "Fille"), ("M", "Garçon")], max_length=1, verbose_name="sexe"
                    ),
                ),
                ("school", models.CharField(blank=True, max_length=120, verbose_name="école")),
                ("may_be_photographed", models.BooleanField(default=False, verbose_name="peut être pris en photo")),
                ("may_go_out", models.BooleanField(default=False, verbose_name="peut participer aux sorties")),
                ("may_leave_alone", models.BooleanField(default=False, verbose_name="peut repartir seul")),
                ("may_be_treated", models.BooleanField(default=False, verbose_name="peut être soigné en urgence")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="état civil vérifié le")),
                ("certified_at", models.DateTimeField(blank=True, null=True, verbose_name="dossier certifié le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="effacé le")),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children_files",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "enfant",
                "verbose_name_plural": "enfants",
                "ordering": ["last_name", "first_name", "pk"],
                "indexes": [
                    models.Index(fields=["organisation", "last_name", "first_name"], name="child_name"),
                    models.Index(fields=["birth_date", "last_name"], name="child_birth"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChildHome",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rang")),
                ("share", models.PositiveSmallIntegerField(default=100, verbose_name="part des frais en %")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="homes", to="childcare.child"
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="child_homes", to="people.household"
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.person",
                        verbose_name="payeur",
                    ),
                ),
            ],
            options={
                "verbose_name": "foyer de l’enfant",
                "verbose_name_plural": "foyers de l’enfant",
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end", None)), fields=("child", "rank"), name="child_home_rank"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("end", None)), fields=("child", "household"), name="child_home_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("rank__in", (1, 2))), name="child_two_homes_at_most"),
                    models.CheckConstraint(condition=models.Q(("share__lte", 100)), name="child_home_share"),
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gte", models.F("start")), _connector="OR"),
                        name="child_home_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom et prénom")),
                ("phone", models.CharField(max_length=20, verbose_name="téléphone")),
                ("relation", models.CharField(blank=True, max_length=60, verbose_name="lien avec l’enfant")),
                ("may_pick_up", models.BooleanField(default=True, verbose_name="peut venir chercher l’enfant")),
                ("in_emergency", models.BooleanField(default=False, verbose_name="à appeler en cas d’urgence")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="contacts", to="childcare.childhome"
                    ),
                ),
            ],
            options={
                "verbose_name": "personne autorisée",
                "verbose_name_plural": "personnes autorisées",
                "ordering": ["rank", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Custody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("any", "Chaque foyer peut réserver n’importe quel jour"),
                            ("weeks", "Une semaine sur deux"),
                            ("days", "Jours fixes de la semaine"),
                        ],
                        default="any",
                        max_length=5,
                        verbose_name="rythme",
                    ),
                ),
                (
                    "change_day",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "lundi"),
                            (1, "mardi"),
                            (2, "mercredi"),
                            (3, "jeudi"),
                            (4, "vendredi"),
                            (5, "samedi"),
                            (6, "dimanche"),
                        ],
                        default=0,
                        verbose_name="jour où l’enfant change de foyer",
                    ),
                ),
                (
                    "first_home_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="jours du premier foyer",
                    ),
                ),
                (
                    "holidays",
                    models.CharField(
                        choices=[("same", "Comme le reste de l’année"), ("halves", "Partagées par moitié")],
                        default="same",
                        max_length=6,
                        verbose_name="vacances scolaires",
                    ),
                ),
                (
                    "payment",
                    models.CharField(
                        choices=[
                            ("booker", "Chaque foyer paie ses jours"),
                            ("split", "Tout est partagé selon la part de chacun"),
                        ],
                        default="booker",
                        max_length=6,
                        verbose_name="paiement",
                    ),
                ),
                (
                    "child",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="custody", to="childcare.child"
                    ),
                ),
                (
                    "even_home",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="childcare.childhome",
                        verbose_name="foyer des semaines paires",
                    ),
                ),
                (
                    "first_half_home",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="childcare.childhome",
                        verbose_name="première moitié des vacances les années paires",
                    ),
                ),
            ],
            options={
                "verbose_name": "garde",
                "verbose_name_plural": "gardes",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("change_day__lte", 6)), name="custody_change_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="CustodyException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                ("agreed_at", models.DateTimeField(blank=True, null=True, verbose_name="acceptée le")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="custody_exceptions",
                        to="childcare.child",
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="childcare.childhome"
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="childcare.childhome",
                    ),
                ),
            ],
            options={
                "verbose_name": "exception de garde",
                "verbose_name_plural": "exceptions de garde",
                "ordering": ["start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))), name="custody_exception_dates"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DocumentKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("months", models.PositiveSmallIntegerField(default=0, verbose_name="durée de validité en mois")),
                ("is_health", models.BooleanField(default=False, verbose_name="document de santé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="childcare_document_kinds",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "nature de pièce",
                "verbose_name_plural": "natures de pièces",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="document_kind_unique")],
            },
        ),
        migrations.CreateModel(
            name="Activity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse courte")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="présentation")),
                (
                    "structure",
                    models.CharField(
                        choices=[
                            ("extra", "Extrascolaire (vacances, samedis)"),
                            ("peri", "Périscolaire, sans projet éducatif territorial"),
                            ("pedt", "Périscolaire, avec projet éducatif territorial"),
                        ],
                        default="extra",
                        max_length=5,
                        verbose_name="nature de l’accueil",
                    ),
                ),
                ("is_published", models.BooleanField(default=True, verbose_name="visible des familles")),
                (
                    "add_rule",
                    models.CharField(
                        choices=[
                            ("none", "Jusqu’au jour même, à l’heure dite"),
                            ("days", "Tant de jours ouvrés avant"),
                            ("weekday", "Le dernier jour de la semaine choisi, avant le jour réservé"),
                            ("week", "Un jour de la semaine S-1, S-2…"),
                            ("month", "Un jour du mois précédent"),
                        ],
                        default="days",
                        max_length=8,
                        verbose_name="délai pour réserver",
                    ),
                ),
                ("add_number", models.PositiveSmallIntegerField(default=2, verbose_name="nombre")),
                ("add_weekday", models.PositiveSmallIntegerField(default=0, verbose_name="jour de la semaine")),
                ("add_hour", models.TimeField(default=datetime.time(10, 0), verbose_name="heure")),
                (
                    "cancel_rule",
                    models.CharField(
                        choices=[
                            ("none", "Jusqu’au jour même, à l’heure dite"),
                            ("days", "Tant de jours ouvrés avant"),
                            ("weekday", "Le dernier jour de la semaine choisi, avant le jour réservé"),
                            ("week", "Un jour de la semaine S-1, S-2…"),
                            ("month", "Un jour du mois précédent"),
                        ],
                        default="days",
                        max_length=8,
                        verbose_name="délai pour annuler",
                    ),
                ),
                ("cancel_number", models.PositiveSmallIntegerField(default=2, verbose_name="nombre")),
                ("cancel_weekday", models.PositiveSmallIntegerField(default=0, verbose_name="jour de la semaine")),
                ("cancel_hour", models.TimeField(default=datetime.time(10, 0), verbose_name="heure")),
                (
                    "late_cancel",
                    models.CharField(
                        choices=[
                            ("due", "La journée reste due, sauf absence justifiée"),
                            ("refused", "L’annulation est refusée : appelez le service"),
                        ],
                        default="due",
                        max_length=8,
                        verbose_name="annulation hors délai",
                    ),
                ),
                (
                    "absence_days",
                    models.PositiveSmallIntegerField(default=3, verbose_name="jours pour justifier une absence"),
                ),
                (
                    "answer_hours",
                    models.PositiveSmallIntegerField(
                        default=24, verbose_name="heures pour répondre à une place proposée"
                    ),
                ),
                (
                    "minimum_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="jours au moins par semaine"),
                ),
                (
                    "incompatible",
                    models.ManyToManyField(blank=True, to="childcare.activity", verbose_name="incompatible avec"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="childcare_activities",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "documents",
                    models.ManyToManyField(blank=True, to="childcare.documentkind", verbose_name="pièces obligatoires"),
                ),
            ],
            options={
                "verbose_name": "activité",
                "verbose_name_plural": "activités",
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("add_weekday__lte", 6), ("cancel_weekday__lte", 6)),
                        name="activity_deadline_weekdays",
                    ),
                    models.CheckConstraint(condition=models.Q(("answer_hours__gte", 1)), name="activity_answer_hours"),
                    models.CheckConstraint(condition=models.Q(("minimum_days__lte", 5)), name="activity_minimum_days"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçu le")),
                ("expires_on", models.DateField(blank=True, null=True, verbose_name="valable jusqu’au")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="vérifié le")),
                ("refused_at", models.DateTimeField(blank=True, null=True, verbose_name="refusé le")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif du refus")),
                ("reminded_on", models.DateField(blank=True, null=True, verbose_name="rappelé le")),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="childcare.child"
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="documents",
                        to="childcare.childhome",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to="childcare.documentkind",
                        verbose_name="nature",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce",
                "verbose_name_plural": "pièces",
                "ordering": ["-sent_at"],
                "indexes": [models.Index(fields=["expires_on"], name="document_expiry")],
            },
        ),
        migrations.CreateModel(
            name="Guardian",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("mother", "Mère"),
                            ("father", "Père"),
                            ("tutor", "Tuteur ou tutrice"),
                            ("foster", "Famille d’accueil"),
                            ("other", "Autre responsable"),
                        ],
                        default="other",
                        max_length=8,
                        verbose_name="lien",
                    ),
                ),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "home",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="guardians", to="childcare.childhome"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="children_links", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "responsable",
                "verbose_name_plural": "responsables",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end", None)), fields=("home", "person"), name="guardian_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end", None), ("end__gte", models.F("start")), _connector="OR"),
                        name="guardian_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", beffroi.kernel.encryption.EncryptedJSONField(default=dict, verbose_name="contenu")),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="mise à jour le")),
                (
                    "child",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="health", to="childcare.child"
                    ),
                ),
                (
                    "updated_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "fiche sanitaire",
                "verbose_name_plural": "fiches sanitaires",
            },
        ),
        migrations.CreateModel(
            name="Period",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                (
                    "weekdays",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(),
                        default=list,
                        size=None,
                        verbose_name="jours de la semaine",
                    ),
                ),
                ("in_term", models.BooleanField(default=True, verbose_name="en temps scolaire")),
                ("in_holidays", models.BooleanField(default=False, verbose_name="pendant les vacances")),
                (
                    "closed_days",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.DateField(), blank=True, default=list, size=None, verbose_name="jours fermés"
                    ),
                ),
                (
                    "opens_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="ouvert aux familles du territoire le"
                    ),
                ),
                (
                    "opens_to_all_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="ouvert à tous le"),
                ),
                ("closes_at", models.DateTimeField(blank=True, null=True, verbose_name="réservations closes le")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="periods", to="childcare.activity"
                    ),
                ),
            ],
            options={
                "verbose_name": "période",
                "verbose_name_plural": "périodes",
                "ordering": ["start", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))), name="childcare_period_dates"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("opens_to_all_at__gte", models.F("opens_at"))),
                        name="childcare_period_publics",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fields", beffroi.kernel.encryption.EncryptedJSONField(default=dict, verbose_name="champs")),
                ("decisions", models.JSONField(blank=True, default=dict, verbose_name="décisions")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="décidé le")),
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
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="childcare.child"
                    ),
                ),
                (
                    "decided_by",
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
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="childcare.childhome",
                    ),
                ),
            ],
            options={
                "verbose_name": "modification demandée",
                "verbose_name_plural": "modifications demandées",
                "ordering": ["created_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at", None)), fields=["created_at"], name="proposal_waiting"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Quotient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(verbose_name="à partir du mois de")),
                ("value", models.PositiveIntegerField(verbose_name="quotient familial")),
                (
                    "source",
                    models.CharField(
                        choices=[("api", "API Particulier"), ("proof", "Justificatif")],
                        max_length=5,
                        verbose_name="origine",
                    ),
                ),
                ("provider", models.CharField(blank=True, max_length=4, verbose_name="caisse")),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="saisi le")),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="quotients", to="people.household"
                    ),
                ),
            ],
            options={
                "verbose_name": "quotient familial",
                "verbose_name_plural": "quotients familiaux",
                "ordering": ["-month"],
                "constraints": [
                    models.UniqueConstraint(fields=("household", "month"), name="quotient_month_unique"),
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="quotient_first_of_month"),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotientConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="donné le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré le")),
                ("identity", beffroi.kernel.encryption.EncryptedJSONField(default=dict, verbose_name="identité")),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotient_consents",
                        to="people.household",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotient_consents",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "accord pour le quotient familial",
                "verbose_name_plural": "accords pour le quotient familial",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_at", None)),
                        fields=("household", "person"),
                        name="quotient_consent_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse courte")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("kitchen_email", models.EmailField(blank=True, max_length=254, verbose_name="courriel de la cuisine")),
                ("is_active", models.BooleanField(default=True, verbose_name="ouvert")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.commune",
                        verbose_name="commune",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="childcare_sites",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "site",
                "verbose_name_plural": "sites",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("age_min", models.PositiveSmallIntegerField(default=3, verbose_name="âge minimum")),
                ("age_max", models.PositiveSmallIntegerField(default=12, verbose_name="âge maximum")),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="places")),
                ("staff", models.PositiveSmallIntegerField(default=2, verbose_name="animateurs prévus")),
                ("is_active", models.BooleanField(default=True, verbose_name="ouvert")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="groups", to="childcare.activity"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="groups",
                        to="childcare.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "groupe",
                "verbose_name_plural": "groupes",
                "ordering": ["activity", "site", "age_min", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("age_max__gte", models.F("age_min"))), name="group_ages"
                    ),
                    models.UniqueConstraint(fields=("activity", "site", "name"), name="group_unique"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("staff", models.PositiveSmallIntegerField(verbose_name="animateurs présents")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="remarque")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="days", to="childcare.group"
                    ),
                ),
            ],
            options={
                "verbose_name": "jour particulier",
                "verbose_name_plural": "jours particuliers",
                "constraints": [models.UniqueConstraint(fields=("group", "day"), name="group_day_unique")],
            },
        ),
        migrations.CreateModel(
            name="Place",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("slot", models.CharField(max_length=21, verbose_name="partie de la journée")),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="places")),
                ("taken", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="prises")),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="places", to="childcare.group"
                    ),
                ),
            ],
            options={
                "verbose_name": "places d’un jour",
                "verbose_name_plural": "places des jours",
                "indexes": [models.Index(fields=["day"], name="place_day")],
                "constraints": [models.UniqueConstraint(fields=("group", "day", "slot"), name="place_unique")],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("arrived_at", models.DateTimeField(verbose_name="arrivé à")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="parti à")),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="childcare_shifts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="animateur",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shifts", to="childcare.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "présence d’animateur",
                "verbose_name_plural": "présences d’animateurs",
                "indexes": [models.Index(fields=["site", "day"], name="shift_site_day")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("worker",), name="shift_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None), ("left_at__gte", models.F("arrived_at")), _connector="OR"
                        ),
                        name="shift_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MealOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("counts", models.JSONField(default=dict, verbose_name="repas par régime")),
                ("total", models.PositiveSmallIntegerField(verbose_name="repas")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="commandé le")),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meal_orders", to="childcare.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "commande de repas",
                "verbose_name_plural": "commandes de repas",
                "ordering": ["-sent_at"],
                "indexes": [models.Index(fields=["site", "day"], name="meal_order_site_day")],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="inscrit le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="childcare.activity"
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="enrolments", to="childcare.child"
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="childcare.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "inscription",
                "verbose_name_plural": "inscriptions",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end", None)), fields=("child", "activity"), name="enrolment_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Dish",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                (
                    "meal",
                    models.CharField(
                        choices=[("déjeuner", "Déjeuner"), ("goûter", "Goûter")],
                        default="déjeuner",
                        max_length=12,
                        verbose_name="repas",
                    ),
                ),
                (
                    "course",
                    models.CharField(
                        choices=[
                            ("entrée", "Entrée"),
                            ("plat principal", "Plat principal"),
                            ("garniture", "Garniture"),
                            ("produit laitier", "Produit laitier"),
                            ("dessert", "Dessert"),
                            ("autre", "Autre"),
                        ],
                        max_length=16,
                        verbose_name="type de plat",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="plat")),
                ("organic", models.BooleanField(default=False, verbose_name="issu de l’agriculture biologique")),
                ("vegetarian", models.BooleanField(default=False, verbose_name="végétarien")),
                (
                    "allergens",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("céréales contenant du gluten", "Céréales contenant du gluten"),
                                ("crustacés", "Crustacés"),
                                ("oeufs", "Oeufs"),
                                ("poissons", "Poissons"),
                                ("arachides", "Arachides"),
                                ("soja", "Soja"),
                                ("lait", "Lait"),
                                ("fruits à coques", "Fruits à coques"),
                                ("céleri", "Céleri"),
                                ("moutarde", "Moutarde"),
                                ("graines de sésame", "Graines de sésame"),
                                ("anhydride sulfureux et sulfites", "Anhydride sulfureux et sulfites"),
                                ("lupin", "Lupin"),
                                ("mollusques", "Mollusques"),
                            ],
                            max_length=40,
                        ),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="allergènes",
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="publié le")),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dishes", to="childcare.site"
                    ),
                ),
            ],
            options={
                "verbose_name": "plat",
                "verbose_name_plural": "plats",
                "ordering": ["day", "site", "meal", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("site", "day", "meal", "course", "name"), name="dish_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=20, verbose_name="code")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("half", "Demi-journée"),
                            ("day", "Journée"),
                            ("hour", "Accueil à l’heure"),
                            ("quantity", "Quantité"),
                            ("event", "Événement"),
                        ],
                        default="day",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("starts", models.TimeField(verbose_name="de")),
                ("ends", models.TimeField(verbose_name="à")),
                (
                    "slots",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.SlugField(max_length=20), size=None, verbose_name="parties de la journée"
                    ),
                ),
                ("meal", models.BooleanField(default=False, verbose_name="avec repas")),
                (
                    "tariff",
                    models.CharField(
                        blank=True,
                        help_text="Celui que les tarifs de la régie désignent. Vide : childcare.day, childcare.half… selon la nature.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*$", "Des minuscules, des chiffres, points et tirets."
                            )
                        ],
                        verbose_name="code du tarif",
                    ),
                ),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="places pour cette formule"),
                ),
                ("only_on", models.DateField(blank=True, null=True, verbose_name="seulement le")),
                ("order", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposée")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="units", to="childcare.activity"
                    ),
                ),
            ],
            options={
                "verbose_name": "formule",
                "verbose_name_plural": "formules",
                "ordering": ["activity", "order", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("activity", "code"), name="unit_code"),
                    models.CheckConstraint(condition=models.Q(("ends__gt", models.F("starts"))), name="unit_hours"),
                    models.CheckConstraint(condition=models.Q(("slots__len__gt", 0)), name="unit_slots"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("during", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="horaire")),
                (
                    "slots",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=21), size=None, verbose_name="parties de la journée"
                    ),
                ),
                ("quantity", models.PositiveSmallIntegerField(default=1, verbose_name="quantité")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "Réservé"),
                            ("waiting", "Liste d’attente"),
                            ("offered", "Place proposée"),
                            ("cancelled", "Annulé"),
                            ("expired", "Proposition sans réponse"),
                        ],
                        default="booked",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("online", "En ligne"),
                            ("desk", "Au guichet ou au téléphone"),
                            ("waiting", "Liste d’attente"),
                            ("unexpected", "Venu sans réservation"),
                        ],
                        default="online",
                        max_length=10,
                        verbose_name="origine",
                    ),
                ),
                ("resident", models.BooleanField(default=False, verbose_name="famille du territoire")),
                ("booked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("answer_by", models.DateTimeField(blank=True, null=True, verbose_name="répondre avant le")),
                ("cancelled_at", models.DateTimeField(blank=True, null=True, verbose_name="annulé le")),
                ("late", models.BooleanField(default=False, verbose_name="annulé hors délai")),
                (
                    "activity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="childcare.activity"
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bookings", to="childcare.child"
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="bookings",
                        to="childcare.childhome",
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="childcare.group"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bookings", to="childcare.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "réservation",
                "verbose_name_plural": "réservations",
                "ordering": ["day", "pk"],
                "indexes": [
                    models.Index(fields=["group", "day"], name="booking_group_day"),
                    models.Index(fields=["home", "day"], name="booking_home_day"),
                    models.Index(fields=["activity", "day"], name="booking_activity_day"),
                    models.Index(
                        condition=models.Q(("state", "offered")), fields=["answer_by"], name="booking_offered"
                    ),
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("state__in", ("booked", "offered"))),
                        expressions=[("child", "="), ("during", "&&")],
                        name="child_in_one_place",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("booked", "offered", "waiting"))),
                        fields=("child", "unit", "day"),
                        name="booking_once",
                    ),
                    models.CheckConstraint(condition=models.Q(("quantity__gte", 1)), name="booking_quantity"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("arrived_at", models.DateTimeField(blank=True, null=True, verbose_name="arrivé à")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="parti à")),
                ("left_with", models.CharField(blank=True, max_length=120, verbose_name="parti avec")),
                (
                    "absence",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("waiting", "Absent, à justifier"),
                            ("justified", "Absence justifiée"),
                            ("unjustified", "Absence non justifiée"),
                        ],
                        default="",
                        max_length=11,
                        verbose_name="absence",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="attendance", to="childcare.booking"
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
            ],
            options={
                "verbose_name": "présence",
                "verbose_name_plural": "présences",
                "indexes": [
                    models.Index(
                        condition=models.Q(("absence", "waiting")), fields=["absence"], name="attendance_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None),
                            ("arrived_at", None),
                            ("left_at__gte", models.F("arrived_at")),
                            _connector="OR",
                        ),
                        name="attendance_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("absence", ""), ("arrived_at", None), _connector="OR"),
                        name="attendance_absent_or_there",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tick",
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
                            ("arrived", "Arrivée"),
                            ("left", "Départ"),
                            ("absent", "Absent"),
                            ("undo", "Pointage retiré"),
                        ],
                        max_length=7,
                        verbose_name="geste",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="à")),
                ("with_name", models.CharField(blank=True, max_length=120, verbose_name="avec")),
                ("signature", models.TextField(blank=True, verbose_name="signature")),
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
                    "booking",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ticks", to="childcare.booking"
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
            ],
            options={
                "verbose_name": "pointage",
                "verbose_name_plural": "pointages",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["booking", "at"], name="tick_booking")],
            },
        ),
    ]
