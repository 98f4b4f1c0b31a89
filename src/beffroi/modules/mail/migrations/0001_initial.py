import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("cases", "0005_pressing"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correspondent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nature",
                    models.CharField(
                        choices=[("person", "Particulier"), ("company", "Entreprise, association ou organisme")],
                        default="person",
                        max_length=8,
                        verbose_name="nature",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="à l’attention de")),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="localité")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="dans l’annuaire commun",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicates",
                        to="mail.correspondent",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="correspondents",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "correspondant",
                "verbose_name_plural": "correspondants",
                "ordering": ["name", "pk"],
                "indexes": [models.Index(fields=["organisation", "name"], name="correspondent_name")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(models.Q(("siret", ""), _negated=True), ("merged_into__isnull", True)),
                        fields=("organisation", "siret"),
                        name="correspondent_siret",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", models.F("id")), _negated=True), name="correspondent_other"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deposit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="jour")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="rang")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="fait le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deposits",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "bordereau de dépôt",
                "verbose_name_plural": "bordereaux de dépôt",
                "ordering": ["-day", "-rank"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "day", "rank"), name="deposit_rank")],
            },
        ),
        migrations.CreateModel(
            name="LetterType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                (
                    "normal_days",
                    models.PositiveSmallIntegerField(
                        default=20,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="délai normal",
                    ),
                ),
                (
                    "urgent_days",
                    models.PositiveSmallIntegerField(
                        default=8,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="délai urgent",
                    ),
                ),
                (
                    "very_urgent_days",
                    models.PositiveSmallIntegerField(
                        default=4,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(250),
                        ],
                        verbose_name="délai très urgent",
                    ),
                ),
                (
                    "alarm_before",
                    models.PositiveSmallIntegerField(
                        default=5,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="première alerte, jours avant",
                    ),
                ),
                (
                    "alarm_after",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MaxValueValidator(60)],
                        verbose_name="seconde alerte, jours après",
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("none", "Ce n’est pas une demande"),
                            ("sva", "Silence vaut accord"),
                            ("svr", "Silence vaut rejet"),
                        ],
                        default="none",
                        max_length=4,
                        verbose_name="le silence",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(
                        default=2,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(24),
                        ],
                        verbose_name="mois avant la décision implicite",
                    ),
                ),
                ("basis", models.CharField(blank=True, max_length=160, verbose_name="texte qui le prévoit")),
                (
                    "remedies",
                    models.TextField(blank=True, max_length=1000, verbose_name="voies de recours particulières"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letter_types",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="service habituel",
                    ),
                ),
            ],
            options={
                "verbose_name": "type de courrier",
                "verbose_name_plural": "types de courrier",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="letter_type_name")],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "moved",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                ("merged_at", models.DateTimeField(auto_now_add=True, verbose_name="fusionné le")),
                ("undone_at", models.DateTimeField(null=True, verbose_name="défait le")),
                (
                    "absorbed",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="mail.correspondent"
                    ),
                ),
                (
                    "kept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="merges", to="mail.correspondent"
                    ),
                ),
                (
                    "merged_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "fusion",
                "verbose_name_plural": "fusions",
                "ordering": ["-merged_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)), fields=("absorbed",), name="merge_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="NumberRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "service",
                    models.CharField(
                        max_length=2,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9A-Z]{2}$", "Les deux signes qui commencent le numéro : 1A, 2C…"
                            )
                        ],
                        verbose_name="produit",
                    ),
                ),
                ("first", models.PositiveBigIntegerField(verbose_name="premier numéro")),
                ("last", models.PositiveBigIntegerField(verbose_name="dernier numéro")),
                ("next", models.PositiveBigIntegerField(editable=False, verbose_name="prochain numéro")),
                ("is_active", models.BooleanField(default=True, verbose_name="employée")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="number_ranges",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
            ],
            options={
                "verbose_name": "tranche de recommandés",
                "verbose_name_plural": "tranches de recommandés",
                "ordering": ["first"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first__lte", models.F("last")),
                            ("last__lt", 10000000000),
                            ("next__gte", models.F("first")),
                            (
                                "next__lte",
                                django.db.models.expressions.CombinedExpression(models.F("last"), "+", models.Value(1)),
                            ),
                        ),
                        name="number_range_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Register",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incoming", "Arrivée"),
                            ("internal", "Interne"),
                            ("outgoing", "Départ"),
                            ("registered", "Départ en recommandé"),
                        ],
                        default="incoming",
                        max_length=10,
                        verbose_name="sens",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Il entre dans le numéro : 2026-A-000012.",
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z][A-Z0-9]{0,5}$",
                                "Une majuscule, puis majuscules ou chiffres, six signes au plus.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("is_active", models.BooleanField(default=True, verbose_name="en service")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="registers",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="réservé à l’équipe",
                    ),
                ),
            ],
            options={
                "verbose_name": "registre",
                "verbose_name_plural": "registres",
                "ordering": ["code"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "code"), name="register_code")],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="nom")),
                ("pages", models.PositiveIntegerField(default=0, verbose_name="pages")),
                ("cut_at", models.DateTimeField(null=True, verbose_name="découpé le")),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="erreur")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="reçu le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_batches",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="mail.register",
                        verbose_name="registre",
                    ),
                ),
            ],
            options={
                "verbose_name": "lot numérisé",
                "verbose_name_plural": "lots numérisés",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("incoming", "Arrivée"),
                            ("internal", "Interne"),
                            ("outgoing", "Départ"),
                            ("registered", "Départ en recommandé"),
                        ],
                        editable=False,
                        max_length=10,
                        verbose_name="sens",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="année")),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="numéro")),
                (
                    "registered_on",
                    models.DateField(
                        default=django.utils.timezone.localdate, editable=False, verbose_name="enregistré le"
                    ),
                ),
                ("object", models.CharField(max_length=300, verbose_name="objet")),
                ("details", models.TextField(blank=True, max_length=4000, verbose_name="analyse")),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("post", "Courrier postal"),
                            ("registered", "Recommandé"),
                            ("email", "Courriel"),
                            ("counter", "Déposé au guichet"),
                            ("online", "Formulaire en ligne"),
                            ("other", "Autre"),
                        ],
                        default="post",
                        max_length=10,
                        verbose_name="arrivé par",
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60, verbose_name="référence du correspondant")),
                ("document_date", models.DateField(blank=True, null=True, verbose_name="date du document")),
                ("arrived_on", models.DateField(blank=True, null=True, verbose_name="date d’arrivée")),
                ("first_received_on", models.DateField(blank=True, null=True, verbose_name="reçu auparavant le")),
                (
                    "first_received_by",
                    models.CharField(blank=True, max_length=160, verbose_name="par quelle administration"),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("normal", "Normale"), ("urgent", "Urgente"), ("very_urgent", "Très urgente")],
                        default="normal",
                        max_length=12,
                        verbose_name="priorité",
                    ),
                ),
                (
                    "regime",
                    models.CharField(
                        choices=[
                            ("none", "Ce n’est pas une demande"),
                            ("sva", "Silence vaut accord"),
                            ("svr", "Silence vaut rejet"),
                        ],
                        default="none",
                        max_length=4,
                        verbose_name="le silence",
                    ),
                ),
                (
                    "months",
                    models.PositiveSmallIntegerField(default=2, verbose_name="mois avant la décision implicite"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("new", "À qualifier"),
                            ("routed", "À traiter"),
                            ("waiting", "Pièces demandées"),
                            ("answered", "Répondu"),
                            ("forwarded", "Transmis ailleurs"),
                            ("draft", "Projet"),
                            ("signing", "Au parapheur"),
                            ("signed", "À envoyer"),
                            ("sent", "Envoyé"),
                            ("closed", "Clos"),
                            ("cancelled", "Annulé"),
                        ],
                        default="new",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("due_on", models.DateField(editable=False, null=True, verbose_name="à traiter avant le")),
                ("implicit_on", models.DateField(editable=False, null=True, verbose_name="décision implicite le")),
                ("alarm1_on", models.DateField(editable=False, null=True, verbose_name="première alerte le")),
                ("alarm2_on", models.DateField(editable=False, null=True, verbose_name="seconde alerte le")),
                ("alarms", models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="alertes données")),
                (
                    "forwarded_to",
                    models.CharField(blank=True, editable=False, max_length=160, verbose_name="transmis à"),
                ),
                ("sent_on", models.DateField(editable=False, null=True, verbose_name="envoyé le")),
                ("answered_on", models.DateField(editable=False, null=True, verbose_name="répondu le")),
                ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="clos le")),
                ("closing", models.CharField(blank=True, editable=False, max_length=300, verbose_name="suite donnée")),
                ("client_uuid", models.UUIDField(blank=True, editable=False, null=True, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="saisi le")),
                (
                    "answers",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replies",
                        to="mail.letter",
                        verbose_name="répond à",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                (
                    "cases",
                    models.ManyToManyField(
                        blank=True, related_name="letters", to="cases.case", verbose_name="demandes"
                    ),
                ),
                (
                    "correspondent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="mail.correspondent",
                        verbose_name="correspondant",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "sender_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe qui écrit",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="organisations.team",
                        verbose_name="service",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="mail.lettertype",
                        verbose_name="type",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="letters",
                        to="mail.register",
                        verbose_name="registre",
                    ),
                ),
            ],
            options={
                "verbose_name": "courrier",
                "verbose_name_plural": "courriers",
                "ordering": ["-registered_on", "-pk"],
                "indexes": [
                    models.Index(fields=["organisation", "-registered_on", "-id"], name="letter_desk"),
                    models.Index(fields=["organisation", "state", "due_on"], name="letter_state"),
                    models.Index(fields=["team", "state"], name="letter_team"),
                    models.Index(fields=["assignee", "state"], name="letter_assignee"),
                    models.Index(
                        condition=models.Q(("alarms", 0), ("state__in", ("new", "routed", "waiting"))),
                        fields=["alarm1_on"],
                        name="letter_alarm1",
                    ),
                    models.Index(
                        condition=models.Q(("alarms__lt", 2), ("state__in", ("new", "routed", "waiting"))),
                        fields=["alarm2_on"],
                        name="letter_alarm2",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("register", "year", "number"), name="letter_chrono"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="letter_number"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "incoming"), _negated=True),
                            ("arrived_on__isnull", False),
                            _connector="OR",
                        ),
                        name="letter_arrived",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("first_received_on__isnull", True),
                            ("first_received_on__lte", models.F("arrived_on")),
                            _connector="OR",
                        ),
                        name="letter_first_received",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ("incoming", "internal")),
                                (
                                    "state__in",
                                    ("new", "routed", "waiting", "answered", "forwarded", "closed", "cancelled"),
                                ),
                            ),
                            models.Q(
                                ("kind__in", ("outgoing", "registered")),
                                ("state__in", ("draft", "signing", "signed", "sent", "closed", "cancelled")),
                            ),
                            _connector="OR",
                        ),
                        name="letter_kind_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", False), _connector="OR"
                        ),
                        name="letter_closed_at",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("post", "Courrier simple"),
                            ("registered", "Recommandé avec avis de réception"),
                            ("email", "Courriel"),
                            ("hand", "Remis en main propre"),
                        ],
                        default="post",
                        max_length=10,
                        verbose_name="mode",
                    ),
                ),
                ("day", models.DateField(default=django.utils.timezone.localdate, verbose_name="envoyé le")),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="à l’adresse")),
                ("number", models.CharField(blank=True, max_length=20, verbose_name="numéro de recommandé")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("waiting", "Avis de réception attendu"),
                            ("delivered", "Distribué"),
                            ("unclaimed", "Non réclamé"),
                            ("unknown", "Destinataire inconnu à l’adresse"),
                            ("refused", "Refusé"),
                        ],
                        max_length=10,
                        verbose_name="suite",
                    ),
                ),
                ("outcome_on", models.DateField(blank=True, null=True, verbose_name="constatée le")),
                (
                    "deposit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="mail.deposit",
                        verbose_name="bordereau",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatches", to="mail.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "envoi",
                "verbose_name_plural": "envois",
                "ordering": ["day", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deposit", None), ("mode", "registered")),
                        fields=["day"],
                        name="dispatch_to_deposit",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True), fields=("number",), name="dispatch_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mode", "registered"), _negated=True),
                            models.Q(("number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispatch_registered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("mode", "email"), _negated=True),
                            models.Q(("address", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dispatch_email",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Copy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="mis en copie le")),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="équipe",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="copies", to="mail.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "copie",
                "verbose_name_plural": "copies",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("letter", "user", "team"), name="copy_unique", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("team__isnull", False), ("user__isnull", True)),
                            models.Q(("team__isnull", True), ("user__isnull", False)),
                            _connector="OR",
                        ),
                        name="copy_of_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BatchItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("first_page", models.PositiveIntegerField(verbose_name="première page")),
                ("last_page", models.PositiveIntegerField(verbose_name="dernière page")),
                ("set_aside", models.BooleanField(default=False, verbose_name="mis de côté")),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="mail.batch"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="service",
                    ),
                ),
                (
                    "letter",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scanned_as",
                        to="mail.letter",
                    ),
                ),
            ],
            options={
                "verbose_name": "pli numérisé",
                "verbose_name_plural": "plis numérisés",
                "ordering": ["position"],
                "constraints": [
                    models.UniqueConstraint(fields=("batch", "position"), name="batch_item_position"),
                    models.CheckConstraint(
                        condition=models.Q(("last_page__gte", models.F("first_page"))), name="batch_item_pages"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("question", models.CharField(max_length=500, verbose_name="question")),
                ("due_on", models.DateField(verbose_name="avant le")),
                ("answer", models.TextField(blank=True, max_length=4000, verbose_name="avis")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="donné le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="demandé le")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "asked_of",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_opinions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="à qui",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="opinions", to="mail.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "avis",
                "verbose_name_plural": "avis",
                "ordering": ["pk"],
                "indexes": [
                    models.Index(condition=models.Q(("answered_at", None)), fields=["asked_of"], name="opinion_waiting")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at", None)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="opinion_answered",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("body", models.TextField(verbose_name="texte")),
                ("decision_on", models.DateField(null=True, verbose_name="décision implicite annoncée")),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("address", models.EmailField(blank=True, max_length=254, verbose_name="envoyé à")),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="fait le")),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="receipts", to="mail.letter"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "accusé de réception",
                "verbose_name_plural": "accusés de réception",
                "ordering": ["-made_at"],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="counters", to="mail.register"
                    ),
                ),
            ],
            options={
                "verbose_name": "compteur",
                "verbose_name_plural": "compteurs",
                "constraints": [models.UniqueConstraint(fields=("register", "year"), name="mail_counter_unique")],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=10, verbose_name="rang")),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        help_text="Séparés par des virgules ; un seul suffit.",
                        max_length=300,
                        verbose_name="mots de l’objet",
                    ),
                ),
                (
                    "senders",
                    models.CharField(
                        blank=True,
                        help_text="Séparés par des virgules ; un seul suffit.",
                        max_length=300,
                        verbose_name="mots de l’expéditeur",
                    ),
                ),
                (
                    "priority",
                    models.CharField(
                        choices=[("normal", "Normale"), ("urgent", "Urgente"), ("very_urgent", "Très urgente")],
                        default="normal",
                        max_length=12,
                        verbose_name="priorité",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="appliquée")),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="agent",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_rules",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="mail.register",
                        verbose_name="registre",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.team",
                        verbose_name="service",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules",
                        to="mail.lettertype",
                        verbose_name="type",
                    ),
                ),
            ],
            options={
                "verbose_name": "règle d’orientation",
                "verbose_name_plural": "règles d’orientation",
                "ordering": ["position", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("words", ""), _negated=True),
                            models.Q(("senders", ""), _negated=True),
                            ("register__isnull", False),
                            _connector="OR",
                        ),
                        name="rule_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("team__isnull", False),
                            ("assignee__isnull", False),
                            ("type__isnull", False),
                            _connector="OR",
                        ),
                        name="rule_then",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pieces", models.TextField(max_length=2000, verbose_name="pièces et informations demandées")),
                ("asked_on", models.DateField(default=django.utils.timezone.localdate, verbose_name="demandées le")),
                ("until", models.DateField(verbose_name="à fournir avant le")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="reçues le")),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="suspensions", to="mail.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "demande de pièces",
                "verbose_name_plural": "demandes de pièces",
                "ordering": ["asked_on", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("received_on", None)), fields=("letter",), name="suspension_one_pending"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("asked_on"))), name="suspension_until"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_on", None), ("received_on__gte", models.F("asked_on")), _connector="OR"
                        ),
                        name="suspension_received",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Template",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("body", models.TextField(max_length=8000, verbose_name="texte")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail_templates",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "type",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="templates",
                        to="mail.lettertype",
                        verbose_name="pour le type",
                    ),
                ),
            ],
            options={
                "verbose_name": "modèle de réponse",
                "verbose_name_plural": "modèles de réponse",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="mail_template_name")],
            },
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                ("body", models.TextField(max_length=20000, verbose_name="texte")),
                ("comment", models.CharField(blank=True, max_length=200, verbose_name="ce qui change")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="écrite le")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="mail.letter"
                    ),
                ),
            ],
            options={
                "verbose_name": "version",
                "verbose_name_plural": "versions",
                "ordering": ["-number"],
                "constraints": [models.UniqueConstraint(fields=("letter", "number"), name="version_number")],
            },
        ),
    ]
