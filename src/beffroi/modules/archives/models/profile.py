"""Profiles: how a service of archives wants the packages of a body."""

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse

from beffroi.modules.archives import rights
from beffroi.modules.archives.models.numbering import Setup
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
        "identifiant", max_length=120,
        help_text="Tel que le service d’archives le donne : il est écrit dans le paquet.",
        validators=[RegexValidator(r"^\S(.*\S)?$", "Pas d’espace au début ni à la fin.")],
    )  # fmt: skip
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
                fields=["organisation", "identifier"], name="archives_profile_once",
                violation_error_message="Cette collectivité a déjà un profil de cet identifiant.",
            )
        ]  # fmt: skip

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("archives:edit_profile", args=[self.pk])
