import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ban_id", models.CharField(max_length=40, unique=True, verbose_name="identifiant BAN")),
                ("number", models.CharField(blank=True, max_length=12, verbose_name="numéro")),
                ("street", models.CharField(max_length=160, verbose_name="voie")),
                ("postal_code", models.CharField(max_length=5, verbose_name="code postal")),
                ("code_insee", models.CharField(max_length=5, verbose_name="code INSEE")),
                ("city", models.CharField(max_length=80, verbose_name="commune")),
                ("location", beffroi.shared.organisations.geometry.PointField(verbose_name="position")),
                ("text", models.CharField(editable=False, max_length=300, verbose_name="texte de recherche")),
            ],
            options={
                "verbose_name": "adresse",
                "verbose_name_plural": "adresses",
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("epci", "Communauté de communes"),
                            ("commune", "Commune"),
                            ("departement", "Département"),
                            ("syndicat", "Syndicat"),
                            ("state", "Service de l’État"),
                            ("association", "Association"),
                            ("company", "Entreprise"),
                            ("other", "Autre organisme"),
                        ],
                        max_length=12,
                        verbose_name="nature",
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="nom")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="adresse courte")),
                ("siren", models.CharField(blank=True, max_length=9, verbose_name="SIREN")),
                ("siret", models.CharField(blank=True, max_length=14, verbose_name="SIRET")),
                ("is_operator", models.BooleanField(default=False, verbose_name="porte la plateforme")),
                ("address", models.CharField(blank=True, max_length=250, verbose_name="adresse")),
                ("postal_code", models.CharField(blank=True, max_length=5, verbose_name="code postal")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="localité")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel")),
                ("website", models.URLField(blank=True, verbose_name="site")),
                (
                    "accessibility",
                    models.CharField(blank=True, max_length=200, verbose_name="accès des personnes handicapées"),
                ),
                (
                    "location",
                    beffroi.shared.organisations.geometry.PointField(blank=True, null=True, verbose_name="emplacement"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="en activité")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name"],
                "indexes": [models.Index(fields=["kind", "name"], name="organisation_kind")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_operator", True)), fields=("is_operator",), name="one_operator"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("siret", ""), _negated=True),
                        fields=("siret",),
                        name="organisation_siret_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Commune",
            fields=[
                (
                    "organisation_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="organisations.organisation",
                    ),
                ),
                ("code_insee", models.CharField(max_length=5, unique=True, verbose_name="code INSEE")),
                ("member", models.BooleanField(default=True, verbose_name="membre de l’EPCI")),
                ("postal_codes", models.JSONField(default=list, verbose_name="codes postaux")),
                ("departement", models.CharField(blank=True, max_length=3, verbose_name="département")),
                ("population", models.PositiveIntegerField(null=True, verbose_name="population municipale")),
                ("population_total", models.PositiveIntegerField(null=True, verbose_name="population totale")),
                ("population_year", models.PositiveSmallIntegerField(null=True, verbose_name="année de la population")),
                (
                    "population_source",
                    models.CharField(blank=True, max_length=120, verbose_name="source de la population"),
                ),
                ("centroid", beffroi.shared.organisations.geometry.PointField(null=True, verbose_name="centre")),
                ("outline", models.JSONField(null=True, verbose_name="contour GeoJSON")),
            ],
            options={
                "verbose_name": "commune",
                "verbose_name_plural": "communes",
            },
            bases=("organisations.organisation",),
        ),
        migrations.CreateModel(
            name="ExceptionalDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("start", models.DateField(verbose_name="du")),
                ("end", models.DateField(verbose_name="au")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="ouvre à")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="ferme à")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="motif")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptional_days",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "jour exceptionnel",
                "verbose_name_plural": "jours exceptionnels",
                "ordering": ["start"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gte", models.F("start"))), name="exceptional_dates"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "lundi"),
                            (1, "mardi"),
                            (2, "mercredi"),
                            (3, "jeudi"),
                            (4, "vendredi"),
                            (5, "samedi"),
                            (6, "dimanche"),
                        ],
                        verbose_name="jour",
                    ),
                ),
                ("opens", models.TimeField(verbose_name="ouvre à")),
                ("closes", models.TimeField(verbose_name="ferme à")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="opening_hours",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "horaire d’ouverture",
                "verbose_name_plural": "horaires d’ouverture",
                "ordering": ["weekday", "opens"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="opening_weekday"),
                    models.CheckConstraint(condition=models.Q(("closes__gt", models.F("opens"))), name="opening_order"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Team",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80, verbose_name="nom")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="courriel de l’équipe")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="teams",
                        to="organisations.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "équipe",
                "verbose_name_plural": "équipes",
                "ordering": ["name"],
                "constraints": [models.UniqueConstraint(fields=("organisation", "name"), name="team_name_unique")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40, verbose_name="rôle")),
                ("start", models.DateField(default=django.utils.timezone.localdate, verbose_name="depuis le")),
                ("end", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="organisations.team",
                    ),
                ),
            ],
            options={
                "verbose_name": "rôle tenu",
                "verbose_name_plural": "rôles tenus",
                "indexes": [models.Index(fields=["organisation", "role"], name="membership_org_role")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "organisation", "role", "team", "start"),
                        name="membership_unique",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("end__isnull", True), ("end__gte", models.F("start")), _connector="OR"),
                        name="membership_dates",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Area",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ring", beffroi.shared.organisations.geometry.PolygonField(verbose_name="anneau")),
                ("is_hole", models.BooleanField(default=False, verbose_name="trou")),
                (
                    "commune",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="areas", to="organisations.commune"
                    ),
                ),
            ],
            options={
                "verbose_name": "anneau de contour",
                "verbose_name_plural": "anneaux de contour",
            },
        ),
    ]
