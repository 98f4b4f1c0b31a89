import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0003_versions_pauses_origins"),
        ("organisations", "0004_area_box_index"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=80, verbose_name="sujet")),
                ("help_text", models.CharField(blank=True, max_length=200, verbose_name="précision affichée")),
                (
                    "to_commune",
                    models.BooleanField(default=False, verbose_name="adressé à la mairie de la commune choisie"),
                ),
                ("hours", models.PositiveSmallIntegerField(default=35, verbose_name="heures ouvrées pour répondre")),
                ("order", models.PositiveSmallIntegerField(default=100, verbose_name="ordre")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé au public")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contact_subjects",
                        to="organisations.organisation",
                        verbose_name="organisation",
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
                        verbose_name="équipe qui répond",
                    ),
                ),
            ],
            options={
                "verbose_name": "sujet de contact",
                "verbose_name_plural": "sujets de contact",
                "ordering": ["order", "label"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "label"),
                        name="contact_subject_unique",
                        violation_error_message="Ce sujet existe déjà.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactRequest",
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
                ("body", models.TextField(max_length=5000, verbose_name="message")),
                (
                    "subject",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="requests",
                        to="contact.subject",
                        verbose_name="sujet",
                    ),
                ),
            ],
            options={
                "verbose_name": "message à un service",
                "verbose_name_plural": "messages aux services",
            },
            bases=("cases.case",),
        ),
    ]
