"""Children, the homes where they live, who answers for them, who may pick them up."""

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.childcare.access import VIEW, holds

YEAR = datetime.timedelta(days=365)
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


class ChildQuerySet(models.QuerySet):
    def kept(self):
        """Those whose file was not erased."""
        return self.filter(erased_at=None)

    def to_certify(self, now=None):
        """Those that come, and whose file nobody has certified, or opened, for a year; `.since` = since when."""
        limit = (now or timezone.now()) - YEAR
        coming = Child.enrolments.rel.related_model.objects.filter(end=None).values("child")
        rows = self.kept().filter(pk__in=coming).annotate(since=Coalesce("certified_at", "created_at"))
        return rows.filter(since__lte=limit)

    def visible_to(self, user, permission=VIEW):
        """The files that an agent may open: those of the body, and of the children whom its activities receive."""
        allowed = access.organisations_where(user, permission)
        if allowed is None:
            return self.kept()
        received = Child.enrolments.rel.related_model.objects.filter(end=None, activity__organisation__in=allowed)
        return self.kept().filter(Q(organisation__in=allowed) | Q(pk__in=received.values("child")))

    def of_parent(self, user):
        """The children for whom this account's owner answers today."""
        if not user.is_authenticated:
            return self.none()
        return self.kept().filter(pk__in=Guardian.objects.active().filter(person__user=user).values("home__child"))


class Child(models.Model):
    """A child known to the childcare service of `organisation`.

    `checked_at` = an agent has checked the civil status. `may_leave_alone`… are the permissions that the family gave.
    `merged_into` = this file was the double of another one, which holds all that it held.
    """

    class Sex(models.TextChoices):
        FEMALE = "F", "Fille"
        MALE = "M", "Garçon"

    organisation = models.ForeignKey(
        "organisations.Organisation", verbose_name="organisme", on_delete=models.PROTECT, related_name="children_files"
    )
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    birth_date = models.DateField("date de naissance")
    sex = models.CharField("sexe", max_length=1, choices=Sex, blank=True)
    school = models.CharField("école", max_length=120, blank=True)
    may_be_photographed = models.BooleanField("peut être pris en photo", default=False)
    may_go_out = models.BooleanField("peut participer aux sorties", default=False)
    may_leave_alone = models.BooleanField("peut repartir seul", default=False)
    may_be_treated = models.BooleanField("peut être soigné en urgence", default=False)
    checked_at = models.DateTimeField("état civil vérifié le", null=True, blank=True)
    certified_at = models.DateTimeField("dossier certifié le", null=True, blank=True)
    certify_reminders = models.PositiveSmallIntegerField("rappels envoyés", default=0)
    certify_reminded_on = models.DateField("certification rappelée le", null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")

    objects = ChildQuerySet.as_manager()

    class Meta:
        verbose_name = "enfant"
        verbose_name_plural = "enfants"
        ordering = ["last_name", "first_name", "pk"]
        indexes = [
            models.Index(fields=["organisation", "last_name", "first_name"], name="child_name"),
            models.Index(fields=["birth_date", "last_name"], name="child_birth"),
        ]

    def __str__(self):
        return f"{self.first_name} {self.last_name}".strip() or "enfant effacé"

    def get_absolute_url(self) -> str:
        """The file at the desk."""
        return reverse("childcare:child", args=[self.pk])

    def age(self, day: datetime.date | None = None) -> int:
        """In whole years, on `day` (today by default)."""
        day = day or timezone.localdate()
        before = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before

    def can_see_file(self, user, stored_file) -> bool:
        """Agents of the body see the documents of the file; a parent those that their own home sent."""
        return holds(user, VIEW, self) or stored_file.uploaded_by_id == user.pk


class ChildHomeQuerySet(models.QuerySet):
    def current(self):
        """Where children live today."""
        return self.filter(end=None)

    def of_parent(self, user):
        """The homes in the name of which this account's owner acts."""
        if not user.is_authenticated:
            return self.none()
        held = Guardian.objects.active().filter(person__user=user)
        return self.filter(pk__in=held.values("home"), child__erased_at=None)


class ChildHome(models.Model):
    """One of the homes of a child: the first or the second, never a third.

    `payer` receives the bills of this home; `share` = its part, in %, when the bills are split.
    """

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="homes")
    household = models.ForeignKey("people.Household", on_delete=models.CASCADE, related_name="child_homes")
    rank = models.PositiveSmallIntegerField("rang", default=1)
    payer = models.ForeignKey(
        "people.Person", verbose_name="payeur", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    share = models.PositiveSmallIntegerField("part des frais en %", default=100)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    objects = ChildHomeQuerySet.as_manager()

    class Meta:
        verbose_name = "foyer de l’enfant"
        verbose_name_plural = "foyers de l’enfant"
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["child", "rank"], condition=Q(end=None), name="child_home_rank"),
            models.UniqueConstraint(fields=["child", "household"], condition=Q(end=None), name="child_home_once"),
            models.CheckConstraint(condition=Q(rank__in=(1, 2)), name="child_two_homes_at_most"),
            models.CheckConstraint(condition=Q(share__lte=100), name="child_home_share"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="child_home_dates"),
        ]

    def __str__(self):
        return str(self.household)


