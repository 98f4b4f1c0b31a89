"""What is offered: sites, activities, periods, groups, units, and what remains each day."""

import datetime

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.childcare.access import VIEW


class SiteQuerySet(models.QuerySet):
    def visible_to(self, user, permission=VIEW):
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)


class Site(models.Model):
    """A place where children are received.

    The meals of a day are ordered `meal_days` working days before, at `meal_hour`; by itself when `meal_auto`.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="organisme", on_delete=models.PROTECT, related_name="childcare_sites"
    )
    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    commune = models.ForeignKey(
        "organisations.Commune",
        verbose_name="commune",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.CharField("adresse", max_length=250, blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    kitchen_email = models.EmailField("courriel de la cuisine", blank=True)
    meal_days = models.PositiveSmallIntegerField("jours ouvrés avant le repas", default=1)
    meal_hour = models.TimeField("heure limite de commande", default=datetime.time(10))
    meal_auto = models.BooleanField("commander d’office à l’heure limite", default=True)
    is_active = models.BooleanField("ouvert", default=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = "site"
        verbose_name_plural = "sites"
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(meal_days__lte=10), name="site_meal_days")]

    def __str__(self):
        return self.name


class ActivityQuerySet(models.QuerySet):
    def visible_to(self, user, permission=VIEW):
        allowed = access.organisations_where(user, permission)
        return self if allowed is None else self.filter(organisation__in=allowed)

    def public(self):
        return self.filter(is_published=True)


class Activity(models.Model):
    """Something a family can book: the Wednesdays, a holiday centre, the canteen, the hours around school.

    Deadlines are two rules (see `deadlines.py`), one to add a day and one to cancel it, told before any booking.
    `down_payment` in cents is invoiced when a child is registered, and taken off the next invoices; 0 = none.
    """

    class Structure(models.TextChoices):
        HOLIDAY = "extra", "Extrascolaire (vacances, samedis)"
        SCHOOL = "peri", "Périscolaire, sans projet éducatif territorial"
        SCHOOL_PEDT = "pedt", "Périscolaire, avec projet éducatif territorial"

    class Rule(models.TextChoices):
        NONE = "none", "Jusqu’au jour même, à l’heure dite"
        WORKING_DAYS = "days", "Tant de jours ouvrés avant"
        WEEKDAY = "weekday", "Le dernier jour de la semaine choisi, avant le jour réservé"
        WEEK = "week", "Un jour de la semaine S-1, S-2…"
        MONTH = "month", "Un jour du mois précédent"

    class Late(models.TextChoices):
        DUE = "due", "La journée reste due, sauf absence justifiée"
        REFUSED = "refused", "L’annulation est refusée : appelez le service"

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme",
        on_delete=models.PROTECT,
        related_name="childcare_activities",
    )
    name = models.CharField("nom", max_length=120)
    slug = models.SlugField("adresse courte", max_length=80, unique=True)
    description = models.TextField("présentation", max_length=4000, blank=True)
    structure = models.CharField("nature de l’accueil", max_length=5, choices=Structure, default=Structure.HOLIDAY)
    is_published = models.BooleanField("visible des familles", default=True)
    add_rule = models.CharField("délai pour réserver", max_length=8, choices=Rule, default=Rule.WORKING_DAYS)
    add_number = models.PositiveSmallIntegerField("nombre", default=2)
    add_weekday = models.PositiveSmallIntegerField("jour de la semaine", default=0)
    add_hour = models.TimeField("heure", default=datetime.time(10))
    cancel_rule = models.CharField("délai pour annuler", max_length=8, choices=Rule, default=Rule.WORKING_DAYS)
    cancel_number = models.PositiveSmallIntegerField("nombre", default=2)
    cancel_weekday = models.PositiveSmallIntegerField("jour de la semaine", default=0)
    cancel_hour = models.TimeField("heure", default=datetime.time(10))
    late_cancel = models.CharField("annulation hors délai", max_length=8, choices=Late, default=Late.DUE)
    absence_days = models.PositiveSmallIntegerField("jours pour justifier une absence", default=3)
    answer_hours = models.PositiveSmallIntegerField("heures pour répondre à une place proposée", default=24)
    minimum_days = models.PositiveSmallIntegerField("jours au moins par semaine", default=0)
    down_payment = models.PositiveIntegerField("acompte à l’inscription, en centimes", default=0)
    incompatible = models.ManyToManyField("self", verbose_name="incompatible avec", blank=True)
    documents = models.ManyToManyField("DocumentKind", verbose_name="pièces obligatoires", blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = "activité"
        verbose_name_plural = "activités"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(add_weekday__lte=6, cancel_weekday__lte=6), name="activity_deadline_weekdays"
            ),
            models.CheckConstraint(condition=Q(answer_hours__gte=1), name="activity_answer_hours"),
            models.CheckConstraint(condition=Q(minimum_days__lte=5), name="activity_minimum_days"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        """What families read."""
        return reverse("childcare:activity", args=[self.slug])


class DocumentKind(models.Model):
    """A kind of document asked for: insurance, vaccinations…; `months` = how long it is good for (0 = for ever)."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="childcare_document_kinds"
    )
    name = models.CharField("nom", max_length=120)
    months = models.PositiveSmallIntegerField("durée de validité en mois", default=0)
    is_health = models.BooleanField("document de santé", default=False)

    class Meta:
        verbose_name = "nature de pièce"
        verbose_name_plural = "natures de pièces"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="document_kind_unique")]

    def __str__(self):
        return self.name


