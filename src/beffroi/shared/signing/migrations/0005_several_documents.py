import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("signing", "0004_mark_of_signatures")]

    operations = [
        migrations.CreateModel(
            name="StepDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("name", models.CharField(max_length=200, verbose_name="document")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("level", models.CharField(blank=True, max_length=400, verbose_name="niveau de signature")),
                (
                    "reached",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("B", "B-B : la signature seule"),
                            ("T", "B-T : horodatée"),
                            ("LT", "B-LT : horodatée, avec les preuves de validité des certificats"),
                            ("LTA", "B-LTA : conservée, le tout horodaté et renouvelé"),
                        ],
                        max_length=3,
                        verbose_name="niveau atteint",
                    ),
                ),
                (
                    "shortfall",
                    models.CharField(blank=True, max_length=300, verbose_name="pourquoi pas le niveau demandé"),
                ),
                (
                    "mark",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="marque de la signature scellée"
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="documents", to="signing.step"
                    ),
                ),
            ],
            options={
                "verbose_name": "document d’une étape",
                "verbose_name_plural": "documents d’une étape",
                "ordering": ["step", "rank"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("mark", ""), _negated=True), fields=["mark"], name="step_document_mark"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("step", "rank"), name="step_document_rank")],
            },
        ),
    ]
