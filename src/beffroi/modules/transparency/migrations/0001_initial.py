from decimal import Decimal

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Chart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nomenclature", models.CharField(max_length=40, verbose_name="nomenclature")),
                ("year", models.PositiveSmallIntegerField(verbose_name="exercice")),
                ("content", models.JSONField(default=dict, verbose_name="comptes")),
            ],
            options={
                "verbose_name": "plan de comptes",
                "verbose_name_plural": "plans de comptes",
                "ordering": ["nomenclature", "-year"],
                "constraints": [
                    models.UniqueConstraint(fields=("nomenclature", "year"), name="transparency_chart_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="DatasetSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="jeu de données")),
                (
                    "theme",
                    models.CharField(default="Administration et vie publique", max_length=140, verbose_name="thème"),
                ),
                (
                    "scale",
                    models.CharField(
                        choices=[
                            ("Infracommunale", "infracommunale"),
                            ("Communale", "communale"),
                            ("Intercommunale", "intercommunale"),
                            ("Autre", "autre"),
                        ],
                        default="Intercommunale",
                        max_length=20,
                        verbose_name="maille",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="données depuis le")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True,
                        help_text="Vide : le jeu de données est encore alimenté.",
                        null=True,
                        verbose_name="jusqu’au",
                    ),
                ),
                ("published_on", models.DateField(verbose_name="publié pour la première fois le")),
            ],
            options={
                "verbose_name": "fiche du catalogue",
                "verbose_name_plural": "fiches du catalogue",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="transparency_sheet_period",
                        violation_error_message="La fin de la période précède son début.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("siret", models.CharField(max_length=14, verbose_name="SIRET du budget")),
                ("name", models.CharField(max_length=160, verbose_name="intitulé")),
                ("year", models.PositiveSmallIntegerField(verbose_name="exercice")),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("01", "budget primitif"),
                            ("02", "décision modificative"),
                            ("03", "budget supplémentaire"),
                            ("09", "compte administratif"),
                        ],
                        max_length=2,
                        verbose_name="étape",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=0, verbose_name="numéro de la décision")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="voté le")),
                ("nomenclature", models.CharField(blank=True, max_length=40, verbose_name="nomenclature")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte SHA-256 du fichier")),
                ("lines_count", models.PositiveIntegerField(default=0, verbose_name="lignes")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "À relire"), ("published", "Publié"), ("withdrawn", "Retiré")],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="reçu le")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="publié le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="budgets",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "budget",
                "verbose_name_plural": "budgets",
                "ordering": ["-year", "organisation__name", "siret", "step", "number"],
                "indexes": [models.Index(fields=["organisation", "-year"], name="transparency_budget_year")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "withdrawn"), _negated=True),
                        fields=("siret", "year", "step", "number"),
                        name="transparency_budget_once",
                        violation_error_message=(
                            "Cette étape de ce budget est déjà là : retirez-la avant d’en donner une autre."
                        ),
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                ("chapter", models.CharField(max_length=9, verbose_name="chapitre")),
                ("chapter_label", models.CharField(max_length=200, verbose_name="intitulé du chapitre")),
                ("account", models.CharField(max_length=9, verbose_name="compte")),
                ("account_label", models.CharField(max_length=200, verbose_name="intitulé du compte")),
                ("function", models.CharField(blank=True, max_length=9, verbose_name="fonction")),
                (
                    "function_label",
                    models.CharField(blank=True, max_length=200, verbose_name="intitulé de la fonction"),
                ),
                ("operation", models.CharField(blank=True, max_length=100, verbose_name="opération")),
                (
                    "section",
                    models.CharField(
                        choices=[("fonctionnement", "fonctionnement"), ("investissement", "investissement")],
                        max_length=14,
                        verbose_name="section",
                    ),
                ),
                ("is_order", models.BooleanField(default=False, verbose_name="opération d’ordre")),
                (
                    "way",
                    models.CharField(
                        choices=[("dépense", "dépense"), ("recette", "recette")], max_length=7, verbose_name="sens"
                    ),
                ),
                ("done", models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name="réalisé")),
                (
                    "before",
                    models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name="budget précédent"),
                ),
                (
                    "left_before",
                    models.DecimalField(
                        decimal_places=2, max_digits=15, null=True, verbose_name="restes à réaliser précédents"
                    ),
                ),
                (
                    "asked",
                    models.DecimalField(
                        decimal_places=2, max_digits=15, null=True, verbose_name="propositions nouvelles"
                    ),
                ),
                ("voted", models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name="voté")),
                (
                    "opened",
                    models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name="crédits ouverts"),
                ),
                (
                    "left",
                    models.DecimalField(decimal_places=2, max_digits=15, null=True, verbose_name="restes à réaliser"),
                ),
                ("is_special", models.BooleanField(null=True, verbose_name="article spécialisé")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="transparency.budget"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de budget",
                "verbose_name_plural": "lignes de budget",
                "ordering": ["budget", "rank"],
                "constraints": [models.UniqueConstraint(fields=("budget", "rank"), name="transparency_line_rank")],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("convention_on", models.DateField(verbose_name="date de la convention")),
                (
                    "reference",
                    models.CharField(
                        blank=True,
                        help_text="Par exemple le numéro de la délibération.",
                        max_length=60,
                        verbose_name="référence de la décision",
                    ),
                ),
                (
                    "beneficiary",
                    models.CharField(
                        help_text="Une association, une entreprise ou un organisme, jamais un particulier.",
                        max_length=200,
                        verbose_name="bénéficiaire",
                    ),
                ),
                (
                    "beneficiary_siret",
                    models.CharField(
                        blank=True,
                        max_length=14,
                        validators=[django.core.validators.RegexValidator("^\\d{14}$", "14 chiffres.")],
                        verbose_name="SIRET du bénéficiaire",
                    ),
                ),
                (
                    "beneficiary_rna",
                    models.CharField(
                        blank=True,
                        help_text="Pour une association sans SIRET : W et neuf chiffres.",
                        max_length=10,
                        validators=[django.core.validators.RegexValidator("^W\\d{9}$", "W et neuf chiffres.")],
                        verbose_name="numéro RNA",
                    ),
                ),
                ("object", models.CharField(max_length=256, verbose_name="objet")),
                (
                    "amount",
                    models.DecimalField(
                        decimal_places=2,
                        max_digits=12,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="montant total",
                    ),
                ),
                (
                    "share",
                    models.DecimalField(
                        decimal_places=4,
                        default=Decimal("1"),
                        help_text="1 s’il est seul ; 0,45 pour 45 % du montant total.",
                        max_digits=5,
                        validators=[
                            django.core.validators.MinValueValidator(Decimal("0.01")),
                            django.core.validators.MaxValueValidator(Decimal("1")),
                        ],
                        verbose_name="part de ce bénéficiaire",
                    ),
                ),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("aide en numéraire", "en argent"),
                            ("aide en nature", "en nature"),
                            ("aide en numéraire;aide en nature", "en argent et en nature"),
                        ],
                        default="aide en numéraire",
                        max_length=32,
                        verbose_name="nature",
                    ),
                ),
                (
                    "terms",
                    models.CharField(
                        default="unique",
                        help_text="« unique », « échelonné », ou en quelques mots.",
                        max_length=256,
                        verbose_name="conditions de versement",
                    ),
                ),
                ("paid_from", models.DateField(verbose_name="versée le, ou à partir du")),
                ("paid_until", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "rae",
                    models.CharField(
                        blank=True,
                        max_length=5,
                        verbose_name="identifiant au répertoire des aides aux entreprises",
                    ),
                ),
                (
                    "notified",
                    models.BooleanField(default=False, verbose_name="aide notifiée à la Commission européenne"),
                ),
                (
                    "scheme",
                    models.CharField(blank=True, max_length=60, verbose_name="identifiant du dispositif d’aide"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "À relire"), ("published", "Publiée"), ("withdrawn", "Retirée")],
                        default="draft",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="enregistrée le")),
                ("published_at", models.DateTimeField(blank=True, null=True, verbose_name="publiée le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grants",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "subvention",
                "verbose_name_plural": "subventions",
                "ordering": ["-convention_on", "-pk"],
                "indexes": [models.Index(fields=["organisation", "-convention_on"], name="transparency_grant_day")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "organisation",
                            "convention_on",
                            "beneficiary_siret",
                            "beneficiary_rna",
                            "reference",
                            "object",
                        ),
                        name="transparency_grant_once",
                        violation_error_message="Cette subvention est déjà enregistrée.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("beneficiary_siret", ""), _negated=True),
                            models.Q(("beneficiary_rna", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="transparency_grant_known",
                        violation_error_message="Donnez le SIRET du bénéficiaire ou, à défaut, son numéro RNA.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paid_until__isnull", True), ("paid_until__gte", models.F("paid_from")), _connector="OR"
                        ),
                        name="transparency_grant_period",
                        violation_error_message="La fin de la période de versement précède son début.",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="transparency_grant_amount"),
                    models.CheckConstraint(
                        condition=models.Q(("share__gt", 0), ("share__lte", 1)), name="transparency_grant_share"
                    ),
                ],
            },
        ),
    ]
