"""The action, and those who pilot it."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.models.plan import Axis, Plan, Referent
from beffroi.modules.roadmap.states import State
from beffroi.shared.organisations.models import Membership


class ActionQuerySet(models.QuerySet):
    def public(self):
        """What anyone may read: not restricted, in a published plan, and no repeat of a restricted action."""
        return self.filter(
            Q(same_as__isnull=True) | Q(same_as__restricted=False), restricted=False, axis__plan__is_public=True
        )

    def for_lists(self):
        """With its place in the plan, the action that it repeats and its referent."""
        return self.select_related("axis__plan", "same_as__axis", "referent")

    def piloted_by(self, user):
        """Actions of which `user` is a pilot: by name, by their team, or by a body where they may pilot."""
        if not user.is_authenticated or not user.is_agent:
            return self.none()
        teams = Membership.objects.active().filter(
            user=user, team__isnull=False, role__in=access.roles_with("roadmap.pilot")
        )
        rule = Q(user=user) | Q(team__in=teams.values("team"))
        bodies = access.organisations_where(user, "roadmap.pilot")
        if bodies:
            rule |= Q(organisation_id__in=bodies)
        return self.filter(Exists(Pilot.objects.filter(rule, action=OuterRef("pk"))))

    def visible_to(self, user):
        """Public actions for everyone; at the desk, the plan's body decides who reads the restricted ones.

        The pilots of a restricted action always see it.
        """
        bodies = access.organisations_where(user, "roadmap.view_restricted")
        if bodies is None:
            return self
        rule = Q(restricted=False, axis__plan__is_public=True) | Q(axis__plan__organisation_id__in=bodies)
        readers = access.organisations_where(user, "roadmap.view")
        if readers:
            rule |= Q(restricted=False, axis__plan__organisation_id__in=readers)
        if user.is_authenticated:
            rule |= Q(pk__in=Action.objects.piloted_by(user).values("pk"))
        return self.filter(rule)

    def editable_by(self, user):
        """Actions that `user` may change: all those of the plans they edit, and those they pilot."""
        bodies = access.organisations_where(user, "roadmap.edit")
        if bodies is None:
            return self
        mine = Action.objects.piloted_by(user).values("pk")
        return self.filter(Q(axis__plan__organisation_id__in=bodies) | Q(pk__in=mine))

    def distinct_ones(self):
        """Without the lines that repeat another action of the plan: what the totals count."""
        return self.filter(same_as__isnull=True)

    def with_shown_state(self, today=None):
        """Adds `shown`, the code of the state to show (see `states`). A repeated line shows that of its original."""
        today = today or timezone.localdate()
        return self.annotate(
            followed_state=Coalesce(F("same_as__state"), F("state")),
            followed_start=Case(When(same_as__isnull=False, then=F("same_as__start")), default=F("start")),
            followed_end=Case(When(same_as__isnull=False, then=F("same_as__end")), default=F("end")),
        ).annotate(
            shown=Case(
                When(
                    followed_state__in=[State.PLANNED, State.ONGOING], followed_end__lt=today, then=Value(states.LATE)
                ),
                When(followed_state=State.PLANNED, followed_start__lt=today, then=Value(states.LATE)),
                default=F("followed_state"),
                output_field=models.CharField(),
            )
        )


class Action(models.Model):
    """Something that the plan promises. `state` is moved only by the workflow; « En retard » is derived.

    `same_as` = this line of the source repeats another one: it is shown where the source has it, followed there, and
    counted once. `restricted` = seen at the desk only by those who may; never on the public site.
    """

    class Priority(models.IntegerChoices):
        LOW = 1, "Basse"
        MEDIUM = 2, "Moyenne"
        HIGH = 3, "Haute"

    uid = models.UUIDField("identifiant public", unique=True, default=uuid.uuid4, editable=False)
    axis = models.ForeignKey(Axis, verbose_name="axe", on_delete=models.PROTECT, related_name="actions")
    number = models.PositiveSmallIntegerField("numéro dans l’axe")
    slug = models.SlugField("adresse courte", max_length=90, unique=True)
    title = models.CharField("titre", max_length=200)
    summary = models.TextField("en quelques mots", blank=True)
    description = models.TextField("description", blank=True)
    objectives = models.TextField("objectifs", blank=True)
    audience = models.CharField("public visé", max_length=200, blank=True)
    means = models.TextField("moyens", blank=True)
    source_place = models.CharField("place dans le document d’origine", max_length=120, blank=True)
    same_as = models.ForeignKey(
        "self",
        verbose_name="répète l’action",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="repeats",
    )
    referent = models.ForeignKey(
        Referent,
        verbose_name="élu référent",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="actions",
    )
    partners = models.ManyToManyField(
        "organisations.Organisation", verbose_name="partenaires", blank=True, related_name="roadmap_partnerships"
    )
    other_partners = models.CharField("autres partenaires", max_length=250, blank=True)
    communes = models.ManyToManyField(
        "organisations.Commune", verbose_name="communes concernées", blank=True, related_name="roadmap_actions"
    )
    start = models.DateField("début prévu", null=True, blank=True)
    end = models.DateField("fin prévue", null=True, blank=True)
    done_on = models.DateField("réalisée le", null=True, blank=True)
    priority = models.PositiveSmallIntegerField("priorité", choices=Priority, default=Priority.MEDIUM)
    restricted = models.BooleanField("restreinte", default=False)
    tags = ArrayField(models.CharField(max_length=40), verbose_name="mots-clés", default=list, blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.PLANNED, editable=False)
    unblock_condition = models.TextField("condition du déblocage", blank=True)
    created_at = models.DateTimeField("créée le", default=timezone.now, editable=False)
    updated_at = models.DateTimeField("modifiée le", auto_now=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = "action"
        verbose_name_plural = "actions"
        ordering = ["axis__position", "axis_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["axis", "number"],
                name="roadmap_action_number_unique",
                violation_error_message="Ce numéro est déjà pris dans cet axe.",
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gte=F("start")),
                name="roadmap_action_dates",
                violation_error_message="La fin prévue doit venir après le début.",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="roadmap_action_state"),
            models.CheckConstraint(
                condition=~Q(state=State.BLOCKED) | ~Q(unblock_condition=""),
                name="roadmap_action_blocked",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DONE, done_on__isnull=False) | (~Q(state=State.DONE) & Q(done_on__isnull=True)),
                name="roadmap_action_done_has_date",
            ),
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3]), name="roadmap_action_priority"),
            models.CheckConstraint(condition=~Q(same_as=F("pk")), name="roadmap_action_not_same_as_itself"),
        ]
        indexes = [
            models.Index(fields=["state", "end"], name="roadmap_action_state_end"),
            models.Index(fields=["restricted", "axis"], name="roadmap_action_public"),
            models.Index(fields=["referent", "state"], name="roadmap_action_referent"),
            models.Index(fields=["-updated_at"], name="roadmap_action_updated"),
            GinIndex(fields=["tags"], name="roadmap_action_tags"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    def get_absolute_url(self):
        return reverse("roadmap:public_action", args=[self.slug])

    @property
    def plan(self) -> Plan:
        return self.axis.plan

    @property
    def reference(self) -> str:
        """« 2.1 »: the axis, then the place in it."""
        return f"{self.axis.code}.{self.number}"

    @property
    def followed(self) -> "Action":
        """Where the progress is recorded: the original of a repeated line, else the action itself."""
        return self.same_as or self

    @property
    def shown_state(self) -> states.Shown:
        """The state to show today."""
        code = getattr(self, "shown", None)
        if code is None:
            action = self.followed
            code = states.shown_code(action.state, action.start, action.end, timezone.localdate())
        return states.SHOWN[code]

    @property
    def steps_done(self) -> int:
        """How many steps are done; reads those that are already fetched."""
        return sum(1 for step in self.steps.all() if step.done_on)

    @property
    def is_public(self) -> bool:
        return not (self.restricted or self.followed.restricted) and self.axis.plan.is_public

    def can_see_file(self, user, stored_file) -> bool:
        """Documents follow the action; on the public site, only those marked visible of all."""
        if self.is_public and stored_file.public:
            return True
        return user.is_authenticated and user.is_agent and Action.objects.visible_to(user).filter(pk=self.pk).exists()


class Pilot(models.Model):
    """One of those who carry the action: a person, a team or a body (exactly one of the three)."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="pilots")
    user = models.ForeignKey(
        "kernel.User", null=True, blank=True, on_delete=models.CASCADE, related_name="roadmap_piloted"
    )
    team = models.ForeignKey(
        "organisations.Team", null=True, blank=True, on_delete=models.CASCADE, related_name="roadmap_piloted"
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", null=True, blank=True, on_delete=models.CASCADE, related_name="roadmap_piloted"
    )

    class Meta:
        verbose_name = "pilote"
        verbose_name_plural = "pilotes"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["action", "user", "team", "organisation"], nulls_distinct=False, name="roadmap_pilot_unique"
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, team__isnull=True, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=False, organisation__isnull=True)
                | Q(user__isnull=True, team__isnull=True, organisation__isnull=False),
                name="roadmap_pilot_exactly_one",
            ),
        ]

    def __str__(self):
        return str(self.user or self.team or self.organisation)

    @property
    def public_label(self) -> str:
        """What residents read: the body or the team, never the name of an agent."""
        if self.team_id:
            return f"{self.team.name} ({self.team.organisation.name})"
        return self.organisation.name if self.organisation_id else "Un agent de la collectivité"
