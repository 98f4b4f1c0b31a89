"""Mandates that the payer signs online, or prints: the sealed document, what waits to be signed, what replaces what."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    dependencies = [("billing", "0009_reminder_steps")]

    operations = [
        migrations.AddField(
            model_name="debitmandate",
            name="way",
            field=models.CharField(
                choices=[("paper", "Sur papier"), ("online", "En ligne, avec son compte")],
                default="paper",
                max_length=6,
                verbose_name="signature",
            ),
        ),
        migrations.AddField(
            model_name="debitmandate",
            name="replaces",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followers",
                to="billing.debitmandate",
            ),
        ),
        migrations.AlterField(
            model_name="debitmandate",
            name="signed_on",
            field=models.DateField(blank=True, null=True, verbose_name="signé le"),
        ),
        migrations.RemoveConstraint(model_name="debitmandate", name="debit_mandate_one_live"),
        migrations.AddConstraint(
            model_name="debitmandate",
            constraint=models.UniqueConstraint(
                condition=Q(("revoked_on__isnull", True), ("signed_on__isnull", False)),
                fields=("regie", "payer"),
                name="debit_mandate_one_live",
                violation_error_message="Ce payeur a déjà un mandat en cours : révoquez-le d’abord.",
            ),
        ),
        migrations.AddConstraint(
            model_name="debitmandate",
            constraint=models.UniqueConstraint(
                condition=Q(("revoked_on__isnull", True), ("signed_on__isnull", True)),
                fields=("regie", "payer"),
                name="debit_mandate_one_waiting",
                violation_error_message="Un mandat attend déjà d’être signé : rapportez-le, ou abandonnez-le.",
            ),
        ),
        migrations.CreateModel(
            name="MandateDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("content", beffroi.kernel.encryption.EncryptedTextField(verbose_name="contenu")),
                (
                    "mandate",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="document",
                        to="billing.debitmandate",
                    ),
                ),
            ],
            options={"verbose_name": "mandat signé", "verbose_name_plural": "mandats signés"},
        ),
    ]
