import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0006_parcels_and_receipts"),
        ("signing", "0005_several_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="circuitstep",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opinion", "Avis"),
                    ("visa", "Visa"),
                    ("signature", "Signature"),
                    ("seal", "Cachet"),
                    ("external", "Signature extérieure"),
                    ("mail", "Mail sécurisé"),
                    ("publish", "Mise en ligne"),
                    ("archive", "Archivage"),
                ],
                max_length=10,
                verbose_name="demandé",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="kind",
            field=models.CharField(
                choices=[
                    ("opinion", "Avis"),
                    ("visa", "Visa"),
                    ("signature", "Signature"),
                    ("seal", "Cachet"),
                    ("external", "Signature extérieure"),
                    ("mail", "Mail sécurisé"),
                    ("publish", "Mise en ligne"),
                    ("archive", "Archivage"),
                ],
                max_length=10,
                verbose_name="demandé",
            ),
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="destinataire")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse électronique")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyé le")),
                ("expires_at", models.DateTimeField(verbose_name="lisible jusqu’au")),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="lu le")),
                ("cancelled_at", models.DateTimeField(editable=False, null=True, verbose_name="retiré le")),
                (
                    "link",
                    models.OneToOneField(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.outsidelink",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "step",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sendings", to="signing.step"
                    ),
                ),
            ],
            options={
                "verbose_name": "envoi par mail sécurisé",
                "verbose_name_plural": "envois par mail sécurisé",
                "ordering": ["step", "sent_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at__isnull", True), models.Q(("email", ""), _negated=True)),
                        fields=("step", "email"),
                        name="sending_once",
                        violation_error_message="Cette adresse a déjà reçu le dossier.",
                    )
                ],
            },
        ),
    ]
