import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "__first__"),
        ("organisations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Household",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom du foyer")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="commune")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="households",
                        to="organisations.commune",
                    ),
                ),
            ],
            options={
                "verbose_name": "foyer",
                "verbose_name_plural": "foyers",
            },
        ),
        migrations.CreateModel(
            name="HouseholdMember",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("relation", models.CharField(blank=True, max_length=40, verbose_name="lien")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="members", to="people.household"
                    ),
                ),
            ],
            options={
                "verbose_name": "membre du foyer",
                "verbose_name_plural": "membres du foyer",
            },
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(blank=True, max_length=10, verbose_name="civilité")),
                ("first_name", models.CharField(max_length=80, verbose_name="prénom")),
                ("last_name", models.CharField(max_length=80, verbose_name="nom")),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date de naissance")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="commune")),
                ("email_verified_at", models.DateTimeField(blank=True, null=True, verbose_name="courriel vérifié le")),
                ("phone_verified_at", models.DateTimeField(blank=True, null=True, verbose_name="téléphone vérifié le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="effacé le")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="residents",
                        to="organisations.commune",
                    ),
                ),
                (
                    "households",
                    models.ManyToManyField(
                        related_name="people", through="people.HouseholdMember", to="people.household"
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="person",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "personne",
                "verbose_name_plural": "personnes",
                "ordering": ["last_name", "first_name"],
                "indexes": [models.Index(fields=["last_name", "first_name"], name="person_name")],
            },
        ),
        migrations.CreateModel(
            name="Mandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=20, unique=True, verbose_name="référence")),
                (
                    "quality",
                    models.CharField(
                        choices=[
                            ("adviser", "Conseiller numérique"),
                            ("secretary", "Secrétaire de mairie"),
                            ("relative", "Proche"),
                            ("guardian", "Représentant légal"),
                        ],
                        max_length=12,
                        verbose_name="qualité",
                    ),
                ),
                ("scope", models.CharField(max_length=200, verbose_name="objet")),
                (
                    "consent",
                    models.CharField(
                        choices=[
                            ("paper", "Papier signé"),
                            ("sms", "Code reçu par SMS"),
                            ("email", "Code reçu par courriel"),
                            ("online", "Depuis son espace"),
                            ("oral", "De vive voix, au guichet"),
                        ],
                        max_length=8,
                        verbose_name="consentement",
                    ),
                ),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(verbose_name="jusqu’au")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="révoqué le")),
                ("revoked_reason", models.CharField(blank=True, max_length=200, verbose_name="motif de la révocation")),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates_held",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mandates",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="mandates_given", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "mandat",
                "verbose_name_plural": "mandats",
                "indexes": [
                    models.Index(fields=["agent", "end"], name="mandate_agent"),
                    models.Index(fields=["person", "end"], name="mandate_person"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gte", models.F("start"))), name="mandate_dates")
                ],
            },
        ),
        migrations.AddField(
            model_name="householdmember",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="household_links", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.UniqueConstraint(fields=("household", "person"), name="household_member_unique"),
        ),
    ]