class GuardianQuerySet(models.QuerySet):
    def active(self):
        """Those who answer for the child today, and whose home is still one."""
        return self.filter(end=None, home__end=None)


class Guardian(models.Model):
    """Somebody who answers for the child in one of the homes (Code civil, art. 371-1): the only one who may book."""

    class Relation(models.TextChoices):
        MOTHER = "mother", "Mère"
        FATHER = "father", "Père"
        TUTOR = "tutor", "Tuteur ou tutrice"
        FOSTER = "foster", "Famille d’accueil"
        OTHER = "other", "Autre responsable"

    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="guardians")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="children_links")
    relation = models.CharField("lien", max_length=8, choices=Relation, default=Relation.OTHER)
    start = models.DateField("depuis le", default=timezone.localdate)
    end = models.DateField("jusqu’au", null=True, blank=True)

    objects = GuardianQuerySet.as_manager()

    class Meta:
        verbose_name = "responsable"
        verbose_name_plural = "responsables"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["home", "person"], condition=Q(end=None), name="guardian_once"),
            models.CheckConstraint(condition=Q(end=None) | Q(end__gte=F("start")), name="guardian_dates"),
        ]

    def __str__(self):
        return f"{self.person} ({self.get_relation_display().lower()})"


class Contact(models.Model):
    """Somebody to call, or who may pick the child up, named by one home: the other home does not see them."""

    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField("nom et prénom", max_length=120)
    phone = models.CharField("téléphone", max_length=20)
    relation = models.CharField("lien avec l’enfant", max_length=60, blank=True)
    may_pick_up = models.BooleanField("peut venir chercher l’enfant", default=True)
    in_emergency = models.BooleanField("à appeler en cas d’urgence", default=False)
    rank = models.PositiveSmallIntegerField("ordre", default=1)

    class Meta:
        verbose_name = "personne autorisée"
        verbose_name_plural = "personnes autorisées"
        ordering = ["rank", "pk"]

    def __str__(self):
        return self.name

    def can_see_file(self, user, stored_file) -> bool:
        """Their photo: agents, and the guardians of the home that named them."""
        if holds(user, VIEW, self.home.child):
            return True
        return self.home.guardians.active().filter(person__user=user).exists()


class Custody(models.Model):
    """Whose days are whose. Without a line, or with « any », either home may book any day.

    Weeks are counted as ISO 8601 does, and change on `change_day` (0 = Monday: the ISO week itself; 4 = from Friday on
    the child is with the home of the next week). A year of 53 weeks gives two odd weeks in a row, as judgments have it.
    Holidays: the same weeks go on, or each is cut in two halves, the first one for `first_half_home` in even years.
    """

    class Rhythm(models.TextChoices):
        ANY = "any", "Chaque foyer peut réserver n’importe quel jour"
        WEEKS = "weeks", "Une semaine sur deux"
        DAYS = "days", "Jours fixes de la semaine"

    class Holidays(models.TextChoices):
        SAME = "same", "Comme le reste de l’année"
        HALVES = "halves", "Partagées par moitié"

    class Payment(models.TextChoices):
        BOOKER = "booker", "Chaque foyer paie ses jours"
        SPLIT = "split", "Tout est partagé selon la part de chacun"

    child = models.OneToOneField(Child, on_delete=models.CASCADE, related_name="custody")
    rhythm = models.CharField("rythme", max_length=5, choices=Rhythm, default=Rhythm.ANY)
    even_home = models.ForeignKey(
        ChildHome,
        verbose_name="foyer des semaines paires",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    change_day = models.PositiveSmallIntegerField(
        "jour où l’enfant change de foyer", choices=list(enumerate(WEEKDAYS)), default=0
    )
    first_home_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name="jours du premier foyer", default=list, blank=True
    )
    holidays = models.CharField("vacances scolaires", max_length=6, choices=Holidays, default=Holidays.SAME)
    first_half_home = models.ForeignKey(
        ChildHome,
        verbose_name="première moitié des vacances les années paires",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    payment = models.CharField("paiement", max_length=6, choices=Payment, default=Payment.BOOKER)

    class Meta:
        verbose_name = "garde"
        verbose_name_plural = "gardes"
        constraints = [models.CheckConstraint(condition=Q(change_day__lte=6), name="custody_change_day")]

    def __str__(self):
        return f"garde {self.child_id}"


class CustodyException(models.Model):
    """Days that do not follow the calendar: proposed by one home, true once the other agreed (or an agent wrote it)."""

    child = models.ForeignKey(Child, on_delete=models.CASCADE, related_name="custody_exceptions")
    home = models.ForeignKey(ChildHome, on_delete=models.CASCADE, related_name="+")
    start = models.DateField("du")
    end = models.DateField("au")
    proposed_by = models.ForeignKey(ChildHome, null=True, on_delete=models.CASCADE, related_name="+")
    agreed_at = models.DateTimeField("acceptée le", null=True, blank=True)

    class Meta:
        verbose_name = "exception de garde"
        verbose_name_plural = "exceptions de garde"
        ordering = ["start"]
        constraints = [models.CheckConstraint(condition=Q(end__gte=F("start")), name="custody_exception_dates")]

    def __str__(self):
        return f"{self.start:%d/%m/%Y}"
