import uuid
from decimal import Decimal

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0002_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("kernel", "__first__"),
        ("organisations", "0003_outline_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("roadmap", "Feuille de route"),
                            ("project", "Projet de territoire"),
                            ("other", "Autre plan d’actions"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("title", models.CharField(max_length=160, verbose_name="titre")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse courte")),
                ("start", models.DateField(verbose_name="début")),
                ("end", models.DateField(verbose_name="fin")),
                ("summary", models.TextField(blank=True, verbose_name="en quelques mots")),
                ("source_title", models.CharField(blank=True, max_length=200, verbose_name="document d’origine")),
                ("source_url", models.URLField(blank=True, verbose_name="adresse du document")),
                ("editor_note", models.TextField(blank=True, verbose_name="note de l’éditeur")),
                ("is_public", models.BooleanField(default=False, verbose_name="publié sur le site")),
                ("budget_is_public", models.BooleanField(default=False, verbose_name="budget publié")),
                (
                    "taxes",
                    models.CharField(
                        choices=[("ttc", "toutes taxes comprises"), ("ht", "hors taxes")],
                        default="ttc",
                        max_length=3,
                        verbose_name="montants",
                    ),
                ),
                ("has_demo_figures", models.BooleanField(default=False, verbose_name="chiffres de démonstration")),
                (
                    "revision_months",
                    models.PositiveSmallIntegerField(default=12, verbose_name="révision tous les (mois)"),
                ),
                (
                    "reminded_on",
                    models.DateField(
                        blank=True, editable=False, null=True, verbose_name="rappel de révision envoyé le"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="plans",
                        to="organisations.organisation",
                        verbose_name="organisme qui pilote",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="roadmap.plan",
                        verbose_name="plan dont il découle",
                    ),
                ),
            ],
            options={
                "verbose_name": "plan",
                "verbose_name_plural": "plans",
                "ordering": ["position", "-start", "pk"],
                "indexes": [models.Index(fields=["is_public", "position"], name="roadmap_plan_public")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("start"))),
                        name="roadmap_plan_dates",
                        violation_error_message="La fin doit venir après le début.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("revision_months__gte", 1)), name="roadmap_plan_revision_months"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Axis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z]+(\\.[0-9A-Z]+)*$", "Écrivez des chiffres séparés par des points : 2.1."
                            )
                        ],
                        verbose_name="numéro",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                ("summary", models.TextField(blank=True, verbose_name="en quelques mots")),
                ("editor_note", models.TextField(blank=True, verbose_name="note de l’éditeur")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="roadmap.axis",
                        verbose_name="axe parent",
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="axes", to="roadmap.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "axe",
                "verbose_name_plural": "axes",
                "ordering": ["position", "pk"],
                "indexes": [models.Index(fields=["plan", "position"], name="roadmap_axis_plan")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code"),
                        name="roadmap_axis_code_unique",
                        violation_error_message="Ce numéro est déjà celui d’un autre axe du plan.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("pk")), _negated=True),
                        name="roadmap_axis_not_own_parent",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200, verbose_name="fichier")),
                ("content", models.BinaryField(verbose_name="contenu")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="reçu le")),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="import_drafts", to="roadmap.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "import en attente",
                "verbose_name_plural": "imports en attente",
                "indexes": [models.Index(fields=["created_at"], name="roadmap_import_draft_age")],
            },
        ),
        migrations.CreateModel(
            name="Referent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("office", models.CharField(max_length=160, verbose_name="fonction")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "anonymised_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="anonymisé le"),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roadmap_referents",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roadmap_referents",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="compte",
                    ),
                ),
            ],
            options={
                "verbose_name": "élu référent",
                "verbose_name_plural": "élus référents",
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["organisation", "name"], name="roadmap_referent_name")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="roadmap_referent_dates",
                        violation_error_message="La fin doit venir après le début.",
                    ),
                    models.UniqueConstraint(
                        fields=("organisation", "name", "office", "start"),
                        name="roadmap_referent_unique",
                        violation_error_message="Cet élu est déjà enregistré avec cette fonction.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Action",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "uid",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, unique=True, verbose_name="identifiant public"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro dans l’axe")),
                ("slug", models.SlugField(max_length=90, unique=True, verbose_name="adresse courte")),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                ("summary", models.TextField(blank=True, verbose_name="en quelques mots")),
                ("description", models.TextField(blank=True, verbose_name="description")),
                ("objectives", models.TextField(blank=True, verbose_name="objectifs")),
                ("audience", models.CharField(blank=True, max_length=200, verbose_name="public visé")),
                ("means", models.TextField(blank=True, verbose_name="moyens")),
                (
                    "source_place",
                    models.CharField(blank=True, max_length=120, verbose_name="place dans le document d’origine"),
                ),
                ("other_partners", models.CharField(blank=True, max_length=250, verbose_name="autres partenaires")),
                ("start", models.DateField(blank=True, null=True, verbose_name="début prévu")),
                ("end", models.DateField(blank=True, null=True, verbose_name="fin prévue")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="réalisée le")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Basse"), (2, "Moyenne"), (3, "Haute")], default=2, verbose_name="priorité"
                    ),
                ),
                ("restricted", models.BooleanField(default=False, verbose_name="restreinte")),
                (
                    "tags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="mots-clés",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "À venir"),
                            ("ongoing", "En cours"),
                            ("done", "Réalisé"),
                            ("paused", "En pause"),
                            ("dropped", "Abandonné"),
                            ("blocked", "Bloqué"),
                        ],
                        default="planned",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("unblock_condition", models.TextField(blank=True, verbose_name="condition du déblocage")),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="créée le"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifiée le")),
                (
                    "communes",
                    models.ManyToManyField(
                        blank=True,
                        related_name="roadmap_actions",
                        to="organisations.commune",
                        verbose_name="communes concernées",
                    ),
                ),
                (
                    "partners",
                    models.ManyToManyField(
                        blank=True,
                        related_name="roadmap_partnerships",
                        to="organisations.organisation",
                        verbose_name="partenaires",
                    ),
                ),
                (
                    "same_as",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeats",
                        to="roadmap.action",
                        verbose_name="répète l’action",
                    ),
                ),
                (
                    "axis",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="roadmap.axis",
                        verbose_name="axe",
                    ),
                ),
                (
                    "referent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="actions",
                        to="roadmap.referent",
                        verbose_name="élu référent",
                    ),
                ),
            ],
            options={
                "verbose_name": "action",
                "verbose_name_plural": "actions",
                "ordering": ["axis__position", "axis_id", "number"],
                "indexes": [
                    models.Index(fields=["state", "end"], name="roadmap_action_state_end"),
                    models.Index(fields=["restricted", "axis"], name="roadmap_action_public"),
                    models.Index(fields=["referent", "state"], name="roadmap_action_referent"),
                    models.Index(fields=["-updated_at"], name="roadmap_action_updated"),
                    django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="roadmap_action_tags"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("axis", "number"),
                        name="roadmap_action_number_unique",
                        violation_error_message="Ce numéro est déjà pris dans cet axe.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("start__isnull", True),
                            ("end__isnull", True),
                            ("end__gte", models.F("start")),
                            _connector="OR",
                        ),
                        name="roadmap_action_dates",
                        violation_error_message="La fin prévue doit venir après le début.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["planned", "ongoing", "done", "paused", "dropped", "blocked"])
                        ),
                        name="roadmap_action_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "blocked"), _negated=True),
                            models.Q(("unblock_condition", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="roadmap_action_blocked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("done_on__isnull", False), ("state", "done")),
                            models.Q(models.Q(("state", "done"), _negated=True), ("done_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="roadmap_action_done_has_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("priority__in", [1, 2, 3])), name="roadmap_action_priority"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("same_as", models.F("pk")), _negated=True),
                        name="roadmap_action_not_same_as_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionIndicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                ("label", models.CharField(max_length=160, verbose_name="indicateur")),
                ("unit", models.CharField(blank=True, max_length=30, verbose_name="unité")),
                (
                    "direction",
                    models.CharField(
                        choices=[("up", "Plus c’est haut, mieux c’est"), ("down", "Plus c’est bas, mieux c’est")],
                        default="up",
                        max_length=4,
                        verbose_name="sens",
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=80, verbose_name="source automatique")),
                ("period_days", models.PositiveSmallIntegerField(default=30, verbose_name="période en jours")),
                (
                    "target",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="objectif"
                    ),
                ),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="à atteindre le")),
                (
                    "threshold",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=16, null=True, verbose_name="seuil d’alerte"
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=200, verbose_name="source")),
                ("public", models.BooleanField(default=True, verbose_name="publié")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="roadmap.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "indicateur",
                "verbose_name_plural": "indicateurs",
                "ordering": ["position", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("code", ""), _negated=True), fields=["code"], name="roadmap_indicator_code"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "label"),
                        name="roadmap_indicator_label_unique",
                        violation_error_message="L’action a déjà un indicateur de ce nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_days__gte", 1), ("period_days__lte", 3660)),
                        name="roadmap_indicator_days",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["up", "down"])), name="roadmap_indicator_direction"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                (
                    "kind",
                    models.CharField(
                        choices=[("operating", "Fonctionnement"), ("investment", "Investissement")],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                (
                    "planned",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0"), "Le montant ne peut pas être négatif."
                            )
                        ],
                        verbose_name="prévu",
                    ),
                ),
                (
                    "actual",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        max_digits=12,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0"), "Le montant ne peut pas être négatif."
                            )
                        ],
                        verbose_name="réalisé",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="budget_lines", to="roadmap.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de budget",
                "verbose_name_plural": "lignes de budget",
                "ordering": ["year", "kind"],
                "indexes": [models.Index(fields=["year", "kind"], name="roadmap_budget_year_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "year", "kind"),
                        name="roadmap_budget_line_unique",
                        violation_error_message="Cette année et cette nature ont déjà une ligne.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("planned__gte", 0), models.Q(("actual__isnull", True), ("actual__gte", 0), _connector="OR")
                        ),
                        name="roadmap_budget_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("year__gte", 2000), ("year__lte", 2100)), name="roadmap_budget_year"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["operating", "investment"])), name="roadmap_budget_kind"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="champs"
                    ),
                ),
                ("reason", models.TextField(verbose_name="motif")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="noté le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="change_reasons", to="roadmap.action"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "motif de changement",
                "verbose_name_plural": "motifs de changement",
                "ordering": ["created_at", "pk"],
                "indexes": [models.Index(fields=["action", "created_at"], name="roadmap_change_reason_action")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="roadmap_change_reason_not_empty"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Funding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("funder", models.CharField(max_length=120, verbose_name="financeur")),
                ("scheme", models.CharField(blank=True, max_length=120, verbose_name="dispositif")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[
                            django.core.validators.MinValueValidator(
                                Decimal("0"), "Le montant ne peut pas être négatif."
                            )
                        ],
                        verbose_name="montant",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("considered", "Envisagé"),
                            ("requested", "Demandé"),
                            ("granted", "Accordé"),
                            ("received", "Versé"),
                            ("refused", "Refusé"),
                        ],
                        default="considered",
                        max_length=10,
                        verbose_name="avancement",
                    ),
                ),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="fundings", to="roadmap.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "financement",
                "verbose_name_plural": "financements",
                "ordering": ["funder", "scheme", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "funder", "scheme"),
                        name="roadmap_funding_unique",
                        violation_error_message="Ce financeur a déjà une ligne pour ce dispositif.",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="roadmap_funding_not_negative"),
                    models.CheckConstraint(
                        condition=models.Q(("funder", ""), _negated=True), name="roadmap_funding_has_funder"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndicatorValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField(verbose_name="date")),
                ("value", models.DecimalField(decimal_places=4, max_digits=16, verbose_name="valeur")),
                (
                    "nature",
                    models.CharField(
                        choices=[("real", "Réelle"), ("estimate", "Estimée")],
                        default="real",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("comment", models.CharField(blank=True, max_length=250, verbose_name="commentaire")),
                (
                    "automatic",
                    models.BooleanField(default=False, editable=False, verbose_name="relevée par la plateforme"),
                ),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="roadmap.actionindicator"
                    ),
                ),
            ],
            options={
                "verbose_name": "valeur",
                "verbose_name_plural": "valeurs",
                "ordering": ["date", "nature"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "date", "nature"),
                        name="roadmap_indicator_value_unique",
                        violation_error_message="Cette date a déjà une valeur de cette nature.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("nature__in", ["real", "estimate"])), name="roadmap_indicator_value_nature"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=200, verbose_name="intitulé")),
                ("target_id", models.PositiveBigIntegerField(blank=True, null=True)),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="adresse")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ajouté le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="roadmap.action"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roadmap_links",
                        to="cases.case",
                    ),
                ),
                (
                    "target_type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contenttypes.contenttype",
                    ),
                ),
            ],
            options={
                "verbose_name": "lien",
                "verbose_name_plural": "liens",
                "ordering": ["created_at", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("case__isnull", False),
                                ("target_id__isnull", True),
                                ("target_type__isnull", True),
                                ("url", ""),
                            ),
                            models.Q(
                                ("case__isnull", True),
                                ("target_id__isnull", False),
                                ("target_type__isnull", False),
                                ("url", ""),
                            ),
                            models.Q(
                                ("case__isnull", True),
                                ("target_id__isnull", True),
                                ("target_type__isnull", True),
                                models.Q(("url", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="roadmap_link_exactly_one",
                    ),
                    models.UniqueConstraint(
                        fields=("action", "case", "target_type", "target_id", "url"),
                        name="roadmap_link_unique",
                        nulls_distinct=False,
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(verbose_name="texte")),
                ("public", models.BooleanField(default=False, verbose_name="publiée sur le site")),
                (
                    "is_reason",
                    models.BooleanField(default=False, editable=False, verbose_name="motif d’un changement d’état"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrite le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="roadmap.action"
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "point d’avancement",
                "verbose_name_plural": "points d’avancement",
                "ordering": ["-created_at", "-pk"],
                "indexes": [models.Index(fields=["action", "-created_at"], name="roadmap_note_action")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("body", ""), _negated=True), name="roadmap_note_not_empty"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Pilot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="pilots", to="roadmap.action"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roadmap_piloted",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roadmap_piloted",
                        to="organisations.team",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="roadmap_piloted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "pilote",
                "verbose_name_plural": "pilotes",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("action", "user", "team", "organisation"),
                        name="roadmap_pilot_unique",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organisation__isnull", True), ("team__isnull", True), ("user__isnull", False)),
                            models.Q(("organisation__isnull", True), ("team__isnull", False), ("user__isnull", True)),
                            models.Q(("organisation__isnull", False), ("team__isnull", True), ("user__isnull", True)),
                            _connector="OR",
                        ),
                        name="roadmap_pilot_exactly_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="numéro")),
                ("label", models.CharField(max_length=120, verbose_name="intitulé")),
                ("summary", models.TextField(blank=True, verbose_name="ce qui change, en quelques mots")),
                ("content", models.JSONField(verbose_name="contenu")),
                ("changes", models.JSONField(default=list, verbose_name="changements")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("frozen_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="figée le")),
                ("adopted_on", models.DateField(blank=True, null=True, verbose_name="adoptée le")),
                (
                    "deliberation",
                    models.CharField(blank=True, max_length=120, verbose_name="référence de la délibération"),
                ),
                (
                    "frozen_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="revisions", to="roadmap.plan"
                    ),
                ),
            ],
            options={
                "verbose_name": "révision",
                "verbose_name_plural": "révisions",
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "number"), name="roadmap_revision_number_unique"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("adopted_on__isnull", True), ("deliberation", "")),
                            models.Q(("adopted_on__isnull", False), models.Q(("deliberation", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="roadmap_revision_adoption",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                ("title", models.CharField(max_length=160, verbose_name="étape")),
                ("due", models.DateField(blank=True, null=True, verbose_name="échéance")),
                ("done_on", models.DateField(blank=True, null=True, verbose_name="faite le")),
                (
                    "action",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="roadmap.action"
                    ),
                ),
            ],
            options={
                "verbose_name": "étape",
                "verbose_name_plural": "étapes",
                "ordering": ["position", "pk"],
                "indexes": [
                    models.Index(fields=["action", "position"], name="roadmap_step_action"),
                    models.Index(
                        condition=models.Q(("done_on__isnull", True)), fields=["due"], name="roadmap_step_due"
                    ),
                ],
            },
        ),
    ]
