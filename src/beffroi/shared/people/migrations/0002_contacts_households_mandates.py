import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="RelativeInvitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="courriel du proche")),
                ("scope", models.CharField(max_length=200, verbose_name="objet")),
                (
                    "services",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="services",
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(default=3, verbose_name="durée en mois")),
                ("token", models.CharField(editable=False, max_length=43, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyée le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’au")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="retirée le")),
                (
                    "mandate",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relative_invitation",
                        to="people.mandate",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relative_invitations",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation d’un proche",
                "verbose_name_plural": "invitations de proches",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 1), ("months__lte", 12)), name="relative_months"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="VerificationCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("email", "courriel"), ("sms", "SMS")], max_length=5, verbose_name="canal"
                    ),
                ),
                ("address", models.CharField(max_length=254, verbose_name="adresse")),
                ("digest", models.CharField(max_length=64)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyé le")),
                ("expires_at", models.DateTimeField(verbose_name="valable jusqu’à")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="employé le")),
                (
                    "mandate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="people.mandate",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="people.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "code de vérification",
                "verbose_name_plural": "codes de vérification",
                "indexes": [
                    models.Index(fields=["person", "channel", "-created_at"], name="code_person"),
                    models.Index(fields=["expires_at"], name="code_expiry"),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="householdmember",
            name="household_member_unique",
        ),
        migrations.AddField(
            model_name="household",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="agreed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="consenti le"),
        ),
        migrations.AddField(
            model_name="mandate",
            name="services",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=60), blank=True, default=list, size=None, verbose_name="services"
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="merged_into",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merged",
                to="people.person",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="registered_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="registered_people",
                to="organisations.organisation",
                verbose_name="enregistré par",
            ),
        ),
        migrations.AddIndex(
            model_name="mandate",
            index=models.Index(fields=["organisation", "-created_at"], name="mandate_organisation"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("erased_at", None), ("user", None)), fields=["updated_at"], name="person_unused"
            ),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("end__isnull", True)),
                fields=("household", "person"),
                name="household_member_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="householdmember",
            constraint=models.CheckConstraint(
                condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                name="household_dates",
            ),
        ),
    ]
