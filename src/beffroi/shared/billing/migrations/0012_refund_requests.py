"""What payers ask to be given back of what they paid in advance."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_tariff_drafts"),
        ("people", "0005_erasure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("holder", models.CharField(max_length=70, verbose_name="titulaire du compte")),
                ("iban", beffroi.kernel.encryption.EncryptedJSONField(null=True, verbose_name="IBAN")),
                ("iban_end", models.CharField(max_length=4, verbose_name="fin de l’IBAN")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "À rendre"),
                            ("done", "Rendu"),
                            ("refused", "Refusé"),
                            ("withdrawn", "Retiré"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="demandé le")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="répondu le")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif du refus")),
                (
                    "answered_by",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_requests",
                        to="people.person",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_requests",
                        to="billing.regie",
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de remboursement",
                "verbose_name_plural": "demandes de remboursement",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(condition=Q(("amount__gt", 0)), name="refund_request_amount"),
                    models.UniqueConstraint(
                        condition=Q(("status", "waiting")),
                        fields=("regie", "payer"),
                        name="refund_request_one_waiting",
                        violation_error_message="Une demande de remboursement attend déjà sa réponse.",
                    ),
                ],
            },
        ),
    ]
