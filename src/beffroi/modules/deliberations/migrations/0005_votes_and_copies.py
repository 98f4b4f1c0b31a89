import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.modules.deliberations.models.copies

KEEP = """
CREATE FUNCTION deliberations_keep_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM deliberations_item WHERE id = NEW.item_id AND voting = 'secret') THEN
        RAISE EXCEPTION 'Un scrutin secret ne garde aucun nom' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deliberations_ballot_secret BEFORE INSERT OR UPDATE ON deliberations_ballot
    FOR EACH ROW EXECUTE FUNCTION deliberations_keep_secret();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deliberations", "0004_cancelled_meetings"),
        ("documents", "0002_database_rules"),
        ("kernel", "__first__"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="ActTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nature", models.CharField(default="DE", max_length=2, verbose_name="nature")),
                ("name", models.CharField(max_length=120, verbose_name="nom du modèle")),
                ("text", models.TextField(max_length=20000, verbose_name="texte")),
                ("is_active", models.BooleanField(default=True, verbose_name="proposé")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="act_templates",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "modèle d’acte",
                "verbose_name_plural": "modèles d’acte",
                "ordering": ["nature", "name"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="act_template_name",
                        violation_error_message="Un modèle porte déjà ce nom.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Ballot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("for", "Pour"),
                            ("against", "Contre"),
                            ("abstain", "Abstention"),
                            ("none", "Ne prend pas part au vote"),
                        ],
                        max_length=8,
                        verbose_name="sens du vote",
                    ),
                ),
                (
                    "cast_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deliberations.councillor"
                    ),
                ),
                (
                    "councillor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deliberations.councillor"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ballots", to="deliberations.item"
                    ),
                ),
            ],
            options={
                "verbose_name": "vote",
                "verbose_name_plural": "votes",
                "ordering": ["councillor__rank", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("item", "councillor"), name="ballot_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("cast_by", models.F("councillor")), _negated=True),
                        fields=("item", "cast_by"),
                        name="ballot_one_proxy",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CertifiedCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("documents", "Classée dans ses documents"),
                            ("email", "Par courriel"),
                            ("paper", "Sur papier"),
                        ],
                        max_length=9,
                        verbose_name="moyen",
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="empreinte")),
                ("sent_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="envoyée le")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="adresse")),
                ("read_at", models.DateTimeField(null=True, verbose_name="ouverte le")),
                ("handed_on", models.DateField(null=True, verbose_name="remise le")),
                (
                    "token",
                    models.CharField(
                        default=beffroi.modules.deliberations.models.copies.new_token,
                        max_length=30,
                        unique=True,
                        verbose_name="jeton",
                    ),
                ),
                (
                    "act",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="copies", to="deliberations.act"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="documents.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "ampliation",
                "verbose_name_plural": "ampliations",
                "ordering": ["recipient__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("act", "recipient"), name="copy_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("way", "email"), _negated=True),
                            models.Q(("email", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="copy_address",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("unknown", "Non noté"),
                            ("present", "Présent"),
                            ("proxy", "Représenté"),
                            ("excused", "Excusé"),
                            ("absent", "Absent"),
                        ],
                        max_length=8,
                        verbose_name="présence",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="deliberations.item"
                    ),
                ),
                (
                    "proxy",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deliberations.councillor",
                        verbose_name="pouvoir donné à",
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="changes", to="deliberations.seat"
                    ),
                ),
            ],
            options={
                "verbose_name": "mouvement en séance",
                "verbose_name_plural": "mouvements en séance",
                "ordering": ["item__position", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("seat", "item"), name="change_once"),
                    models.UniqueConstraint(fields=("item", "proxy"), name="change_one_proxy"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("proxy__isnull", False), ("status", "proxy")),
                            models.Q(models.Q(("status", "proxy"), _negated=True), ("proxy__isnull", True)),
                            _connector="OR",
                        ),
                        name="change_proxy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "unknown"), _negated=True), name="change_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CopyFolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.folder",
                        verbose_name="dossier qui reçoit",
                    ),
                ),
                (
                    "organisation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisations.organisation"
                    ),
                ),
            ],
            options={
                "verbose_name": "dossier des ampliations reçues",
                "verbose_name_plural": "dossiers des ampliations reçues",
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("interest", "Intérêt personnel ou familial"),
                            ("mandate", "Représentant de la collectivité dans l’organisme concerné"),
                        ],
                        default="interest",
                        max_length=8,
                        verbose_name="motif",
                    ),
                ),
                (
                    "councillor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="deliberations.councillor",
                        verbose_name="membre qui se déporte",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="recusals", to="deliberations.item"
                    ),
                ),
            ],
            options={
                "verbose_name": "déport",
                "verbose_name_plural": "déports",
                "ordering": ["councillor__rank", "pk"],
                "constraints": [models.UniqueConstraint(fields=("item", "councillor"), name="recusal_once")],
            },
        ),
        migrations.AddField(
            model_name="act",
            name="text",
            field=models.TextField(blank=True, editable=False, max_length=30000, verbose_name="texte de l’acte"),
        ),
        migrations.AddField(
            model_name="item",
            name="abstentions",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="abstentions"),
        ),
        migrations.AddField(
            model_name="item",
            name="asked_by",
            field=models.PositiveSmallIntegerField(default=0, editable=False, verbose_name="demandé par"),
        ),
        migrations.AddField(
            model_name="item",
            name="casting_vote",
            field=models.BooleanField(default=False, editable=False, verbose_name="voix prépondérante"),
        ),
        migrations.AddField(
            model_name="item",
            name="chair",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deliberations.councillor",
                verbose_name="préside ce point",
            ),
        ),
        migrations.AddField(
            model_name="item",
            name="discussion",
            field=models.TextField(blank=True, editable=False, max_length=20000, verbose_name="teneur des discussions"),
        ),
        migrations.AddField(
            model_name="item",
            name="in_office",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="membres en exercice"),
        ),
        migrations.AddField(
            model_name="item",
            name="present",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="présents"),
        ),
        migrations.AddField(
            model_name="item",
            name="represented",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="représentés"),
        ),
        migrations.AddField(
            model_name="item",
            name="votes_against",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="contre"),
        ),
        migrations.AddField(
            model_name="item",
            name="votes_for",
            field=models.PositiveSmallIntegerField(editable=False, null=True, verbose_name="pour"),
        ),
        migrations.AddField(
            model_name="item",
            name="voting",
            field=models.CharField(
                blank=True,
                choices=[("show", "À main levée"), ("roll", "Scrutin public"), ("secret", "Scrutin secret")],
                editable=False,
                max_length=6,
                verbose_name="scrutin",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="chair",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deliberations.councillor",
                verbose_name="préside",
            ),
        ),
        migrations.AddField(
            model_name="meeting",
            name="secretary",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="deliberations.councillor",
                verbose_name="secrétaire de séance",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("votes_for__isnull", True), ("voting", "")),
                    models.Q(
                        models.Q(("voting", ""), _negated=True),
                        ("abstentions__isnull", False),
                        (
                            "in_office__gte",
                            django.db.models.expressions.CombinedExpression(
                                models.F("present"), "+", models.F("represented")
                            ),
                        ),
                        ("votes_against__isnull", False),
                        ("votes_for__isnull", False),
                        (
                            "votes_for__lte",
                            django.db.models.expressions.CombinedExpression(
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("present"), "+", models.F("represented")
                                    ),
                                    "-",
                                    models.F("votes_against"),
                                ),
                                "-",
                                models.F("abstentions"),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="item_votes",
            ),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.CheckConstraint(
                condition=models.Q(("casting_vote", True), ("voting", "secret"), _negated=True),
                name="item_secret_no_casting",
            ),
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION deliberations_keep_secret() CASCADE"),
    ]
