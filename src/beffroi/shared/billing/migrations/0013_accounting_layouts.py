"""How each body wants the file that another accounting software reads."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0012_refund_requests"), ("organisations", "0006_contact_duties")]

    operations = [
        migrations.CreateModel(
            name="AccountingLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "content",
                    models.CharField(
                        choices=[
                            ("titles", "Une ligne par facture ou avoir"),
                            ("lines", "Une ligne par ligne de facture"),
                            ("postings", "Une ligne par débit ou crédit des comptes"),
                        ],
                        default="titles",
                        max_length=8,
                        verbose_name="contenu",
                    ),
                ),
                ("columns", models.TextField(max_length=8000, verbose_name="colonnes")),
                (
                    "separator",
                    models.CharField(
                        choices=[
                            (";", "Point-virgule"),
                            (",", "Virgule"),
                            ("tab", "Tabulation"),
                            ("|", "Barre verticale"),
                        ],
                        default=";",
                        max_length=3,
                        verbose_name="séparateur",
                    ),
                ),
                (
                    "quoting",
                    models.CharField(
                        choices=[
                            ("needed", "Guillemets quand il le faut"),
                            ("all", "Guillemets partout"),
                            ("none", "Jamais de guillemets"),
                        ],
                        default="needed",
                        max_length=6,
                        verbose_name="guillemets",
                    ),
                ),
                ("header", models.BooleanField(default=True, verbose_name="ligne d’en-tête")),
                (
                    "encoding",
                    models.CharField(
                        choices=[
                            ("utf-8", "UTF-8"),
                            ("utf-8-sig", "UTF-8 avec marque (Excel)"),
                            ("cp1252", "Windows-1252 (ANSI)"),
                            ("iso-8859-15", "ISO-8859-15"),
                            ("iso-8859-1", "ISO-8859-1"),
                        ],
                        default="utf-8-sig",
                        max_length=11,
                        verbose_name="encodage",
                    ),
                ),
                (
                    "ending",
                    models.CharField(
                        choices=[("crlf", "Windows (CR LF)"), ("lf", "Unix (LF)")],
                        default="crlf",
                        max_length=4,
                        verbose_name="fin de ligne",
                    ),
                ),
                (
                    "dates",
                    models.CharField(
                        choices=[
                            ("%d/%m/%Y", "31/12/2026"),
                            ("%Y-%m-%d", "2026-12-31"),
                            ("%Y%m%d", "20261231"),
                            ("%d%m%Y", "31122026"),
                            ("%d%m%y", "311226"),
                        ],
                        default="%d/%m/%Y",
                        max_length=8,
                        verbose_name="dates",
                    ),
                ),
                (
                    "amounts",
                    models.CharField(
                        choices=[("comma", "12,50"), ("point", "12.50"), ("cents", "1250 (centimes)")],
                        default="comma",
                        max_length=5,
                        verbose_name="montants",
                    ),
                ),
                (
                    "extension",
                    models.CharField(
                        choices=[("csv", ".csv"), ("txt", ".txt")],
                        default="csv",
                        max_length=3,
                        verbose_name="nom du fichier en",
                    ),
                ),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="réglé le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="accounting_layouts",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "format d’export comptable",
                "verbose_name_plural": "formats d’export comptable",
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "name"), name="accounting_layout_name")
                ],
            },
        )
    ]
