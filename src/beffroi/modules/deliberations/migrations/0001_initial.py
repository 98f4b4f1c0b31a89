import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.text
from django.db import migrations, models

import beffroi.modules.deliberations.models.alert


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Act",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "nature",
                    models.CharField(
                        choices=[
                            ("DE", "Délibération"),
                            ("AR", "Arrêté réglementaire"),
                            ("AI", "Arrêté individuel"),
                            ("CC", "Contrat ou convention"),
                            ("BF", "Document budgétaire ou financier"),
                            ("AU", "Autre acte"),
                        ],
                        default="DE",
                        max_length=2,
                        verbose_name="nature",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        blank=True,
                        max_length=15,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9](?:[A-Z0-9_-]{0,13}[A-Z0-9])?$",
                                "Majuscules, chiffres et tirets seulement, quinze caractères au plus (norme @ctes).",
                            )
                        ],
                        verbose_name="numéro",
                    ),
                ),
                ("object", models.CharField(max_length=500, verbose_name="objet")),
                (
                    "matter",
                    models.CharField(
                        choices=[
                            (
                                "1. Commande publique",
                                [
                                    ("1.1", "1.1 Marchés publics"),
                                    ("1.2", "1.2 Délégation de service public"),
                                    ("1.3", "1.3 Conventions de mandat"),
                                    ("1.4", "1.4 Autres types de contrats"),
                                    ("1.5", "1.5 Transactions / protocole d'accord transactionnel"),
                                    ("1.6", "1.6 Actes relatifs à la maîtrise d'œuvre"),
                                    ("1.7", "1.7 Actes spéciaux et divers"),
                                ],
                            ),
                            (
                                "2. Urbanisme",
                                [
                                    ("2.1", "2.1 Documents d'urbanisme"),
                                    ("2.2", "2.2 Actes relatifs au droit d'occupation ou d'utilisation des sols"),
                                    ("2.3", "2.3 Droit de préemption urbain"),
                                ],
                            ),
                            (
                                "3. Domaine et patrimoine",
                                [
                                    ("3.1", "3.1 Acquisitions"),
                                    ("3.2", "3.2 Aliénations"),
                                    ("3.3", "3.3 Locations"),
                                    ("3.4", "3.4 Limites territoriales"),
                                    ("3.5", "3.5 Autres actes de gestion du domaine public"),
                                    ("3.6", "3.6 Autres actes de gestion du domaine privé"),
                                ],
                            ),
                            (
                                "4. Fonction publique",
                                [
                                    ("4.1", "4.1 Personnel titulaire et stagiaire de la F.P.T."),
                                    ("4.2", "4.2 Personnel contractuel"),
                                    ("4.3", "4.3 Fonction publique hospitalière"),
                                    ("4.4", "4.4 Autres catégories de personnels"),
                                    ("4.5", "4.5 Régime indemnitaire"),
                                ],
                            ),
                            (
                                "5. Institutions et vie politique",
                                [
                                    ("5.1", "5.1 Élection exécutif"),
                                    ("5.2", "5.2 Fonctionnement des assemblées"),
                                    ("5.3", "5.3 Désignation de représentants"),
                                    ("5.4", "5.4 Délégation de fonctions"),
                                    ("5.5", "5.5 Délégation de signature"),
                                    ("5.6", "5.6 Exercice des mandats locaux"),
                                    ("5.7", "5.7 Intercommunalité"),
                                    ("5.8", "5.8 Décision d'ester en justice"),
                                ],
                            ),
                            (
                                "6. Libertés publiques et pouvoirs de police",
                                [
                                    ("6.1", "6.1 Police municipale"),
                                    ("6.2", "6.2 Pouvoir du président du conseil départemental"),
                                    ("6.3", "6.3 Pouvoir du président du conseil régional"),
                                    ("6.4", "6.4 Autres actes réglementaires"),
                                    ("6.5", "6.5 Actes pris au nom de l'État et soumis au contrôle hiérarchique"),
                                ],
                            ),
                            (
                                "7. Finances locales",
                                [
                                    ("7.1", "7.1 Décisions budgétaires"),
                                    ("7.2", "7.2 Fiscalité"),
                                    ("7.3", "7.3 Emprunts"),
                                    ("7.4", "7.4 Interventions économiques"),
                                    ("7.5", "7.5 Subventions"),
                                    ("7.6", "7.6 Contributions budgétaires"),
                                    ("7.7", "7.7 Avances"),
                                    ("7.8", "7.8 Fonds de concours"),
                                    ("7.9", "7.9 Prise de participation (SEM, etc.)"),
                                    ("7.10", "7.10 Divers"),
                                ],
                            ),
                            (
                                "8. Domaines de compétences par thèmes",
                                [
                                    ("8.1", "8.1 Enseignement"),
                                    ("8.2", "8.2 Aide sociale"),
                                    ("8.3", "8.3 Voirie"),
                                    ("8.4", "8.4 Aménagement du territoire"),
                                    ("8.5", "8.5 Politique de la ville, habitat, logement"),
                                    ("8.6", "8.6 Emploi, formation professionnelle"),
                                    ("8.7", "8.7 Transports"),
                                    ("8.8", "8.8 Environnement"),
                                    ("8.9", "8.9 Culture"),
                                ],
                            ),
                            (
                                "9. Autres domaines de compétences",
                                [
                                    ("9.1", "9.1 Autres domaines de compétences des communes"),
                                    ("9.2", "9.2 Autres domaines de compétences des départements"),
                                    ("9.3", "9.3 Autres domaines de compétences des régions"),
                                    ("9.4", "9.4 Vœux et motions"),
                                ],
                            ),
                        ],
                        max_length=4,
                        verbose_name="matière",
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="date de la décision")),
                ("author_first_name", models.CharField(blank=True, max_length=60, verbose_name="prénom du signataire")),
                ("author_last_name", models.CharField(blank=True, max_length=60, verbose_name="nom du signataire")),
                ("author_quality", models.CharField(blank=True, max_length=120, verbose_name="qualité du signataire")),
                (
                    "must_transmit",
                    models.BooleanField(default=True, verbose_name="soumis à transmission au représentant de l’État"),
                ),
                ("voters", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="effectif")),
                ("votes_cast", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="votants")),
                ("votes_for", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="pour")),
                ("votes_against", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="contre")),
                ("abstentions", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="abstentions")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Projet"),
                            ("adopted", "Adopté"),
                            ("received", "Reçu en préfecture"),
                            ("published", "Publié"),
                            ("notified", "Notifié"),
                            ("withdrawn", "Retiré"),
                            ("cancelled", "Abandonné"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                (
                    "receipt",
                    models.CharField(blank=True, max_length=60, verbose_name="identifiant de l’accusé de réception"),
                ),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="reçu en préfecture le")),
                ("published_at", models.DateTimeField(editable=False, null=True, verbose_name="publié le")),
                (
                    "mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("web", "Publication en ligne"),
                            ("posting", "Affichage"),
                            ("paper", "Mise à disposition sur papier"),
                        ],
                        editable=False,
                        max_length=8,
                        verbose_name="mode de publication",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        blank=True, editable=False, max_length=200, verbose_name="lieu d’affichage ou de consultation"
                    ),
                ),
                ("is_online", models.BooleanField(default=False, editable=False, verbose_name="en ligne")),
                (
                    "sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="empreinte du document publié"
                    ),
                ),
                ("notified_on", models.DateField(editable=False, null=True, verbose_name="notifié le")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="retiré le")),
                (
                    "withdrawal_reason",
                    models.CharField(blank=True, editable=False, max_length=300, verbose_name="motif du retrait"),
                ),
                ("anonymised_at", models.DateTimeField(editable=False, null=True, verbose_name="anonymisé le")),
                (
                    "anonymisation_reason",
                    models.CharField(
                        blank=True, editable=False, max_length=300, verbose_name="motif de l’anonymisation"
                    ),
                ),
                (
                    "previous_sha256",
                    models.CharField(
                        blank=True, editable=False, max_length=64, verbose_name="empreinte avant anonymisation"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="enregistré le")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acts",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "acte",
                "verbose_name_plural": "actes",
                "ordering": ["-decided_on", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_online", True)), fields=["-published_at", "-id"], name="act_online"
                    ),
                    models.Index(
                        condition=models.Q(("is_online", True)),
                        fields=["organisation", "-published_at"],
                        name="act_online_org",
                    ),
                    models.Index(fields=["organisation", "state", "-decided_on"], name="act_desk"),
                    models.Index(fields=["-decided_on", "-id"], name="act_decided"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("organisation", "number"),
                        name="act_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(("number", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="act_numbered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("votes_cast__isnull", True),
                            models.Q(
                                ("voters__gte", models.F("votes_cast")),
                                (
                                    "votes_cast",
                                    django.db.models.expressions.CombinedExpression(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("votes_for"), "+", models.F("votes_against")
                                        ),
                                        "+",
                                        models.F("abstentions"),
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="act_votes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("received_on__isnull", True), ("received_on__gte", models.F("decided_on")), _connector="OR"
                        ),
                        name="act_received_after",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("theme", models.CharField(blank=True, max_length=1, verbose_name="thème")),
                (
                    "token",
                    models.CharField(
                        default=beffroi.modules.deliberations.models.alert.new_token,
                        editable=False,
                        max_length=30,
                        unique=True,
                        verbose_name="jeton",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="demandée le")),
                ("confirmed_at", models.DateTimeField(null=True, verbose_name="confirmée le")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="collectivité",
                    ),
                ),
            ],
            options={
                "verbose_name": "alerte",
                "verbose_name_plural": "alertes",
                "indexes": [
                    models.Index(
                        condition=models.Q(("confirmed_at", None)), fields=["created_at"], name="alert_unconfirmed"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        models.F("organisation"),
                        models.F("theme"),
                        name="alert_unique",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Regime",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "mode",
                    models.CharField(
                        choices=[
                            ("web", "Publication en ligne"),
                            ("posting", "Affichage"),
                            ("paper", "Mise à disposition sur papier"),
                        ],
                        default="web",
                        max_length=8,
                        verbose_name="mode de publication",
                    ),
                ),
                (
                    "place",
                    models.CharField(blank=True, max_length=200, verbose_name="lieu d’affichage ou de consultation"),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="mis à jour le")),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deliberations.act",
                        verbose_name="délibération qui l’a décidé",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="publication_regime",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "régime de publication",
                "verbose_name_plural": "régimes de publication",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("mode", "web"), ("decision__isnull", False), _connector="OR"),
                        name="regime_decided",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Register",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=2, verbose_name="série")),
                ("year", models.PositiveSmallIntegerField(verbose_name="année")),
                ("last", models.PositiveIntegerField(default=0, verbose_name="dernier numéro")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "registre",
                "verbose_name_plural": "registres",
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "series", "year"), name="register_unique")
                ],
            },
        ),
    ]
