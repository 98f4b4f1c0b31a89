import uuid

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=60, primary_key=True, serialize=False, verbose_name="nom")),
                ("at", models.DateTimeField(verbose_name="date")),
                ("detail", models.CharField(blank=True, max_length=300, verbose_name="détail")),
            ],
            options={
                "verbose_name": "battement",
                "verbose_name_plural": "battements",
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="jour")),
                ("first_id", models.BigIntegerField(null=True, verbose_name="première ligne")),
                ("last_id", models.BigIntegerField(null=True, verbose_name="dernière ligne")),
                ("count", models.PositiveIntegerField(verbose_name="nombre de lignes")),
                ("previous", models.CharField(max_length=64, verbose_name="empreinte du sceau précédent")),
                ("digest", models.CharField(max_length=64, verbose_name="empreinte")),
                ("sealed_at", models.DateTimeField(auto_now_add=True, verbose_name="scellé le")),
            ],
            options={
                "verbose_name": "sceau du journal",
                "verbose_name_plural": "sceaux du journal",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="adresse électronique")),
                ("first_name", models.CharField(blank=True, max_length=80, verbose_name="prénom")),
                ("last_name", models.CharField(blank=True, max_length=80, verbose_name="nom")),
                ("is_active", models.BooleanField(default=True, verbose_name="compte actif")),
                ("is_staff", models.BooleanField(default=False, verbose_name="accès à l’administration technique")),
                ("date_joined", models.DateTimeField(default=django.utils.timezone.now, verbose_name="créé le")),
                ("erased_at", models.DateTimeField(blank=True, null=True, verbose_name="effacé le")),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "verbose_name": "compte",
                "verbose_name_plural": "comptes",
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        name="user_email_unique",
                        violation_error_message="Un compte existe déjà avec cette adresse.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="date")),
                ("verb", models.CharField(max_length=80, verbose_name="action")),
                ("target_id", models.PositiveBigIntegerField(verbose_name="objet")),
                ("data", models.JSONField(default=dict, verbose_name="données")),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "ligne du journal",
                "verbose_name_plural": "journal",
                "indexes": [
                    models.Index(fields=["target_type", "target_id", "id"], name="entry_target"),
                    models.Index(fields=["verb", "at"], name="entry_verb"),
                    models.Index(fields=["at"], name="entry_at"),
                    models.Index(fields=["actor", "-id"], name="entry_actor"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("email", "courriel"),
                            ("sms", "SMS"),
                            ("push", "notification"),
                            ("inapp", "dans Beffroi"),
                        ],
                        max_length=8,
                        verbose_name="canal",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=254, verbose_name="adresse")),
                ("category", models.CharField(blank=True, max_length=60, verbose_name="catégorie")),
                ("subject", models.CharField(max_length=250, verbose_name="objet")),
                ("body", models.TextField(blank=True, verbose_name="texte")),
                ("url", models.CharField(blank=True, max_length=300, verbose_name="lien")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "en attente"),
                            ("sending", "envoi en cours"),
                            ("sent", "envoyé"),
                            ("refused", "refusé"),
                            ("uncertain", "incertain"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="essais")),
                ("not_before", models.DateTimeField(null=True, verbose_name="pas avant")),
                ("error", models.CharField(blank=True, max_length=300, verbose_name="erreur")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="envoyé le")),
                ("read_at", models.DateTimeField(null=True, verbose_name="lu le")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="kernel.entry",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "indexes": [
                    models.Index(fields=["state", "not_before"], name="delivery_due"),
                    models.Index(fields=["user", "channel", "-created_at"], name="delivery_user"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticePreference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("category", models.CharField(max_length=60, verbose_name="catégorie")),
                ("email", models.BooleanField(default=True, verbose_name="courriel")),
                ("sms", models.BooleanField(default=False, verbose_name="SMS")),
                ("push", models.BooleanField(default=True, verbose_name="notification sur l’appareil")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "préférence d’avis",
                "verbose_name_plural": "préférences d’avis",
                "constraints": [models.UniqueConstraint(fields=("user", "category"), name="notice_preference_unique")],
            },
        ),
        migrations.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("endpoint", models.URLField(max_length=1000, unique=True, verbose_name="adresse")),
                ("p256dh", models.CharField(max_length=200)),
                ("auth", models.CharField(max_length=100)),
                ("label", models.CharField(blank=True, max_length=120, verbose_name="appareil")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="ajouté le")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_subscriptions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "appareil abonné",
                "verbose_name_plural": "appareils abonnés",
            },
        ),
        migrations.CreateModel(
            name="QuietHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.TimeField(verbose_name="à partir de")),
                ("end", models.TimeField(verbose_name="jusqu’à")),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quiet_hours",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "heures calmes",
                "verbose_name_plural": "heures calmes",
            },
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("target_id", models.PositiveBigIntegerField()),
                ("source", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=300)),
                ("text", models.TextField(blank=True)),
                ("url", models.CharField(max_length=300)),
                ("public", models.BooleanField(default=False)),
                ("permission", models.CharField(blank=True, max_length=80)),
                ("organisation_id", models.BigIntegerField(null=True)),
                ("weight", models.FloatField(default=1.0)),
                ("date", models.DateField(null=True)),
                ("vector", django.contrib.postgres.search.SearchVectorField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "target_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "verbose_name": "entrée de recherche",
                "verbose_name_plural": "index de recherche",
                "indexes": [django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_vector")],
                "constraints": [
                    models.UniqueConstraint(fields=("target_type", "target_id", "source"), name="search_entry_unique")
                ],
            },
        ),
    ]
