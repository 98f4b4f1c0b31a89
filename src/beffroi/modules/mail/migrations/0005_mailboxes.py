import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import beffroi.kernel.encryption


class Migration(migrations.Migration):
    dependencies = [
        ("mail", "0004_filing"),
        ("organisations", "0006_contact_duties"),
    ]

    operations = [
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("host", models.CharField(max_length=120, verbose_name="serveur")),
                ("port", models.PositiveIntegerField(default=993, verbose_name="port")),
                ("tls", models.BooleanField(default=True, verbose_name="connexion chiffrée (TLS)")),
                ("username", models.CharField(max_length=120, verbose_name="compte")),
                ("password", beffroi.kernel.encryption.EncryptedTextField(blank=True, verbose_name="mot de passe")),
                ("path", models.CharField(default="INBOX", max_length=120, verbose_name="dossier lu")),
                ("is_active", models.BooleanField(default=True, verbose_name="relevée")),
                ("read_at", models.DateTimeField(editable=False, null=True, verbose_name="relevée le")),
                ("fault", models.CharField(blank=True, editable=False, max_length=200, verbose_name="dernière panne")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailboxes",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "register",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mailboxes",
                        to="mail.register",
                        verbose_name="registre qui reçoit",
                    ),
                ),
            ],
            options={
                "verbose_name": "boîte aux lettres",
                "verbose_name_plural": "boîtes aux lettres",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "host", "username", "path"), name="mailbox_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ReceivedMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("message_id", models.CharField(blank=True, max_length=200)),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="laissé de côté")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="arrivé le")),
                (
                    "letter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="received_mail",
                        to="mail.letter",
                    ),
                ),
                (
                    "mailbox",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="received", to="mail.mailbox"
                    ),
                ),
            ],
            options={
                "verbose_name": "courriel reçu",
                "verbose_name_plural": "courriels reçus",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("mailbox", "key"), name="received_mail_key"),
                    models.UniqueConstraint(
                        condition=models.Q(("message_id", ""), _negated=True),
                        fields=("mailbox", "message_id"),
                        name="received_mail_id",
                    ),
                ],
            },
        ),
    ]
