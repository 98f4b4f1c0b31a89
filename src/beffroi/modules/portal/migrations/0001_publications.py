import django.db.models.deletion
import wagtail.fields
from django.db import migrations, models

import beffroi.shared.organisations.geometry


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("files", "0003_scan_results"),
        ("organisations", "0004_area_box_index"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        migrations.CreateModel(
            name="ContentPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                (
                    "introduction",
                    models.CharField(
                        help_text="Une ou deux phrases courtes, lues aussi dans les résultats de recherche.",
                        max_length=300,
                        verbose_name="chapeau",
                    ),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("heading", 2),
                            ("text", 3),
                            ("picture", 7),
                            ("callout", 11),
                            ("steps", 15),
                            ("accordion", 18),
                            ("files", 23),
                            ("video", 28),
                            ("table", 33),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {"choices": [("2", "Titre"), ("3", "Sous-titre")], "label": "Rang"},
                            ),
                            1: ("wagtail.blocks.CharBlock", (), {"label": "Texte", "max_length": 120}),
                            2: ("wagtail.blocks.StructBlock", [[("level", 0), ("text", 1)]], {}),
                            3: (
                                "beffroi.modules.portal.blocks.Text",
                                (),
                                {"icon": "pilcrow", "label": "Texte", "template": "portal/blocks/text.html"},
                            ),
                            4: ("wagtail.images.blocks.ImageChooserBlock", (), {"label": "Image"}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Lu aux personnes qui ne voient pas l’image. Laissez vide si elle ne fait que décorer.",
                                    "label": "Ce que montre l’image",
                                    "max_length": 200,
                                    "required": False,
                                },
                            ),
                            6: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Légende et crédit", "max_length": 200, "required": False},
                            ),
                            7: ("wagtail.blocks.StructBlock", [[("image", 4), ("alt", 5), ("caption", 6)]], {}),
                            8: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("neutral", "Bon à savoir"),
                                        ("waiting", "Attention"),
                                        ("late", "Important"),
                                        ("done", "Bonne nouvelle"),
                                    ],
                                    "label": "Ton",
                                },
                            ),
                            9: ("wagtail.blocks.CharBlock", (), {"label": "Titre", "max_length": 100}),
                            10: ("beffroi.modules.portal.blocks.Text", (), {"label": "Texte"}),
                            11: ("wagtail.blocks.StructBlock", [[("tone", 8), ("title", 9), ("text", 10)]], {}),
                            12: ("wagtail.blocks.CharBlock", (), {"label": "Titre", "max_length": 120}),
                            13: ("wagtail.blocks.StructBlock", [[("title", 12), ("text", 10)]], {"label": "Étape"}),
                            14: ("wagtail.blocks.ListBlock", (13,), {"label": "Étapes", "min_num": 2}),
                            15: ("wagtail.blocks.StructBlock", [[("steps", 14)]], {}),
                            16: ("wagtail.blocks.StructBlock", [[("title", 12), ("text", 10)]], {"label": "Question"}),
                            17: ("wagtail.blocks.ListBlock", (16,), {"label": "Questions", "min_num": 1}),
                            18: ("wagtail.blocks.StructBlock", [[("items", 17)]], {}),
                            19: ("wagtail.documents.blocks.DocumentChooserBlock", (), {"label": "Document"}),
                            20: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Nom affiché", "max_length": 150, "required": False},
                            ),
                            21: (
                                "wagtail.blocks.StructBlock",
                                [[("document", 19), ("label", 20)]],
                                {"label": "Document"},
                            ),
                            22: ("wagtail.blocks.ListBlock", (21,), {"label": "Documents", "min_num": 1}),
                            23: ("wagtail.blocks.StructBlock", [[("files", 22)]], {}),
                            24: ("wagtail.blocks.CharBlock", (), {"label": "Titre de la vidéo", "max_length": 150}),
                            25: ("wagtail.blocks.URLBlock", (), {"label": "Adresse de la vidéo"}),
                            26: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Durée", "max_length": 20, "required": False},
                            ),
                            27: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Tout ce qui est dit et montré, pour qui ne peut ni voir ni entendre la vidéo.",
                                    "label": "Transcription",
                                },
                            ),
                            28: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 24), ("url", 25), ("length", 26), ("transcript", 27)]],
                                {},
                            ),
                            29: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Ce que montre le tableau", "max_length": 150},
                            ),
                            30: ("wagtail.blocks.CharBlock", (), {"label": "Texte", "required": False}),
                            31: ("beffroi.modules.portal.blocks.Text", (), {"label": "Texte riche", "required": False}),
                            32: (
                                "wagtail.contrib.typed_table_block.blocks.TypedTableBlock",
                                [[("text", 30), ("rich", 31)]],
                                {"label": "Tableau"},
                            ),
                            33: ("wagtail.blocks.StructBlock", [[("caption", 29), ("table", 32)]], {}),
                        },
                        verbose_name="contenu",
                    ),
                ),
            ],
            options={
                "verbose_name": "page",
                "verbose_name_plural": "pages",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="SiteRoot",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
            ],
            options={
                "verbose_name": "racine du site",
                "verbose_name_plural": "racines du site",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("slug", models.SlugField(editable=False, max_length=140, unique=True, verbose_name="adresse courte")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("review", "À relire"),
                            ("published", "Publié"),
                            ("cancelled", "Annulé"),
                            ("withdrawn", "Retiré"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("publish_at", models.DateTimeField(blank=True, null=True, verbose_name="visible à partir du")),
                ("announced_at", models.DateTimeField(editable=False, null=True, verbose_name="paru le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("vie-locale", "Vie locale"),
                            ("culture", "Culture et fêtes"),
                            ("sport", "Sport et nature"),
                            ("enfance", "Enfance et jeunesse"),
                            ("environnement", "Environnement et déchets"),
                            ("travaux", "Travaux et routes"),
                            ("numerique", "Numérique"),
                            ("sante", "Santé et solidarité"),
                            ("economie", "Économie et emploi"),
                            ("patrimoine", "Patrimoine et tourisme"),
                        ],
                        max_length=16,
                        verbose_name="thème",
                    ),
                ),
                ("summary", models.CharField(max_length=280, verbose_name="en deux phrases")),
                ("body", models.TextField(blank=True, max_length=20000, verbose_name="texte")),
                ("starts_at", models.DateTimeField(verbose_name="début")),
                ("ends_at", models.DateTimeField(verbose_name="fin")),
                ("all_day", models.BooleanField(default=False, verbose_name="toute la journée")),
                (
                    "recurrence",
                    models.CharField(
                        choices=[
                            ("none", "Une seule fois"),
                            ("weekly", "Toutes les semaines"),
                            ("fortnightly", "Toutes les deux semaines"),
                            ("monthly", "Tous les mois (même jour de la même semaine)"),
                        ],
                        default="none",
                        max_length=12,
                        verbose_name="répétition",
                    ),
                ),
                ("repeat_until", models.DateField(blank=True, null=True, verbose_name="jusqu’au")),
                (
                    "place",
                    models.CharField(help_text="Ex.\u202f: Salle des fêtes", max_length=160, verbose_name="lieu"),
                ),
                ("address", models.CharField(blank=True, max_length=200, verbose_name="adresse")),
                (
                    "location",
                    beffroi.shared.organisations.geometry.PointField(blank=True, null=True, verbose_name="emplacement"),
                ),
                ("organiser", models.CharField(blank=True, max_length=160, verbose_name="organisé par")),
                ("contact", models.CharField(blank=True, max_length=160, verbose_name="renseignements")),
                ("price", models.CharField(blank=True, max_length=120, verbose_name="tarif")),
                (
                    "accessibility",
                    models.CharField(blank=True, max_length=200, verbose_name="accès des personnes handicapées"),
                ),
                ("booking_url", models.URLField(blank=True, verbose_name="inscription en ligne")),
                ("photo_alt", models.CharField(blank=True, max_length=200, verbose_name="ce que montre la photo")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.commune",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="publié par",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="photo",
                    ),
                ),
            ],
            options={
                "verbose_name": "événement",
                "verbose_name_plural": "événements",
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(fields=["state", "publish_at"], name="event_shown"),
                    models.Index(fields=["commune"], name="event_commune"),
                    models.Index(fields=["organisation", "-updated_at"], name="event_desk"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gte", models.F("starts_at"))), name="event_order"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("recurrence", "none"), ("repeat_until__isnull", False), _connector="OR"),
                        name="event_repeat_has_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("slug", models.SlugField(editable=False, max_length=140, unique=True, verbose_name="adresse courte")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("review", "À relire"),
                            ("published", "Publié"),
                            ("cancelled", "Annulé"),
                            ("withdrawn", "Retiré"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("publish_at", models.DateTimeField(blank=True, null=True, verbose_name="visible à partir du")),
                ("announced_at", models.DateTimeField(editable=False, null=True, verbose_name="paru le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "theme",
                    models.CharField(
                        choices=[
                            ("vie-locale", "Vie locale"),
                            ("culture", "Culture et fêtes"),
                            ("sport", "Sport et nature"),
                            ("enfance", "Enfance et jeunesse"),
                            ("environnement", "Environnement et déchets"),
                            ("travaux", "Travaux et routes"),
                            ("numerique", "Numérique"),
                            ("sante", "Santé et solidarité"),
                            ("economie", "Économie et emploi"),
                            ("patrimoine", "Patrimoine et tourisme"),
                        ],
                        max_length=16,
                        verbose_name="thème",
                    ),
                ),
                ("summary", models.CharField(max_length=280, verbose_name="en deux phrases")),
                ("body", models.TextField(blank=True, max_length=20000, verbose_name="texte")),
                ("photo_alt", models.CharField(blank=True, max_length=200, verbose_name="ce que montre la photo")),
                (
                    "commune",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.commune",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="publié par",
                    ),
                ),
                (
                    "photo",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="files.storedfile",
                        verbose_name="photo",
                    ),
                ),
            ],
            options={
                "verbose_name": "actualité",
                "verbose_name_plural": "actualités",
                "ordering": ["-publish_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "-publish_at"], name="news_shown"),
                    models.Index(fields=["commune", "-publish_at"], name="news_commune"),
                    models.Index(fields=["organisation", "-updated_at"], name="news_desk"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Occurrence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField(verbose_name="début")),
                ("ends_at", models.DateTimeField(verbose_name="fin")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="occurrences", to="portal.event"
                    ),
                ),
            ],
            options={
                "verbose_name": "date",
                "verbose_name_plural": "dates",
                "ordering": ["starts_at", "pk"],
                "indexes": [
                    models.Index(fields=["starts_at"], name="occurrence_start"),
                    models.Index(fields=["ends_at"], name="occurrence_end"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SiteDetails",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "director",
                    models.CharField(
                        blank=True, max_length=160, verbose_name="directeur ou directrice de la publication"
                    ),
                ),
                (
                    "publisher_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="courriel de l’éditeur"),
                ),
                ("host_name", models.CharField(blank=True, max_length=160, verbose_name="hébergeur")),
                ("host_address", models.CharField(blank=True, max_length=250, verbose_name="adresse de l’hébergeur")),
                ("host_phone", models.CharField(blank=True, max_length=20, verbose_name="téléphone de l’hébergeur")),
                (
                    "dpo_contact",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="joindre le délégué à la protection des données"
                    ),
                ),
                (
                    "accessibility_email",
                    models.EmailField(blank=True, max_length=254, verbose_name="courriel du référent accessibilité"),
                ),
                (
                    "accessibility_phone",
                    models.CharField(blank=True, max_length=20, verbose_name="téléphone du référent accessibilité"),
                ),
                (
                    "security_contact",
                    models.EmailField(blank=True, max_length=254, verbose_name="courriel pour signaler une faille"),
                ),
                ("multiyear_url", models.URLField(blank=True, verbose_name="schéma pluriannuel d’accessibilité")),
                ("audit_date", models.DateField(blank=True, null=True, verbose_name="date de l’audit RGAA")),
                ("audit_author", models.CharField(blank=True, max_length=160, verbose_name="audit réalisé par")),
                (
                    "audit_rate",
                    models.DecimalField(
                        blank=True, decimal_places=2, max_digits=5, null=True, verbose_name="critères respectés (%)"
                    ),
                ),
                (
                    "audit_exceptions",
                    models.TextField(
                        blank=True, max_length=10000, verbose_name="contenus non accessibles relevés par l’audit"
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
            ],
            options={
                "verbose_name": "présentation du site",
                "verbose_name_plural": "présentation du site",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("pk", 1)), name="site_details_single"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("audit_rate__isnull", True),
                            models.Q(("audit_rate__gte", 0), ("audit_rate__lte", 100)),
                            _connector="OR",
                        ),
                        name="audit_rate_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Alert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("slug", models.SlugField(editable=False, max_length=140, unique=True, verbose_name="adresse courte")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Brouillon"),
                            ("review", "À relire"),
                            ("published", "Publié"),
                            ("cancelled", "Annulé"),
                            ("withdrawn", "Retiré"),
                        ],
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="état",
                    ),
                ),
                ("publish_at", models.DateTimeField(blank=True, null=True, verbose_name="visible à partir du")),
                ("announced_at", models.DateTimeField(editable=False, null=True, verbose_name="paru le")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="créé le")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="modifié le")),
                (
                    "level",
                    models.CharField(
                        choices=[("info", "Information"), ("vigilance", "Vigilance"), ("urgence", "Urgence")],
                        default="info",
                        max_length=10,
                        verbose_name="niveau",
                    ),
                ),
                ("text", models.CharField(max_length=300, verbose_name="message")),
                ("body", models.TextField(blank=True, max_length=5000, verbose_name="précisions")),
                ("ends_at", models.DateTimeField(verbose_name="jusqu’au")),
                (
                    "communes",
                    models.ManyToManyField(
                        blank=True, related_name="+", to="organisations.commune", verbose_name="communes concernées"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                        verbose_name="publié par",
                    ),
                ),
            ],
            options={
                "verbose_name": "alerte",
                "verbose_name_plural": "alertes",
                "ordering": ["-publish_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "ends_at"], name="alert_shown"),
                    models.Index(fields=["organisation", "-updated_at"], name="alert_desk"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("publish_at__isnull", True), ("ends_at__gt", models.F("publish_at")), _connector="OR"
                        ),
                        name="alert_order",
                    )
                ],
            },
        ),
    ]