class Period(models.Model):
    """A stretch of time of an activity: « Mercredis 2026-2027 », « Toussaint 2026 ».

    Its days are those of `weekdays` that fall in school time, in the holidays of zone B, or both; never a public
    holiday. Families of the EPCI book from `opens_at`, the others from `opens_to_all_at`; nobody after `closes_at`.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="periods")
    name = models.CharField("nom", max_length=120)
    start = models.DateField("du")
    end = models.DateField("au")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), verbose_name="jours de la semaine", default=list)
    in_term = models.BooleanField("en temps scolaire", default=True)
    in_holidays = models.BooleanField("pendant les vacances", default=False)
    closed_days = ArrayField(models.DateField(), verbose_name="jours fermés", default=list, blank=True)
    opens_at = models.DateTimeField("ouvert aux familles du territoire le", default=timezone.now)
    opens_to_all_at = models.DateTimeField("ouvert à tous le", default=timezone.now)
    closes_at = models.DateTimeField("réservations closes le", null=True, blank=True)

    class Meta:
        verbose_name = "période"
        verbose_name_plural = "périodes"
        ordering = ["start", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gte=F("start")), name="childcare_period_dates"),
            models.CheckConstraint(condition=Q(opens_to_all_at__gte=F("opens_at")), name="childcare_period_publics"),
        ]

    def __str__(self):
        return self.name


class Group(models.Model):
    """Children of an age, on a site. `staff` = facilitators planned on an ordinary day (see `ratios.py`)."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="groups")
    site = models.ForeignKey(Site, verbose_name="site", on_delete=models.PROTECT, related_name="groups")
    name = models.CharField("nom", max_length=80)
    age_min = models.PositiveSmallIntegerField("âge minimum", default=3)
    age_max = models.PositiveSmallIntegerField("âge maximum", default=12)
    capacity = models.PositiveSmallIntegerField("places")
    staff = models.PositiveSmallIntegerField("animateurs prévus", default=2)
    is_active = models.BooleanField("ouvert", default=True)

    class Meta:
        verbose_name = "groupe"
        verbose_name_plural = "groupes"
        ordering = ["activity", "site", "age_min", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(age_max__gte=F("age_min")), name="group_ages"),
            models.UniqueConstraint(fields=["activity", "site", "name"], name="group_unique"),
        ]

    def __str__(self):
        return f"{self.name}, {self.site}"


