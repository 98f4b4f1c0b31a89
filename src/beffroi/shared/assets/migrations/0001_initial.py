import django.db.models.deletion
from django.db import migrations, models

import beffroi.shared.assets.models.asset
import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0004_area_box_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="AssetKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("label", models.CharField(max_length=80, verbose_name="intitulé")),
                ("group", models.CharField(max_length=60, verbose_name="famille")),
                ("icon", models.CharField(default="box", max_length=40, verbose_name="icône")),
                (
                    "shape",
                    models.CharField(
                        choices=[
                            ("point", "point"),
                            ("line", "ligne"),
                            ("area", "surface"),
                            ("none", "sans position propre"),
                        ],
                        default="point",
                        max_length=5,
                        verbose_name="forme",
                    ),
                ),
                ("fields", models.JSONField(blank=True, default=list, verbose_name="champs")),
                (
                    "report_category",
                    models.CharField(blank=True, max_length=40, verbose_name="catégorie de signalement"),
                ),
                ("published", models.BooleanField(default=False, verbose_name="publié")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="ordre")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
            ],
            options={
                "verbose_name": "type d’équipement",
                "verbose_name_plural": "types d’équipement",
                "ordering": ["order", "label"],
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                ("code", models.CharField(max_length=40, verbose_name="numéro d’inventaire")),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                (
                    "tag",
                    models.CharField(
                        default=beffroi.shared.assets.models.asset.draw_tag,
                        editable=False,
                        max_length=12,
                        unique=True,
                        verbose_name="étiquette",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("planned", "prévu"),
                            ("in_service", "en service"),
                            ("down", "en panne"),
                            ("removed", "retiré"),
                        ],
                        default="in_service",
                        max_length=10,
                        verbose_name="situation",
                    ),
                ),
                (
                    "criticality",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "faible"), (2, "normale"), (3, "forte"), (4, "vitale")],
                        default=2,
                        verbose_name="importance",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse ou repère")),
                (
                    "location",
                    beffroi.shared.organisations.geometry.PointField(blank=True, null=True, verbose_name="emplacement"),
                ),
                ("geometry", models.JSONField(blank=True, null=True, verbose_name="tracé")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="caractéristiques")),
                ("brand", models.CharField(blank=True, max_length=80, verbose_name="marque")),
                ("model", models.CharField(blank=True, max_length=80, verbose_name="modèle")),
                ("serial", models.CharField(blank=True, max_length=80, verbose_name="numéro de série")),
                ("in_service_on", models.DateField(blank=True, null=True, verbose_name="mis en service le")),
                ("warranty_until", models.DateField(blank=True, null=True, verbose_name="garantie jusqu’au")),
                ("replace_on", models.DateField(blank=True, null=True, verbose_name="à remplacer vers le")),
                (
                    "purchase_cost",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=12, null=True, verbose_name="coût d’achat"
                    ),
                ),
                ("notes", models.TextField(blank=True, verbose_name="remarques")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets_here",
                        to="organisations.commune",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="organisations.organisation",
                        verbose_name="propriétaire",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="assets.asset",
                        verbose_name="fait partie de",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets_supplied",
                        to="organisations.organisation",
                        verbose_name="fournisseur",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assets",
                        to="assets.assetkind",
                        verbose_name="type",
                    ),
                ),
            ],
            options={
                "verbose_name": "équipement",
                "verbose_name_plural": "équipements",
                "ordering": ["code"],
                "indexes": [
                    models.Index(fields=["organisation", "kind", "status"], name="asset_list"),
                    models.Index(fields=["commune", "kind"], name="asset_commune"),
                    models.Index(fields=["parent"], name="asset_parent"),
                    models.Index(fields=["replace_on"], name="asset_replace"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "code"),
                        name="asset_code_unique",
                        violation_error_message="Ce numéro d’inventaire est déjà pris dans cette organisation.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parent", models.F("id")), _negated=True), name="asset_not_own_parent"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Downtime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateTimeField(verbose_name="depuis le")),
                ("end", models.DateTimeField(blank=True, null=True, verbose_name="jusqu’au")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="cause")),
                (
                    "asset",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="downtimes", to="assets.asset"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrêt",
                "verbose_name_plural": "arrêts",
                "ordering": ["-start"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("end__isnull", True)), fields=("asset",), name="one_open_downtime"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="downtime_dates",
                    ),
                ],
            },
        ),
    ]
