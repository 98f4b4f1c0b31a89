import django.db.models.deletion
from django.db import migrations, models

import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assets", "0002_geometry_index"),
        ("cases", "0003_versions_pauses_origins"),
        ("organisations", "0004_area_box_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=80, verbose_name="intitulé")),
                ("icon", models.CharField(default="circle-alert", max_length=40, verbose_name="icône")),
                ("help_text", models.CharField(blank=True, max_length=200, verbose_name="précision affichée")),
                ("advice", models.CharField(blank=True, max_length=300, verbose_name="conseil en cas de danger")),
                ("fields", models.JSONField(blank=True, default=list, verbose_name="questions")),
                (
                    "acknowledge_hours",
                    models.PositiveSmallIntegerField(default=14, verbose_name="heures ouvrées pour prendre en charge"),
                ),
                (
                    "fix_hours",
                    models.PositiveSmallIntegerField(default=70, verbose_name="heures ouvrées pour résoudre"),
                ),
                (
                    "radius",
                    models.PositiveSmallIntegerField(
                        default=60, verbose_name="rayon de recherche des doublons, en mètres"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="ordre")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposée au public")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="reports.category",
                        verbose_name="famille",
                    ),
                ),
            ],
            options={
                "verbose_name": "catégorie",
                "verbose_name_plural": "catégories",
                "ordering": ["order", "label"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("parent", "label"),
                        name="category_label_unique",
                        nulls_distinct=False,
                        violation_error_message="Cette famille a déjà une catégorie de ce nom.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True), name="category_not_own_parent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Competence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("street", models.CharField(blank=True, max_length=120, verbose_name="rue ou route")),
                ("street_key", models.CharField(blank=True, editable=False, max_length=120)),
                ("area_name", models.CharField(blank=True, max_length=80, verbose_name="nom de la zone")),
                (
                    "ring",
                    beffroi.shared.organisations.geometry.PolygonField(blank=True, null=True, verbose_name="zone"),
                ),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="raison dite à l’auteur")),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="competences",
                        to="reports.category",
                        verbose_name="catégorie ou famille",
                    ),
                ),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        help_text="Laissez vide si la règle vaut sur tout le territoire.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.commune",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Laissez vide pour désigner la commune où se trouve le problème.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="competences",
                        to="organisations.organisation",
                        verbose_name="organisme compétent",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "compétence",
                "verbose_name_plural": "compétences",
                "ordering": ["category__parent__order", "category__order", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("category", "commune", "street_key", "area_name"),
                        name="one_competence_per_place",
                        nulls_distinct=False,
                        violation_error_message="Il y a déjà une règle pour cette catégorie et ce lieu\u202f: modifiez-la.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("area_name", ""), ("ring__isnull", True)),
                            models.Q(models.Q(("area_name", ""), _negated=True), ("ring__isnull", False)),
                            _connector="OR",
                        ),
                        name="competence_area_named",
                        violation_error_message="Une zone a un nom et un contour.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("team__isnull", True), ("organisation__isnull", False), _connector="OR"),
                        name="competence_team_of_body",
                        violation_error_message="Une équipe se choisit avec son organisme.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Moderation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text_at_once", models.BooleanField(default=False, verbose_name="texte visible sans attendre")),
                ("photos_at_once", models.BooleanField(default=False, verbose_name="photos visibles sans attendre")),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "réglage de la publication",
                "verbose_name_plural": "réglages de la publication",
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "case_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("location", beffroi.shared.organisations.geometry.PointField(verbose_name="emplacement")),
                (
                    "precision",
                    models.CharField(
                        choices=[
                            ("point", "point placé sur la carte"),
                            ("address", "adresse"),
                            ("commune", "commune seulement"),
                        ],
                        default="point",
                        max_length=8,
                        verbose_name="précision du lieu",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="adresse ou repère")),
                ("address_is_known", models.BooleanField(default=False, verbose_name="adresse reconnue")),
                ("description", models.TextField(blank=True, max_length=3000, verbose_name="description")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="réponses aux questions")),
                (
                    "competence_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="pourquoi cet organisme"),
                ),
                ("is_private", models.BooleanField(default=False, verbose_name="non publié à la demande de l’auteur")),
                ("text_shown_at", models.DateTimeField(blank=True, null=True, verbose_name="texte publié le")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="relu le")),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="retiré du public le")),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("private", "Cela relève d’une propriété privée"),
                            ("no_body", "Aucun service public n’est compétent"),
                            ("not_found", "Le problème n’a pas été retrouvé sur place"),
                            ("planned", "Des travaux déjà décidés le régleront"),
                            ("no_work", "L’état constaté ne demande pas d’intervention"),
                            ("unclear", "Les précisions demandées ne sont pas venues"),
                            ("abuse", "Le message n’est pas un signalement"),
                            ("other", "Autre raison"),
                        ],
                        max_length=10,
                        verbose_name="motif",
                    ),
                ),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="reports",
                        to="assets.asset",
                        verbose_name="équipement",
                    ),
                ),
                (
                    "category",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="reports.category",
                        verbose_name="catégorie",
                    ),
                ),
                (
                    "external",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports_relayed",
                        to="organisations.organisation",
                        verbose_name="organisme extérieur compétent",
                    ),
                ),
            ],
            options={
                "verbose_name": "signalement",
                "verbose_name_plural": "signalements",
                "indexes": [
                    models.Index(fields=["category"], name="report_category"),
                    models.Index(
                        condition=models.Q(("external__isnull", False)), fields=["external"], name="report_external"
                    ),
                    models.Index(
                        condition=models.Q(("checked_at__isnull", True)), fields=["case_ptr"], name="report_unchecked"
                    ),
                ],
            },
            bases=("cases.case",),
        ),
    ]
