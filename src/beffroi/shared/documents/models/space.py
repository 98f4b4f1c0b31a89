"""Spaces, and the fences that say who sees what."""

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from beffroi.kernel import access
from beffroi.shared.organisations.models import Membership, Organisation, Team

READ, WRITE, MANAGE = "documents.read", "documents.write", "documents.manage"


class Level(models.IntegerChoices):
    READ = 1, "lire"
    WRITE = 2, "lire et modifier"


class Space(models.Model):
    """A place of a body, or of one of its teams, where its folders stand."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="document_spaces"
    )
    team = models.ForeignKey(
        Team, verbose_name="équipe", null=True, blank=True, on_delete=models.PROTECT, related_name="document_spaces"
    )
    name = models.CharField("nom de l’espace", max_length=80)
    about = models.CharField("à quoi il sert", max_length=200, blank=True)
    is_active = models.BooleanField("ouvert", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "espace documentaire"
        verbose_name_plural = "espaces documentaires"
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="document_space_name")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("documents:space", args=[self.pk])


class FenceQuerySet(models.QuerySet):
    def open_to(self, user, level: int = Level.READ):
        """The fences inside which `user` may read (or write): those whose rights, or rights that they inherit, name
        the person, one of their teams or a body where they have a role; whoever manages the documents of the body
        enters everywhere in it."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        managed = access.organisations_where(user, MANAGE)
        if managed is None:
            return self
        held = Grant.objects.held_by(user, level).order_by().values("fence")
        return self.filter(Q(space__organisation__in=managed) | Q(lineage__overlap=ArraySubquery(held)))


class Fence(models.Model):
    """What surrounds a space, a folder or one document: its rights are its own and, if it `inherits`, those of the
    fence around it. `lineage` = itself and those that it inherits from, nearest first; kept by the actions."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="fences")
    parent = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="inner")
    folder = models.OneToOneField("documents.Folder", null=True, on_delete=models.CASCADE, related_name="own_fence")
    document = models.OneToOneField("documents.Document", null=True, on_delete=models.CASCADE, related_name="own_fence")
    inherits = models.BooleanField("hérite des droits du dessus", default=True)
    lineage = ArrayField(models.BigIntegerField(), default=list)

    objects = FenceQuerySet.as_manager()

    class Meta:
        verbose_name = "périmètre de droits"
        verbose_name_plural = "périmètres de droits"
        constraints = [
            models.CheckConstraint(
                condition=Q(folder__isnull=True) | Q(document__isnull=True), name="document_fence_one_object"
            ),
            models.UniqueConstraint(
                fields=["space"],
                condition=Q(folder__isnull=True, document__isnull=True),
                name="document_fence_one_for_space",
            ),
        ]

    def __str__(self):
        return f"périmètre {self.pk}"


class GrantQuerySet(models.QuerySet):
    def held_by(self, user, level: int = Level.READ):
        """The rights of `user` today, by name, by team or by body."""
        bodies = access.organisations_where(user, WRITE if level > Level.READ else READ)
        everywhere = Q(organisation__isnull=False) if bodies is None else Q(organisation__in=bodies)
        teams = Membership.objects.active().filter(user=user, team__isnull=False).values("team")
        return self.filter(Q(user=user) | Q(team__in=teams) | everywhere, level__gte=level)


class Grant(models.Model):
    """A right given to a person, a team, or everyone who has a role in a body."""

    fence = models.ForeignKey(Fence, on_delete=models.CASCADE, related_name="grants")
    level = models.PositiveSmallIntegerField("droit", choices=Level, default=Level.READ)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="personne",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    team = models.ForeignKey(
        Team, verbose_name="équipe", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "droit sur des documents"
        verbose_name_plural = "droits sur des documents"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=False, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=True, organisation__isnull=False),
                name="document_grant_one_subject",
            ),
            models.UniqueConstraint(
                fields=["fence", "user", "team", "organisation"], nulls_distinct=False, name="document_grant_unique"
            ),
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="document_grant_user"),
            models.Index(fields=["team"], condition=Q(team__isnull=False), name="document_grant_team"),
        ]

    def __str__(self):
        return f"{self.subject} : {self.get_level_display()}"

    @property
    def subject(self):
        """Who holds it."""
        return self.user or self.team or self.organisation
