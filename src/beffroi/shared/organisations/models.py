"""Bodies, teams, memberships, opening hours, places."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.dated import DatedQuerySet
from beffroi.shared.organisations.geometry import PointField, PolygonField

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class OrganisationQuerySet(models.QuerySet):
    def editable_by(self, user, permission):
        """Those in which `user` has the permission, and the communes of an EPCI in which they have it."""
        allowed = access.organisations_where(user, permission)
        if allowed is None:
            return self
        return self.filter(Q(pk__in=allowed) | Q(parent__in=allowed, kind=Organisation.Kind.COMMUNE))


class Organisation(models.Model):
    """A public or private body. A territory has exactly one EPCI marked `is_operator`: it runs the platform."""

    class Kind(models.TextChoices):
        EPCI = "epci", "Intercommunalité"
        COMMUNE = "commune", "Commune"
        DEPARTEMENT = "departement", "Département"
        SYNDICAT = "syndicat", "Syndicat"
        STATE = "state", "Service de l’État"
        ASSOCIATION = "association", "Association"
        COMPANY = "company", "Entreprise"
        OTHER = "other", "Autre organisme"

    kind = models.CharField("nature", max_length=12, choices=Kind)
    name = models.CharField("nom", max_length=160)
    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    siren = models.CharField("SIREN", max_length=9, blank=True)
    siret = models.CharField("SIRET", max_length=14, blank=True)
    is_operator = models.BooleanField("porte la plateforme", default=False)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    address = models.CharField("adresse", max_length=250, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("localité", max_length=80, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("courriel", blank=True)
    website = models.URLField("site", blank=True)
    contact = models.CharField("service à contacter", max_length=120, blank=True)
    duties = models.TextField("compétences", max_length=2000, blank=True)
    accessibility = models.CharField("accès des personnes handicapées", max_length=200, blank=True)
    location = PointField("emplacement", null=True, blank=True)
    is_active = models.BooleanField("en activité", default=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "organisation"
        verbose_name_plural = "organisations"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["is_operator"], condition=Q(is_operator=True), name="one_operator"),
            models.UniqueConstraint(fields=["siret"], condition=~Q(siret=""), name="organisation_siret_unique"),
        ]
        indexes = [models.Index(fields=["kind", "name"], name="organisation_kind")]

    def __str__(self):
        return self.name


class CommuneQuerySet(OrganisationQuerySet):
    def members(self):
        """Those of the territory, by name as the alphabet has it; not the neighbours that are only named."""
        return self.filter(member=True).order_by(Func(F("name"), function="kernel_fold"))


class Commune(Organisation):
    """A commune of the territory, or a neighbouring one that is only named (`member` False)."""

    code_insee = models.CharField("code INSEE", max_length=5, unique=True)
    member = models.BooleanField("membre de l’EPCI", default=True)
    postal_codes = models.JSONField("codes postaux", default=list)
    departement = models.CharField("département", max_length=3, blank=True)
    population = models.PositiveIntegerField("population municipale", null=True)
    population_year = models.PositiveSmallIntegerField("population en vigueur en", null=True)
    population_source = models.CharField("source de la population", max_length=120, blank=True)
    centroid = PointField("centre", null=True)
    outline = models.JSONField("contour GeoJSON", null=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = "commune"
        verbose_name_plural = "communes"


class Area(models.Model):
    """One ring of a commune's outline, in the database's own geometry: answers « which commune is this point in ».

    A commune made of several pieces has several parts; a hole is cut out of its own part only.
    """

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="areas")
    part = models.PositiveSmallIntegerField("partie", default=0)
    ring = PolygonField("anneau")
    is_hole = models.BooleanField("trou", default=False)

    class Meta:
        verbose_name = "anneau de contour"
        verbose_name_plural = "anneaux de contour"

    def __str__(self):
        return f"{self.commune_id}"


class Team(models.Model):
    """A group of agents inside an organisation (voirie, accueil, informatique…)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField("nom", max_length=80)
    email = models.EmailField("courriel de l’équipe", blank=True)
    is_active = models.BooleanField("active", default=True)

    class Meta:
        verbose_name = "équipe"
        verbose_name_plural = "équipes"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="team_name_unique")]

    def __str__(self):
        return self.name


class Membership(models.Model):
    """A role held by a person in an organisation, from a day to a day included; `team` narrows, never widens."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField("rôle", max_length=40)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = "rôle tenu"
        verbose_name_plural = "rôles tenus"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role", "team", "start"],
                nulls_distinct=False,
                name="membership_unique",
            ),
            models.CheckConstraint(condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="membership_dates"),
        ]
        indexes = [models.Index(fields=["organisation", "role"], name="membership_org_role")]

    def __str__(self):
        return f"{self.role} — {self.organisation}"


class OpeningHours(models.Model):
    """A range of one day of the week (0 = Monday) in which the organisation receives the public."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField("jour", choices=list(enumerate(DAYS)))
    opens = models.TimeField("ouvre à")
    closes = models.TimeField("ferme à")

    class Meta:
        verbose_name = "horaire d’ouverture"
        verbose_name_plural = "horaires d’ouverture"
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="opening_order"),
        ]

    def __str__(self):
        return f"{self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class ExceptionalDay(models.Model):
    """A dated exception: closed when `opens` is empty, else open at other hours than usual."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="exceptional_days")
    start = models.DateField("du")
    end = models.DateField("au")
    opens = models.TimeField("ouvre à", null=True, blank=True)
    closes = models.TimeField("ferme à", null=True, blank=True)
    reason = models.CharField("motif", max_length=120, blank=True)

    class Meta:
        verbose_name = "jour exceptionnel"
        verbose_name_plural = "jours exceptionnels"
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="exceptional_dates"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(closes__gt=F("opens")),
                name="exceptional_order",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "end"], name="exceptional_end")]

    def __str__(self):
        return self.reason or f"{self.start:%d/%m/%Y}"


class Street(models.Model):
    """A street, a square or a place name (`is_place`: it has no numbers) of the Base Adresse Nationale.

    `text` is what is compared with what people type: name, place, postal code, communes, without accents.
    """

    code = models.CharField("identifiant", max_length=60, unique=True)
    name = models.CharField("nom", max_length=160)
    locality = models.CharField("lieu-dit", max_length=120, blank=True)
    postal_code = models.CharField("code postal", max_length=5, blank=True)
    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="streets")
    location = PointField("position")
    is_place = models.BooleanField("lieu-dit", default=False)
    text = models.CharField("texte de recherche", max_length=400, editable=False)

    class Meta:
        verbose_name = "voie"
        verbose_name_plural = "voies"

    def __str__(self):
        return self.name


class Address(models.Model):
    """A number of a street, as the Base Adresse Nationale places it."""

    ban_id = models.CharField("identifiant BAN", max_length=60, unique=True)
    street = models.ForeignKey(Street, on_delete=models.CASCADE, related_name="addresses")
    number = models.PositiveIntegerField("numéro")
    suffix = models.CharField("indice de répétition", max_length=12, blank=True)
    location = PointField("position")

    class Meta:
        verbose_name = "adresse"
        verbose_name_plural = "adresses"
        indexes = [models.Index(fields=["street", "number", "suffix"], name="address_number")]

    def __str__(self):
        return f"{self.full_number} {self.street}"

    @property
    def full_number(self) -> str:
        """« 12 bis »."""
        return f"{self.number} {self.suffix}".strip()