WRITTEN = {"apres-midi": "après-midi", "apres-ecole": "après-école", "gouter": "goûter", "veillee": "veillée"}


class Unit(models.Model):
    """What can be booked for a day: it takes a place in each of its `slots` (parts of the day), maybe with a meal.

    What is booked by quantity (`kind`) takes so many places, at most `most` a day, and costs its price so many times.
    """

    class Kind(models.TextChoices):
        HALF = "half", "Demi-journée"
        DAY = "day", "Journée"
        HOUR = "hour", "Accueil à l’heure"
        QUANTITY = "quantity", "Quantité"
        EVENT = "event", "Événement"

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="units")
    code = models.SlugField("code", max_length=20)
    name = models.CharField("nom", max_length=80)
    kind = models.CharField("nature", max_length=8, choices=Kind, default=Kind.DAY)
    starts = models.TimeField("de")
    ends = models.TimeField("à")
    slots = ArrayField(models.SlugField(max_length=20), verbose_name="parties de la journée")
    meal = models.BooleanField("avec repas", default=False)
    tariff = models.CharField(
        "code du tarif",
        max_length=60,
        blank=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "Des minuscules, des chiffres, points et tirets.")],
        help_text="Celui que les tarifs de la régie désignent. Vide : childcare.day, childcare.half… selon la nature.",
    )
    capacity = models.PositiveSmallIntegerField("places pour cette formule", null=True, blank=True)
    most = models.PositiveSmallIntegerField("quantité au plus par jour", default=1)
    only_on = models.DateField("seulement le", null=True, blank=True)
    order = models.PositiveSmallIntegerField("ordre", default=1)
    is_active = models.BooleanField("proposée", default=True)

    class Meta:
        verbose_name = "formule"
        verbose_name_plural = "formules"
        ordering = ["activity", "order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "code"], name="unit_code"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="unit_hours"),
            models.CheckConstraint(condition=Q(slots__len__gt=0), name="unit_slots"),
            models.CheckConstraint(
                condition=Q(kind="quantity", most__gte=1, most__lte=99) | (~Q(kind="quantity") & Q(most=1)),
                name="unit_most",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def parts(self) -> list[str]:
        """The parts of the day that it takes, as they are written: « après-midi »."""
        return [WRITTEN.get(slot, slot) for slot in self.slots]

    @property
    def is_counted(self) -> bool:
        """Is it booked by quantity?"""
        return self.kind == self.Kind.QUANTITY

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute


class Place(models.Model):
    """What a group can receive in one part of one day. `taken` is kept by the database; it never passes `capacity`.

    `slot` is a part of the day (« matin »), or « =code » for the places of one unit. Lowered below `taken` (an absent
    facilitator), it takes nobody more and says so; it is never passed by a booking.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="places")
    day = models.DateField("jour")
    slot = models.CharField("partie de la journée", max_length=21)
    capacity = models.PositiveSmallIntegerField("places")
    taken = models.PositiveSmallIntegerField("prises", default=0, editable=False)

    class Meta:
        verbose_name = "places d’un jour"
        verbose_name_plural = "places des jours"
        constraints = [models.UniqueConstraint(fields=["group", "day", "slot"], name="place_unique")]
        indexes = [models.Index(fields=["day"], name="place_day")]

    def __str__(self):
        return f"{self.day:%d/%m/%Y} {self.slot}"

    @property
    def free(self) -> int:
        return max(self.capacity - self.taken, 0)


class GroupDay(models.Model):
    """What differs from the ordinary on one day: fewer facilitators, a closure."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="days")
    day = models.DateField("jour")
    staff = models.PositiveSmallIntegerField("animateurs présents")
    note = models.CharField("remarque", max_length=200, blank=True)

    class Meta:
        verbose_name = "jour particulier"
        verbose_name_plural = "jours particuliers"
        constraints = [models.UniqueConstraint(fields=["group", "day"], name="group_day_unique")]

    def __str__(self):
        return f"{self.day:%d/%m/%Y}"
