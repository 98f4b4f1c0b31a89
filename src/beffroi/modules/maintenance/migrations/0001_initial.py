import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assets", "0002_geometry_index"),
        ("cases", "0004_news_and_seen"),
        ("kernel", "__first__"),
        ("organisations", "0005_streets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Checklist",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("lines", models.JSONField(default=list, verbose_name="points à contrôler")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="checklists",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "liste de contrôle",
                "verbose_name_plural": "listes de contrôle",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="checklist_unique",
                        violation_error_message="Une liste porte déjà ce nom.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Meter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="compteur")),
                ("unit", models.CharField(max_length=20, verbose_name="unité")),
                ("is_cumulative", models.BooleanField(default=True, verbose_name="ne fait que croître")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="meters", to="assets.asset"
                    ),
                ),
            ],
            options={
                "verbose_name": "compteur",
                "verbose_name_plural": "compteurs",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("asset", "name"),
                        name="meter_unique",
                        violation_error_message="Ce compteur existe déjà.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Order",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("reference", models.CharField(editable=False, max_length=20, unique=True, verbose_name="référence")),
                ("title", models.CharField(max_length=160, verbose_name="travail à faire")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="précisions")),
                ("safety", models.TextField(blank=True, max_length=2000, verbose_name="consignes de sécurité")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "À planifier"),
                            ("planned", "Planifié"),
                            ("started", "En cours"),
                            ("held", "En attente"),
                            ("done", "Terminé"),
                            ("cancelled", "Annulé"),
                        ],
                        default="open",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("manual", "Saisie directe"),
                            ("report", "Signalement"),
                            ("plan", "Maintenance préventive"),
                            ("meter", "Relevé de compteur"),
                            ("inspection", "Contrôle"),
                        ],
                        default="manual",
                        editable=False,
                        max_length=10,
                        verbose_name="origine",
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("corrective", "Réparation"),
                            ("preventive", "Entretien préventif"),
                            ("inspection", "Contrôle"),
                            ("improvement", "Amélioration"),
                            ("other", "Autre"),
                        ],
                        default="corrective",
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Basse"), (2, "Normale"), (3, "Haute"), (4, "Urgente")],
                        default=2,
                        verbose_name="priorité",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse ou repère")),
                (
                    "location",
                    beffroi.shared.organisations.geometry.PointField(blank=True, null=True, verbose_name="emplacement"),
                ),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="à faire avant le")),
                ("planned_start", models.DateTimeField(blank=True, null=True, verbose_name="prévu de")),
                ("planned_end", models.DateTimeField(blank=True, null=True, verbose_name="prévu jusqu’à")),
                ("started_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="commencé le")),
                ("finished_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="terminé le")),
                ("reason", models.TextField(blank=True, editable=False, verbose_name="motif du dernier changement")),
                (
                    "disputed_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="à vérifier depuis le"),
                ),
                ("version", models.PositiveIntegerField(default=0, editable=False, verbose_name="version")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="assets.asset",
                        verbose_name="équipement",
                    ),
                ),
                (
                    "assignees",
                    models.ManyToManyField(
                        blank=True, related_name="orders_given", to=settings.AUTH_USER_MODEL, verbose_name="agents"
                    ),
                ),
                (
                    "beneficiary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_reinvoiced",
                        to="organisations.commune",
                        verbose_name="à refacturer à",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_here",
                        to="organisations.commune",
                    ),
                ),
                (
                    "contractor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders_contracted",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="organisations.organisation",
                        verbose_name="organisme qui fait le travail",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "ordre de travail",
                "verbose_name_plural": "ordres de travail",
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["organisation", "state", "-created_at"], name="order_list"),
                    models.Index(fields=["team", "state", "planned_start"], name="order_team"),
                    models.Index(fields=["asset", "-created_at"], name="order_asset"),
                    models.Index(fields=["commune", "-created_at"], name="order_commune"),
                    models.Index(fields=["due_on"], name="order_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("planned_end__isnull", True),
                            ("planned_end__gt", models.F("planned_start")),
                            _connector="OR",
                        ),
                        name="order_window",
                        violation_error_message="La fin doit venir après le début.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Labour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("start", models.DateTimeField(verbose_name="de")),
                ("end", models.DateTimeField(blank=True, null=True, verbose_name="à")),
                ("rate", models.DecimalField(decimal_places=2, default=0, max_digits=8, verbose_name="coût horaire")),
                ("comment", models.CharField(blank=True, max_length=200, verbose_name="remarque")),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="labours",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="labours", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "temps passé",
                "verbose_name_plural": "temps passés",
                "ordering": ["start", "pk"],
                "indexes": [models.Index(fields=["order", "start"], name="labour_order_start")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end__isnull", True)), fields=("worker",), name="one_running_labour"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gt", models.F("start")), _connector="OR"),
                        name="labour_order",
                        violation_error_message="La fin doit venir après le début.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Expense",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("label", models.CharField(max_length=160, verbose_name="objet")),
                ("supplier", models.CharField(blank=True, max_length=120, verbose_name="fournisseur")),
                ("invoice", models.CharField(blank=True, max_length=60, verbose_name="facture ou bon")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="montant TTC")),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="date")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="expenses", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "dépense extérieure",
                "verbose_name_plural": "dépenses extérieures",
                "ordering": ["day", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="expense_positive",
                        violation_error_message="Plus de zéro euro.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("author_label", models.CharField(blank=True, max_length=120, verbose_name="fait par")),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="compte rendu")),
                ("signatory", models.CharField(blank=True, max_length=120, verbose_name="signé par")),
                ("applied", models.BooleanField(default=True, verbose_name="retenu")),
                ("conflict", models.CharField(blank=True, max_length=250, verbose_name="désaccord")),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="closings", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "compte rendu",
                "verbose_name_plural": "comptes rendus",
                "ordering": ["created_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Check",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="rang")),
                ("label", models.CharField(max_length=200, verbose_name="point à contrôler")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("yesno", "oui ou non"),
                            ("number", "nombre"),
                            ("text", "texte"),
                            ("choice", "choix dans une liste"),
                            ("photo", "photo"),
                        ],
                        default="yesno",
                        max_length=8,
                        verbose_name="réponse attendue",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unité")),
                (
                    "minimum",
                    models.DecimalField(
                        blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="au moins"
                    ),
                ),
                (
                    "maximum",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=12, null=True, verbose_name="au plus"),
                ),
                ("choices", models.JSONField(blank=True, default=list, verbose_name="choix")),
                ("required", models.BooleanField(default=False, verbose_name="obligatoire")),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assets.asset",
                        verbose_name="équipement",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "point à contrôler",
                "verbose_name_plural": "points à contrôler",
                "ordering": ["position", "pk"],
                "constraints": [models.UniqueConstraint(fields=("order", "position"), name="check_position_unique")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("value", models.JSONField(null=True, verbose_name="réponse")),
                ("comment", models.CharField(blank=True, max_length=250, verbose_name="remarque")),
                ("fault", models.BooleanField(default=False, verbose_name="anomalie")),
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
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="maintenance.check"
                    ),
                ),
                (
                    "opened_order",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="found_by",
                        to="maintenance.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse",
                "verbose_name_plural": "réponses",
                "ordering": ["made_at", "pk"],
                "indexes": [models.Index(fields=["line", "made_at"], name="answer_line")],
            },
        ),
        migrations.CreateModel(
            name="OrderReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="relié le")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="cases.case",
                        verbose_name="signalement",
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="report_links", to="maintenance.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "signalement traité",
                "verbose_name_plural": "signalements traités",
                "constraints": [models.UniqueConstraint(fields=("order", "case"), name="order_report_unique")],
            },
        ),
        migrations.CreateModel(
            name="Part",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=40, verbose_name="référence")),
                ("name", models.CharField(max_length=120, verbose_name="désignation")),
                ("unit", models.CharField(default="pièce", max_length=20, verbose_name="unité")),
                (
                    "minimum",
                    models.DecimalField(
                        decimal_places=2, default=0, max_digits=10, verbose_name="seuil de réapprovisionnement"
                    ),
                ),
                (
                    "price",
                    models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="prix unitaire TTC"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="suivie")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="fournisseur",
                    ),
                ),
            ],
            options={
                "verbose_name": "pièce",
                "verbose_name_plural": "pièces",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "code"),
                        name="part_unique",
                        violation_error_message="Cette référence est déjà prise.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("minimum__gte", 0), ("price__gte", 0)),
                        name="part_positive",
                        violation_error_message="Zéro ou plus.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="travail")),
                ("description", models.TextField(blank=True, max_length=4000, verbose_name="précisions")),
                ("safety", models.TextField(blank=True, max_length=2000, verbose_name="consignes de sécurité")),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("corrective", "Réparation"),
                            ("preventive", "Entretien préventif"),
                            ("inspection", "Contrôle"),
                            ("improvement", "Amélioration"),
                            ("other", "Autre"),
                        ],
                        default="preventive",
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Basse"), (2, "Normale"), (3, "Haute"), (4, "Urgente")],
                        default=2,
                        verbose_name="priorité",
                    ),
                ),
                (
                    "is_round",
                    models.BooleanField(
                        default=False, verbose_name="tournée : un seul ordre pour tous les équipements"
                    ),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(
                        default=1, validators=[django.core.validators.MinValueValidator(1)], verbose_name="tous les"
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("day", "jours"), ("week", "semaines"), ("month", "mois"), ("year", "ans")],
                        default="month",
                        max_length=5,
                        verbose_name="unité",
                    ),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[("scheduled", "des dates prévues"), ("completed", "de la fin du travail précédent")],
                        default="scheduled",
                        max_length=9,
                        verbose_name="compté à partir",
                    ),
                ),
                ("start", models.DateField(verbose_name="première date")),
                ("end", models.DateField(blank=True, null=True, verbose_name="dernière date")),
                ("months", models.JSONField(blank=True, default=list, verbose_name="mois de la saison")),
                (
                    "shift",
                    models.CharField(
                        blank=True,
                        choices=[("next", "le jour ouvré suivant"), ("previous", "le jour ouvré précédent")],
                        max_length=8,
                        verbose_name="quand la date tombe un jour chômé",
                    ),
                ),
                (
                    "ahead_days",
                    models.PositiveSmallIntegerField(
                        default=14,
                        validators=[django.core.validators.MaxValueValidator(365)],
                        verbose_name="ouvrir l’ordre tant de jours avant",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "assets",
                    models.ManyToManyField(
                        blank=True, related_name="plans", to="assets.asset", verbose_name="équipements"
                    ),
                ),
                (
                    "checklist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="maintenance.checklist",
                        verbose_name="liste de contrôle",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="maintenance_plans",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan d’entretien",
                "verbose_name_plural": "plans d’entretien",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="plan_unique",
                        violation_error_message="Ce nom est déjà pris.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="plan_dates",
                        violation_error_message="La dernière date ne peut pas précéder la première.",
                    ),
                    models.CheckConstraint(condition=models.Q(("every__gt", 0)), name="plan_every"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="date prévue")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ouvert le")),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="occurrences",
                        to="assets.asset",
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="occurrence", to="maintenance.order"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="occurrences", to="maintenance.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "échéance de plan",
                "verbose_name_plural": "échéances de plan",
                "ordering": ["-due_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "asset", "due_on"), name="occurrence_unique", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Purchase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(editable=False, max_length=20, unique=True, verbose_name="référence")),
                ("supplier", models.CharField(max_length=120, verbose_name="fournisseur")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("draft", "À envoyer"),
                            ("ordered", "Commandé"),
                            ("received", "Reçu"),
                            ("cancelled", "Annulé"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("comment", models.TextField(blank=True, max_length=1000, verbose_name="remarque")),
                ("ordered_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="commandé le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchases",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "bon de commande",
                "verbose_name_plural": "bons de commande",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="PurchaseLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="quantité")),
                ("price", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="prix unitaire TTC")),
                ("received", models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="reçu")),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="purchase_lines",
                        to="maintenance.part",
                    ),
                ),
                (
                    "purchase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="maintenance.purchase"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de commande",
                "verbose_name_plural": "lignes de commande",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("purchase", "part"), name="purchase_part_unique"),
                    models.CheckConstraint(
                        condition=models.Q(("price__gte", 0), ("quantity__gt", 0)), name="purchase_line_positive"
                    ),
                    models.CheckConstraint(condition=models.Q(("received__gte", 0)), name="purchase_line_received"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=8, verbose_name="coût horaire")),
                ("start", models.DateField(verbose_name="à partir du")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="labour_rates",
                        to="organisations.organisation",
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
            ],
            options={
                "verbose_name": "coût horaire",
                "verbose_name_plural": "coûts horaires",
                "ordering": ["-start"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "team", "start"),
                        name="labour_rate_unique",
                        nulls_distinct=False,
                        violation_error_message="Un coût commence déjà ce jour-là.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)),
                        name="labour_rate_positive",
                        violation_error_message="Zéro euro ou plus.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("value", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="valeur")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="relevé le")),
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
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="maintenance.meter"
                    ),
                ),
            ],
            options={
                "verbose_name": "relevé",
                "verbose_name_plural": "relevés",
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["meter", "-at"], name="reading_meter")],
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="lieu de stockage")),
                ("is_active", models.BooleanField(default=True, verbose_name="utilisé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stores",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "lieu de stockage",
                "verbose_name_plural": "lieux de stockage",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="store_unique",
                        violation_error_message="Ce nom est déjà pris.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="quantité")),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="reservations", to="maintenance.order"
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="maintenance.part"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reservations", to="maintenance.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "réservation",
                "verbose_name_plural": "réservations",
                "constraints": [
                    models.UniqueConstraint(fields=("order", "part", "store"), name="reservation_unique"),
                    models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="reservation_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
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
                            ("receipt", "réception"),
                            ("use", "sortie pour un ordre"),
                            ("back", "retour"),
                            ("count", "inventaire"),
                            ("transfer", "transfert"),
                        ],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("quantity", models.DecimalField(decimal_places=2, max_digits=10, verbose_name="quantité")),
                (
                    "price",
                    models.DecimalField(decimal_places=2, default=0, max_digits=10, verbose_name="prix unitaire TTC"),
                ),
                ("comment", models.CharField(blank=True, max_length=200, verbose_name="remarque")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="maintenance.order",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="maintenance.part"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="maintenance.purchaseline",
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="maintenance.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "mouvement de stock",
                "verbose_name_plural": "mouvements de stock",
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["part", "-at"], name="movement_part"),
                    models.Index(fields=["order"], name="movement_order"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("quantity", 0), _negated=True), name="movement_not_zero")
                ],
            },
        ),
        migrations.CreateModel(
            name="Level",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quantity", models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="quantité")),
                ("reserved", models.DecimalField(decimal_places=2, default=0, max_digits=12, verbose_name="réservé")),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="levels", to="maintenance.part"
                    ),
                ),
                (
                    "store",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="levels", to="maintenance.store"
                    ),
                ),
            ],
            options={
                "verbose_name": "niveau de stock",
                "verbose_name_plural": "niveaux de stock",
                "constraints": [
                    models.UniqueConstraint(fields=("part", "store"), name="level_unique"),
                    models.CheckConstraint(condition=models.Q(("reserved__gte", 0)), name="level_reserved"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trigger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=160, verbose_name="travail")),
                (
                    "comparison",
                    models.CharField(
                        choices=[("more", "dépasse"), ("less", "descend sous")],
                        default="more",
                        max_length=4,
                        verbose_name="quand le relevé",
                    ),
                ),
                ("threshold", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="seuil")),
                (
                    "wait_days",
                    models.PositiveSmallIntegerField(default=0, verbose_name="pas deux fois en tant de jours"),
                ),
                ("base", models.DecimalField(decimal_places=2, default=0, max_digits=14, verbose_name="compté depuis")),
                (
                    "fired_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="dernier ordre le"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="actif")),
                (
                    "checklist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="maintenance.checklist",
                        verbose_name="liste de contrôle",
                    ),
                ),
                (
                    "meter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="triggers",
                        to="maintenance.meter",
                        verbose_name="compteur",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="triggers",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "seuil de compteur",
                "verbose_name_plural": "seuils de compteur",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "worker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["start"],
                "indexes": [models.Index(fields=["organisation", "end"], name="absence_end")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))),
                        name="absence_dates",
                        violation_error_message="Le dernier jour ne peut pas précéder le premier.",
                    )
                ],
            },
        ),
    ]
