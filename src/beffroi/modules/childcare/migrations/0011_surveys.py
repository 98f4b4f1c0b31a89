"""Questionnaires to families: questions, the homes that are asked, their answers."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0006_contact_duties"),
        ("people", "0005_erasure"),
        ("childcare", "0010_transport_lines"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120, verbose_name="titre")),
                ("intro", models.TextField(blank=True, max_length=1000, verbose_name="à lire avant de répondre")),
                ("anonymous", models.BooleanField(default=True, verbose_name="réponses anonymes")),
                ("closes_on", models.DateField(verbose_name="dernier jour pour répondre")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="envoyé le")),
                ("reminded_at", models.DateTimeField(blank=True, null=True, verbose_name="rappelé le")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="écrit le")),
                (
                    "activity",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="childcare.activity",
                        verbose_name="activité",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="childcare_surveys",
                        to="organisations.organisation",
                        verbose_name="organisme",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="childcare.period",
                        verbose_name="période",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surveys",
                        to="childcare.site",
                        verbose_name="site",
                    ),
                ),
            ],
            options={
                "verbose_name": "questionnaire",
                "verbose_name_plural": "questionnaires",
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("period", None), ("activity__isnull", False), _connector="OR"),
                        name="survey_period_of_an_activity",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyQuestion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rank", models.PositiveSmallIntegerField(default=1, verbose_name="ordre")),
                ("text", models.CharField(max_length=250, verbose_name="question")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("choice", "Une réponse au choix"),
                            ("choices", "Plusieurs réponses au choix"),
                            ("number", "Un nombre"),
                            ("text", "Un texte"),
                        ],
                        default="choice",
                        max_length=7,
                        verbose_name="nature",
                    ),
                ),
                (
                    "options",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=120),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="réponses possibles",
                    ),
                ),
                ("low", models.IntegerField(blank=True, null=True, verbose_name="au moins")),
                ("high", models.IntegerField(blank=True, null=True, verbose_name="au plus")),
                ("required", models.BooleanField(default=True, verbose_name="obligatoire")),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="childcare.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["survey", "rank", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("choice", "choices")), _negated=True),
                            ("options__len__gte", 2),
                            _connector="OR",
                        ),
                        name="question_options",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("low", None), ("high", None), ("high__gte", models.F("low")), _connector="OR"
                        ),
                        name="question_bounds",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SurveyInvite",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("answered", models.BooleanField(default=False, verbose_name="a répondu")),
                (
                    "household",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="survey_invites",
                        to="people.household",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="invites", to="childcare.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "foyer interrogé",
                "verbose_name_plural": "foyers interrogés",
                "ordering": ["survey", "pk"],
                "constraints": [models.UniqueConstraint(fields=("survey", "household"), name="survey_invite_once")],
            },
        ),
        migrations.CreateModel(
            name="SurveyAnswer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("values", models.JSONField(default=dict, verbose_name="réponses")),
                (
                    "invite",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answer",
                        to="childcare.surveyinvite",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="answers", to="childcare.survey"
                    ),
                ),
            ],
            options={
                "verbose_name": "réponse à un questionnaire",
                "verbose_name_plural": "réponses à un questionnaire",
                "ordering": ["survey", "pk"],
            },
        ),
    ]
