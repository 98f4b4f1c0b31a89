import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0002_rules"),
        ("kernel", "__first__"),
        ("people", "0005_erasure"),
    ]

    operations = [
        migrations.AddField(
            model_name="regie",
            name="iban",
            field=beffroi.kernel.encryption.EncryptedJSONField(
                blank=True, null=True, verbose_name="IBAN du compte de dépôt de fonds"
            ),
        ),
        migrations.AddField(
            model_name="regie",
            name="pes_siret",
            field=models.CharField(
                blank=True,
                help_text="Vide : celui de l’organisme.",
                max_length=14,
                validators=[django.core.validators.RegexValidator("^\\d{14}$", "Quatorze chiffres.")],
                verbose_name="SIRET du budget",
            ),
        ),
        migrations.CreateModel(
            name="DebitFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour du prélèvement")),
                (
                    "status",
                    models.CharField(
                        choices=[("ready", "À transmettre"), ("done", "Prélevé"), ("cancelled", "Annulé")],
                        default="ready",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("count", models.PositiveIntegerField(verbose_name="prélèvements")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrit le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debit_files", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "fichier de prélèvements",
                "verbose_name_plural": "fichiers de prélèvements",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="DebitMandate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rum", models.CharField(max_length=35, unique=True, verbose_name="référence unique du mandat")),
                (
                    "kind",
                    models.CharField(
                        choices=[("recurrent", "Répétés"), ("once", "Un seul")],
                        default="recurrent",
                        max_length=9,
                        verbose_name="prélèvements",
                    ),
                ),
                ("holder", models.CharField(max_length=70, verbose_name="titulaire du compte")),
                ("iban", beffroi.kernel.encryption.EncryptedJSONField(null=True, verbose_name="IBAN")),
                ("iban_end", models.CharField(max_length=4, verbose_name="fin de l’IBAN")),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                ("signed_on", models.DateField(verbose_name="signé le")),
                ("last_debit_on", models.DateField(blank=True, null=True, verbose_name="dernier prélèvement le")),
                ("revoked_on", models.DateField(blank=True, null=True, verbose_name="révoqué le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debit_mandates", to="people.person"
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debit_mandates", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "mandat de prélèvement",
                "verbose_name_plural": "mandats de prélèvement",
                "ordering": ["-created_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("revoked_on__isnull", True)),
                        fields=("regie", "payer"),
                        name="debit_mandate_one_live",
                        violation_error_message="Ce payeur a déjà un mandat en cours : révoquez-le d’abord.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Debit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sequence", models.CharField(max_length=4, verbose_name="séquence")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("live", models.BooleanField(default=True, verbose_name="en cours")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debits", to="billing.invoice"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="debit",
                        to="billing.payment",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debits", to="billing.debitfile"
                    ),
                ),
                (
                    "mandate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="debits", to="billing.debitmandate"
                    ),
                ),
            ],
            options={
                "verbose_name": "prélèvement",
                "verbose_name_plural": "prélèvements",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("live", True)), fields=("invoice",), name="debit_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="debit_amount"),
                ],
            },
        ),
    ]
