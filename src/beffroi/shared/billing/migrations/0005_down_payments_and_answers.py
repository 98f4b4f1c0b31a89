import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_care_certificates"),
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.AddField(
            model_name="regie",
            name="pes_key_nature",
            field=models.CharField(
                blank=True,
                help_text="Donné par la trésorerie. Vide : les deux derniers chiffres du code produit.",
                max_length=2,
                validators=[django.core.validators.RegexValidator("^\\d{2}$", "Deux chiffres.")],
                verbose_name="code nature de la clé 1",
            ),
        ),
        migrations.AddField(
            model_name="regie",
            name="pes_printed",
            field=models.BooleanField(
                default=False,
                help_text="Le fichier porte alors chaque avis (édition 06, pièce de type 010).",
                verbose_name="la DGFiP imprime et envoie les avis des sommes à payer",
            ),
        ),
        migrations.AddField(
            model_name="slip",
            name="documents",
            field=models.BooleanField(default=False, verbose_name="avec les pièces jointes"),
        ),
        migrations.AddField(
            model_name="slip",
            name="pending",
            field=models.BooleanField(default=False, verbose_name="pièces jointes en préparation"),
        ),
        migrations.CreateModel(
            name="DownPayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.SlugField(max_length=60, verbose_name="source")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("used", models.BigIntegerField(default=0, verbose_name="déduit, en centimes")),
                (
                    "invoice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="down_payment", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "acompte",
                "verbose_name_plural": "acomptes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("used__gte", 0), ("used__lte", models.F("amount"))),
                        name="down_payment_used",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DownPaymentUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                (
                    "down_payment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="billing.downpayment"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="down_payment_uses",
                        to="billing.invoice",
                    ),
                ),
            ],
            options={
                "verbose_name": "déduction d’acompte",
                "verbose_name_plural": "déductions d’acompte",
                "constraints": [
                    models.UniqueConstraint(fields=("down_payment", "invoice"), name="down_payment_use_once"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="down_payment_use_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SlipAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte du fichier")),
                ("position", models.PositiveIntegerField(verbose_name="rang dans le fichier")),
                ("accepted", models.BooleanField(verbose_name="accepté")),
                ("domain", models.CharField(max_length=40, verbose_name="domaine")),
                ("attachment", models.CharField(blank=True, max_length=50, verbose_name="pièce jointe")),
                ("read_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="lu le")),
                (
                    "read_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "slip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="billing.slip"
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse de la trésorerie",
                "verbose_name_plural": "réponses de la trésorerie",
                "ordering": ["slip", "-read_at", "position"],
                "constraints": [
                    models.UniqueConstraint(fields=("slip", "digest", "position"), name="slip_answer_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SlipFault",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(blank=True, null=True, verbose_name="ligne")),
                ("code", models.CharField(blank=True, max_length=60, verbose_name="code")),
                ("label", models.CharField(blank=True, max_length=500, verbose_name="motif")),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="faults", to="billing.slipanswer"
                    ),
                ),
                (
                    "title",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="faults",
                        to="billing.sliptitle",
                    ),
                ),
            ],
            options={
                "verbose_name": "anomalie d’un bordereau",
                "verbose_name_plural": "anomalies d’un bordereau",
            },
        ),
    ]
