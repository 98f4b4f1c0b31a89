import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.shared.billing.models.payments


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
        ("people", "0004_mandate_a_year_at_most"),
    ]

    operations = [
        migrations.CreateModel(
            name="Regie",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "code",
                    models.CharField(
                        help_text="Commence le numéro de chaque facture : ACM-2026-000001.",
                        max_length=6,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator("^[A-Z]{2,6}$", "De deux à six lettres capitales.")
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="acte de création du")),
                ("address", models.TextField(blank=True, max_length=300, verbose_name="adresse du guichet")),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="horaires du guichet")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("payment_days", models.PositiveSmallIntegerField(default=30, verbose_name="jours pour payer")),
                (
                    "cash_limit",
                    models.PositiveBigIntegerField(default=120000, verbose_name="plafond d’encaisse, en centimes"),
                ),
                (
                    "methods",
                    models.JSONField(blank=True, default=list, verbose_name="moyens de paiement acceptés au guichet"),
                ),
                (
                    "payfip_client",
                    models.CharField(
                        blank=True,
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator("^\\d{6}$", "Six chiffres, donnés par la DGFiP.")
                        ],
                        verbose_name="numéro de client PayFiP",
                    ),
                ),
                (
                    "payfip_mode",
                    models.CharField(
                        choices=[("T", "Test"), ("X", "Activation"), ("W", "Production")],
                        default="T",
                        max_length=1,
                        verbose_name="mode PayFiP",
                    ),
                ),
                ("bic", models.CharField(blank=True, max_length=11, verbose_name="BIC")),
                (
                    "creditor_id",
                    models.CharField(blank=True, max_length=35, verbose_name="identifiant créancier SEPA (ICS)"),
                ),
                (
                    "pes_post",
                    models.CharField(
                        blank=True,
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{6,7}|02[AB]\\d{3,4})$", "Six ou sept chiffres."
                            )
                        ],
                        verbose_name="numéro de poste comptable",
                    ),
                ),
                (
                    "pes_body",
                    models.CharField(
                        blank=True,
                        max_length=3,
                        validators=[django.core.validators.RegexValidator("^\\d{3}$", "Trois chiffres.")],
                        verbose_name="code collectivité",
                    ),
                ),
                (
                    "pes_budget",
                    models.CharField(
                        blank=True,
                        max_length=2,
                        validators=[django.core.validators.RegexValidator("^[0-9A-Z]\\d$", "Deux caractères : 01.")],
                        verbose_name="code budget",
                    ),
                ),
                ("pes_product", models.CharField(blank=True, max_length=4, verbose_name="code produit local")),
                (
                    "pes_nature",
                    models.CharField(
                        blank=True,
                        max_length=12,
                        validators=[django.core.validators.RegexValidator("^\\d+$", "Des chiffres.")],
                        verbose_name="article budgétaire",
                    ),
                ),
                ("footer", models.TextField(blank=True, max_length=600, verbose_name="mention au bas des factures")),
                ("is_active", models.BooleanField(default=True, verbose_name="ouverte")),
                (
                    "manager",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="régisseur",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regies",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "régie",
                "verbose_name_plural": "régies",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cash", "Espèces"),
                            ("cheque", "Chèques"),
                            ("voucher", "Titres CESU et ANCV"),
                            ("card", "Cartes bancaires"),
                            ("online", "PayFiP"),
                            ("debit", "Prélèvements"),
                        ],
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="jour")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                (
                    "reference",
                    models.CharField(blank=True, max_length=60, verbose_name="numéro du bordereau de la banque"),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="enregistrée le")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="deposits", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "remise",
                "verbose_name_plural": "remises",
                "ordering": ["-day", "-pk"],
                "indexes": [models.Index(fields=["regie", "-day"], name="deposit_regie")],
                "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="deposit_amount")],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "client_uuid",
                    models.UUIDField(
                        blank=True, editable=False, null=True, unique=True, verbose_name="identifiant de l’appareil"
                    ),
                ),
                ("made_at", models.DateTimeField(blank=True, null=True, verbose_name="saisi le")),
                (
                    "kind",
                    models.CharField(
                        choices=[("payment", "Encaissement"), ("refund", "Remboursement"), ("bounce", "Rejet")],
                        default="payment",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("cash", "Espèces"),
                            ("cheque", "Chèque"),
                            ("cesu", "CESU"),
                            ("ancv", "Chèque-vacances ANCV"),
                            ("card", "Carte bancaire (terminal)"),
                            ("transfer", "Virement"),
                            ("payfip", "Paiement en ligne PayFiP"),
                            ("sepa", "Prélèvement SEPA"),
                            ("titre", "Encaissement du comptable public"),
                        ],
                        max_length=8,
                        verbose_name="moyen",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("used", models.BigIntegerField(default=0, verbose_name="employé, en centimes")),
                ("payer_name", models.CharField(max_length=165, verbose_name="payeur")),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="jour")),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="référence")),
                ("bank", models.CharField(blank=True, max_length=60, verbose_name="banque")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="motif")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="enregistré le")),
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
                    "origin",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reversals",
                        to="billing.payment",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="people.person",
                    ),
                ),
                (
                    "payer_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "paiement",
                "verbose_name_plural": "paiements",
                "ordering": ["-day", "-pk"],
                "indexes": [
                    models.Index(fields=["regie", "-day", "-id"], name="payment_regie"),
                    models.Index(fields=["payer", "-day"], name="payment_payer"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payer__isnull", False), ("payer_body__isnull", True)),
                            models.Q(("payer__isnull", True), ("payer_body__isnull", False)),
                            _connector="OR",
                        ),
                        name="payment_one_payer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gt", 0),
                                ("kind", "payment"),
                                ("origin__isnull", True),
                                ("used__gte", 0),
                                ("used__lte", models.F("amount")),
                            ),
                            models.Q(
                                ("amount__lt", 0),
                                ("kind__in", ("refund", "bounce")),
                                ("origin__isnull", False),
                                ("used", 0),
                            ),
                            _connector="OR",
                        ),
                        name="payment_amounts",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "bounce")), fields=("origin",), name="payment_bounces_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DepositItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deposit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="billing.deposit"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deposit_item", to="billing.payment"
                    ),
                ),
            ],
            options={
                "verbose_name": "paiement remis",
                "verbose_name_plural": "paiements remis",
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("invoice", "Facture"),
                            ("credit", "Avoir"),
                            ("payment", "Encaissement"),
                            ("allocation", "Affectation d’une avance"),
                            ("refund", "Remboursement"),
                            ("bounce", "Rejet d’un paiement"),
                            ("deposit", "Remise en banque"),
                            ("closing", "Écart de caisse"),
                        ],
                        max_length=10,
                        verbose_name="nature",
                    ),
                ),
                ("day", models.DateField(verbose_name="jour comptable")),
                ("label", models.CharField(max_length=160, verbose_name="libellé")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="passée le")),
                (
                    "actor",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="postings", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "écriture",
                "verbose_name_plural": "écritures",
                "ordering": ["day", "pk"],
                "indexes": [models.Index(fields=["regie", "day", "id"], name="posting_regie_day")],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counters", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "compteur de factures",
                "verbose_name_plural": "compteurs de factures",
                "constraints": [models.UniqueConstraint(fields=("regie", "year"), name="invoice_counter_unique")],
            },
        ),
        migrations.CreateModel(
            name="Closing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(verbose_name="jour")),
                ("expected", models.BigIntegerField(verbose_name="encaisse selon les comptes, en centimes")),
                ("counted", models.BigIntegerField(verbose_name="encaisse comptée, en centimes")),
                ("pieces", models.JSONField(blank=True, default=dict, verbose_name="billets et pièces")),
                ("receipts", models.JSONField(blank=True, default=dict, verbose_name="recettes du jour par moyen")),
                ("comment", models.CharField(blank=True, max_length=300, verbose_name="explication")),
                ("closed_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="arrêtée le")),
                (
                    "closed_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="closings", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "arrêté de caisse",
                "verbose_name_plural": "arrêtés de caisse",
                "ordering": ["-day"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("regie", "day"),
                        name="closing_day_unique",
                        violation_error_message="Cette journée est déjà arrêtée.",
                    ),
                    models.CheckConstraint(condition=models.Q(("counted__gte", 0)), name="closing_counted"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Checkout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "reference",
                    models.CharField(
                        default=beffroi.shared.billing.models.payments.draw_reference,
                        max_length=30,
                        unique=True,
                        verbose_name="référence",
                    ),
                ),
                ("provider", models.CharField(max_length=20, verbose_name="fournisseur")),
                ("operation", models.CharField(blank=True, max_length=80, verbose_name="opération")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "En cours"),
                            ("paid", "Payé"),
                            ("refused", "Refusé"),
                            ("cancelled", "Abandonné"),
                            ("expired", "Non payé à temps"),
                        ],
                        default="pending",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="commencé le")),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="vérifié le")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                ("answer", models.CharField(blank=True, max_length=200, verbose_name="réponse du fournisseur")),
                (
                    "payer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="people.person"
                    ),
                ),
                (
                    "payment",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="checkout",
                        to="billing.payment",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkouts", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "paiement en ligne",
                "verbose_name_plural": "paiements en ligne",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("status", "pending")), fields=["created_at"], name="checkout_pending"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("operation", ""), _negated=True),
                        fields=("provider", "operation"),
                        name="checkout_operation_unique",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="checkout_amount"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payment__isnull", False), ("status", "paid")),
                            models.Q(models.Q(("status", "paid"), _negated=True), ("payment__isnull", True)),
                            _connector="OR",
                        ),
                        name="checkout_paid",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Run",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.SlugField(max_length=60, verbose_name="source")),
                ("label", models.CharField(max_length=160, verbose_name="objet des factures")),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                (
                    "issued_on",
                    models.DateField(default=django.utils.timezone.localdate, verbose_name="date des factures"),
                ),
                ("due_on", models.DateField(verbose_name="à payer avant le")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("preparing", "Aperçu en cours"),
                            ("ready", "À lancer"),
                            ("running", "En cours"),
                            ("done", "Terminée"),
                            ("failed", "Arrêtée sur une erreur"),
                            ("cancelled", "Annulée"),
                        ],
                        default="preparing",
                        max_length=9,
                        verbose_name="état",
                    ),
                ),
                ("expected", models.PositiveIntegerField(default=0, verbose_name="factures attendues")),
                ("done", models.PositiveIntegerField(default=0, verbose_name="factures émises")),
                ("skipped", models.PositiveIntegerField(default=0, verbose_name="déjà émises ou vides")),
                ("expected_total", models.BigIntegerField(default=0, verbose_name="total attendu, en centimes")),
                ("total", models.BigIntegerField(default=0, verbose_name="total, en centimes")),
                ("anomaly_count", models.PositiveIntegerField(default=0, verbose_name="nombre d’anomalies")),
                ("anomalies", models.JSONField(blank=True, default=list, verbose_name="anomalies")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="erreur")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créée le")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="lancée le")),
                ("beat_at", models.DateTimeField(blank=True, null=True, verbose_name="dernier signe de vie")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="terminée le")),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "facturation d’une période",
                "verbose_name_plural": "facturations de périodes",
                "ordering": ["-created_at"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("end__gte", models.F("start"))), name="run_dates"),
                    models.CheckConstraint(condition=models.Q(("due_on__gte", models.F("issued_on"))), name="run_due"),
                    models.UniqueConstraint(
                        condition=models.Q(("status", "cancelled"), _negated=True),
                        fields=("regie", "source", "start", "end"),
                        name="run_once_per_period",
                        violation_error_message="Cette période est déjà facturée : ouvrez sa facturation.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                ("number", models.CharField(max_length=24, unique=True, verbose_name="numéro")),
                (
                    "kind",
                    models.CharField(
                        choices=[("invoice", "Facture"), ("credit", "Avoir")],
                        default="invoice",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("label", models.CharField(max_length=160, verbose_name="objet")),
                ("payer_name", models.CharField(max_length=165, verbose_name="payeur")),
                ("payer_address", models.TextField(blank=True, verbose_name="adresse du payeur")),
                ("issued_on", models.DateField(verbose_name="émise le")),
                ("due_on", models.DateField(verbose_name="à payer avant le")),
                ("period_start", models.DateField(blank=True, null=True, verbose_name="du")),
                ("period_end", models.DateField(blank=True, null=True, verbose_name="au")),
                ("total", models.BigIntegerField(verbose_name="total, en centimes")),
                ("paid", models.BigIntegerField(default=0, verbose_name="réglé, en centimes")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="origine")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créée le")),
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
                    "credits",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="people.person",
                    ),
                ),
                (
                    "payer_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="billing.regie"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="invoices",
                        to="billing.run",
                    ),
                ),
            ],
            options={
                "verbose_name": "facture",
                "verbose_name_plural": "factures",
                "ordering": ["-issued_on", "-pk"],
                "indexes": [
                    models.Index(fields=["regie", "-issued_on", "-id"], name="invoice_regie"),
                    models.Index(fields=["payer", "-issued_on"], name="invoice_payer"),
                    models.Index(
                        condition=models.Q(("kind", "invoice"), ("paid__lt", models.F("total"))),
                        fields=["regie", "due_on"],
                        name="invoice_unpaid",
                    ),
                    models.Index(fields=["run"], name="invoice_run"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("regie", "year", "rank"), name="invoice_rank_unique"),
                    models.UniqueConstraint(
                        condition=models.Q(("source", ""), _negated=True),
                        fields=("regie", "source"),
                        name="invoice_source_unique",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("payer__isnull", False), ("payer_body__isnull", True)),
                            models.Q(("payer__isnull", True), ("payer_body__isnull", False)),
                            _connector="OR",
                        ),
                        name="invoice_one_payer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("credits__isnull", True),
                                ("kind", "invoice"),
                                ("paid__gte", 0),
                                ("paid__lte", models.F("total")),
                                ("total__gte", 0),
                            ),
                            models.Q(("credits__isnull", False), ("kind", "credit"), ("paid", 0), ("total__lt", 0)),
                            _connector="OR",
                        ),
                        name="invoice_amounts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("issued_on"))), name="invoice_due"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "Rappel"),
                            (2, "Relance"),
                            (3, "Dernier avis avant transmission au comptable public"),
                        ],
                        verbose_name="étape",
                    ),
                ),
                ("sent_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="envoyée le")),
                ("due", models.BigIntegerField(verbose_name="reste dû alors, en centimes")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "relance",
                "verbose_name_plural": "relances",
                "ordering": ["invoice", "step"],
                "constraints": [models.UniqueConstraint(fields=("invoice", "step"), name="reminder_step_unique")],
            },
        ),
        migrations.CreateModel(
            name="Slip",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="exercice")),
                ("number", models.PositiveIntegerField(verbose_name="numéro")),
                ("period", models.PositiveSmallIntegerField(verbose_name="mois")),
                ("label", models.CharField(max_length=160, verbose_name="objet")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ready", "À transmettre"),
                            ("sent", "Transmis"),
                            ("accepted", "Pris en charge"),
                            ("rejected", "Rejeté"),
                        ],
                        default="ready",
                        max_length=8,
                        verbose_name="état",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("count", models.PositiveIntegerField(verbose_name="titres")),
                ("content", models.TextField(verbose_name="fichier")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="motif du rejet")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrit le")),
                (
                    "moved_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="dernier changement"),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="slips", to="billing.regie"
                    ),
                ),
            ],
            options={
                "verbose_name": "bordereau de titres",
                "verbose_name_plural": "bordereaux de titres",
                "ordering": ["-created_at"],
                "constraints": [models.UniqueConstraint(fields=("regie", "year", "number"), name="slip_number_unique")],
            },
        ),
        migrations.CreateModel(
            name="SlipTitle",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveIntegerField(verbose_name="rang")),
                ("debt", models.BigIntegerField(verbose_name="numéro de dette")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("active", models.BooleanField(default=True, verbose_name="en cours")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="titles", to="billing.invoice"
                    ),
                ),
                (
                    "slip",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="titles", to="billing.slip"
                    ),
                ),
            ],
            options={
                "verbose_name": "titre",
                "verbose_name_plural": "titres",
                "ordering": ["slip", "rank"],
                "indexes": [models.Index(fields=["debt"], name="title_debt")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active", True)), fields=("invoice",), name="title_once"
                    ),
                    models.UniqueConstraint(fields=("slip", "rank"), name="title_rank_unique"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="title_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tariff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "unit",
                    models.CharField(
                        help_text="Le code que les activités désignent, par exemple childcare.day.",
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*$", "Des minuscules, des chiffres, points et tirets."
                            )
                        ],
                        verbose_name="prestation",
                    ),
                ),
                ("label", models.CharField(max_length=120, verbose_name="libellé sur la facture")),
                ("start", models.DateField(verbose_name="applicable du")),
                ("end", models.DateField(blank=True, null=True, verbose_name="au")),
                ("age_min", models.PositiveSmallIntegerField(default=0, verbose_name="à partir de l’âge de")),
                ("age_max", models.PositiveSmallIntegerField(default=150, verbose_name="jusqu’à l’âge de")),
                ("rule", models.JSONField(default=dict, verbose_name="règle")),
                ("decision", models.CharField(blank=True, max_length=120, verbose_name="délibération")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "regie",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tariffs", to="billing.regie"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="followers",
                        to="billing.tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "tarif",
                "verbose_name_plural": "tarifs",
                "ordering": ["unit", "-start", "age_min"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="tariff_dates",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("age_max__gte", models.F("age_min"))), name="tariff_ages"
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("regie", "="),
                            ("unit", "="),
                            (
                                models.Func(
                                    models.F("start"),
                                    models.F("end"),
                                    models.Value("[]"),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                            (
                                models.Func(
                                    models.F("age_min"), models.F("age_max"), models.Value("[]"), function="int4range"
                                ),
                                "&&",
                            ),
                        ],
                        name="tariff_no_overlap",
                        violation_error_message="Un autre tarif de cette prestation vaut déjà pour ces dates et ces âges.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("subject", models.CharField(blank=True, max_length=120, verbose_name="pour")),
                ("label", models.CharField(max_length=160, verbose_name="libellé")),
                ("quantity", models.DecimalField(decimal_places=4, default=1, max_digits=12, verbose_name="quantité")),
                ("unit_price", models.BigIntegerField(verbose_name="prix unitaire, en centimes")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("explanation", models.CharField(blank=True, max_length=400, verbose_name="calcul")),
                ("days", models.CharField(blank=True, max_length=400, verbose_name="jours")),
                ("unit", models.CharField(blank=True, max_length=60, verbose_name="prestation")),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="billing.invoice"
                    ),
                ),
                (
                    "tariff",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.tariff",
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne de facture",
                "verbose_name_plural": "lignes de facture",
                "ordering": ["invoice", "position"],
                "constraints": [models.UniqueConstraint(fields=("invoice", "position"), name="invoice_line_position")],
            },
        ),
        migrations.CreateModel(
            name="CheckoutInvoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                (
                    "checkout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="billing.checkout"
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="checkout_items", to="billing.invoice"
                    ),
                ),
            ],
            options={
                "verbose_name": "facture d’un paiement en ligne",
                "verbose_name_plural": "factures d’un paiement en ligne",
                "constraints": [
                    models.UniqueConstraint(fields=("checkout", "invoice"), name="checkout_invoice_unique"),
                    models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="checkout_invoice_amount"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Allocation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="le")),
                (
                    "credit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settles",
                        to="billing.invoice",
                    ),
                ),
                (
                    "invoice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="allocations", to="billing.invoice"
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="allocations",
                        to="billing.payment",
                    ),
                ),
            ],
            options={
                "verbose_name": "affectation",
                "verbose_name_plural": "affectations",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["invoice"], name="allocation_invoice"),
                    models.Index(fields=["payment"], name="allocation_payment"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True), name="allocation_not_zero"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("credit__isnull", True), ("payment__isnull", False)),
                            models.Q(("credit__isnull", False), ("payment__isnull", True)),
                            _connector="OR",
                        ),
                        name="allocation_one_origin",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leg",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "account",
                    models.CharField(
                        choices=[
                            ("receivable", "411 Redevables"),
                            ("sales", "70 Produits"),
                            ("advance", "419 Avances et trop-perçus"),
                            ("cash", "531 Caisse"),
                            ("cheque", "5112 Chèques à remettre"),
                            ("voucher", "5118 Titres CESU et ANCV à remettre"),
                            ("card", "5115 Cartes bancaires à l’encaissement"),
                            ("online", "5116 PayFiP à l’encaissement"),
                            ("debit", "5117 Prélèvements à l’encaissement"),
                            ("treasury", "515 Compte de dépôt de fonds au Trésor"),
                            ("handed", "451 Encaissé par le comptable public"),
                            ("difference", "429 Déficits et excédents de caisse"),
                        ],
                        max_length=12,
                        verbose_name="compte",
                    ),
                ),
                ("amount", models.BigIntegerField(verbose_name="montant, en centimes")),
                (
                    "invoice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="billing.invoice",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="legs",
                        to="billing.payment",
                    ),
                ),
                (
                    "posting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="legs", to="billing.posting"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne d’écriture",
                "verbose_name_plural": "lignes d’écriture",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["posting"], name="leg_posting"),
                    models.Index(fields=["account"], name="leg_account"),
                    models.Index(
                        condition=models.Q(("invoice__isnull", False)), fields=["invoice"], name="leg_invoice"
                    ),
                    models.Index(
                        condition=models.Q(("payment__isnull", False)), fields=["payment"], name="leg_payment"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount", 0), _negated=True), name="leg_not_zero")
                ],
            },
        ),
    ]
