import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("archives", "0006_copies_of_scans"),
        ("documents", "0006_parcels_and_receipts"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnitProfile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "name",
                    models.CharField(help_text="Par exemple « Facture ».", max_length=160, verbose_name="intitulé"),
                ),
                (
                    "identifier",
                    models.CharField(
                        help_text="Tel que le service d’archives le donne : il est écrit dans chaque unité.",
                        max_length=120,
                        validators=[
                            django.core.validators.RegexValidator("^\\S(.*\\S)?$", "Pas d’espace au début ni à la fin.")
                        ],
                        verbose_name="identifiant",
                    ),
                ),
                (
                    "schema",
                    models.JSONField(blank=True, default=dict, editable=False, verbose_name="schéma"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="appliqué aux nouveaux paquets")),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.documenttype",
                        verbose_name="documents de ce type",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unit_profiles",
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
                        related_name="+",
                        to="documents.series",
                        verbose_name="dossiers de cette série",
                    ),
                ),
            ],
            options={
                "verbose_name": "profil d’unité",
                "verbose_name_plural": "profils d’unité",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "identifier"),
                        name="archives_unit_profile_once",
                        violation_error_message="Cette collectivité a déjà un profil d’unité de cet identifiant.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("series__isnull", False)),
                        fields=("series",),
                        name="archives_unit_profile_series",
                        violation_error_message="Les dossiers de cette série suivent déjà un profil d’unité.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_active", True), ("kind__isnull", False)),
                        fields=("kind",),
                        name="archives_unit_profile_kind",
                        violation_error_message="Les documents de ce type suivent déjà un profil d’unité.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__isnull", True), ("series__isnull", False)),
                            models.Q(("kind__isnull", False), ("series__isnull", True)),
                            _connector="OR",
                        ),
                        name="archives_unit_profile_applies",
                        violation_error_message="Choisissez une série, ou un type de document.",
                    ),
                ],
            },
        ),
    ]
