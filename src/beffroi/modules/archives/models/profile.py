"""Profiles: how a service of archives wants the packages of a body, and the units that they hold."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beffroi.modules.archives import rights
from beffroi.modules.archives.models.numbering import Setup
from beffroi.shared.documents.models import DocumentType, Series
from beffroi.shared.organisations.models import Organisation


class ProfileQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of the bodies whose archives the person sets."""
        return rights.of_bodies(self, user, rights.MANAGE)


class Profile(models.Model):
    """A profile agreed with the archives for one sort of files (SEDA, ArchivalProfile). `schema` = what they check,
    RelaxNG or XSD; empty when they gave only its identifier."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="archive_profiles"
    )
    name = models.CharField("intitulé", max_length=160, help_text="Par exemple « Budgets et comptes ».")
    identifier = models.CharField(
        "identifiant",
        max_length=120,
        help_text="Tel que le service d’archives le donne : il est écrit dans le paquet.",
        validators=[RegexValidator(r"^\S(.*\S)?$", "Pas d’espace au début ni à la fin.")],
    )
    seda = models.CharField("version", max_length=3, choices=Setup.Version, default=Setup.Version.V21)
    schema = models.BinaryField("schéma", default=b"", editable=False)
    is_active = models.BooleanField("proposé aux nouveaux versements", default=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "profil d’archivage"
        verbose_name_plural = "profils d’archivage"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "identifier"],
                name="archives_profile_once",
                violation_error_message="Cette collectivité a déjà un profil de cet identifiant.",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("archives:edit_profile", args=[self.pk])


class UnitProfile(models.Model):
    """A profile of one sort of unit (SEDA, ArchiveUnitProfile): the files of a `series`, or the documents of a `kind`.
    `schema` = what the archives check, a JSON Schema; empty when they gave only its identifier."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="unit_profiles"
    )
    name = models.CharField("intitulé", max_length=160, help_text="Par exemple « Facture ».")
    identifier = models.CharField(
        "identifiant",
        max_length=120,
        help_text="Tel que le service d’archives le donne : il est écrit dans chaque unité.",
        validators=[RegexValidator(r"^\S(.*\S)?$", "Pas d’espace au début ni à la fin.")],
    )
    series = models.ForeignKey(
        Series,
        verbose_name="dossiers de cette série",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind = models.ForeignKey(
        DocumentType,
        verbose_name="documents de ce type",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    schema = models.JSONField("schéma", default=dict, blank=True, editable=False)
    is_active = models.BooleanField("appliqué aux nouveaux paquets", default=True)

    objects = ProfileQuerySet.as_manager()

    class Meta:
        verbose_name = "profil d’unité"
        verbose_name_plural = "profils d’unité"
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "identifier"],
                name="archives_unit_profile_once",
                violation_error_message="Cette collectivité a déjà un profil d’unité de cet identifiant.",
            ),
            models.UniqueConstraint(
                fields=["series"],
                condition=Q(is_active=True, series__isnull=False),
                name="archives_unit_profile_series",
                violation_error_message="Les dossiers de cette série suivent déjà un profil d’unité.",
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(is_active=True, kind__isnull=False),
                name="archives_unit_profile_kind",
                violation_error_message="Les documents de ce type suivent déjà un profil d’unité.",
            ),
            models.CheckConstraint(
                condition=Q(series__isnull=False, kind__isnull=True) | Q(series__isnull=True, kind__isnull=False),
                name="archives_unit_profile_applies",
                violation_error_message="Choisissez une série, ou un type de document.",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("archives:edit_unit_profile", args=[self.pk])
