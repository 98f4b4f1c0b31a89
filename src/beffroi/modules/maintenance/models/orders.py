"""The work order, the reports that it answers, and how it was closed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.offline import OfflineMixin
from beffroi.modules.maintenance.access import MANAGE, VIEW, WORK
from beffroi.modules.maintenance.workflow import FINISHED, TONES, OrderState, order_workflow
from beffroi.shared.organisations import names
from beffroi.shared.organisations.geometry import PointField


class OrderQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The orders of the bodies where `user` may consult them, those on the soil of such a commune or invoiced to
        it, and those given to `user`."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        bodies = access.organisations_where(user, VIEW)
        if bodies is None:
            return self
        given = Order.assignees.through.objects.filter(user=user).values("order")
        ours = Q(organisation_id__in=bodies) | Q(commune_id__in=bodies) | Q(beneficiary_id__in=bodies)
        return self.filter(ours | Q(pk__in=given))

    def for_field(self, user):
        """The unfinished orders that `user` may have to do: given to them, or to one of their teams."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        bodies = access.organisations_where(user, WORK)
        given = Order.assignees.through.objects.filter(user=user).values("order")
        teams = user.memberships.active().filter(team__isnull=False).values("team")
        mine = Q(pk__in=given) | Q(team__in=teams)
        if bodies is not None:
            mine &= Q(organisation_id__in=bodies) | Q(pk__in=given)
        return self.unfinished().filter(mine)

    def unfinished(self):
        """Neither done nor cancelled."""
        return self.exclude(state__in=FINISHED)

    def late(self, day=None):
        """Unfinished after the day by which they were due."""
        return self.unfinished().filter(due_on__lt=day or timezone.localdate())


class Order(OfflineMixin):
    """Something to do, somewhere, by somebody. `state` is moved only by the workflow.

    `organisation` does the work; `beneficiary` = the commune to which it is invoiced again when the service is shared.
    `planned_start`/`planned_end` = the window given by the dispatcher. `disputed_at` = two people closed it,
    or it was moved meanwhile: a dispatcher must look. `trench_length` and `trench_width` (metres) = what an announced
    work opens in the ground; both null = it opens none.
    """

    class Origin(models.TextChoices):
        MANUAL = "manual", "Saisie directe"
        REPORT = "report", "Signalement"
        PLAN = "plan", "Maintenance préventive"
        METER = "meter", "Relevé de compteur"
        INSPECTION = "inspection", "Contrôle"

    class Priority(models.IntegerChoices):
        LOW = 1, "Basse"
        NORMAL = 2, "Normale"
        HIGH = 3, "Haute"
        URGENT = 4, "Urgente"

    class Nature(models.TextChoices):
        CORRECTIVE = "corrective", "Réparation"
        PREVENTIVE = "preventive", "Entretien préventif"
        INSPECTION = "inspection", "Contrôle"
        IMPROVEMENT = "improvement", "Amélioration"
        OTHER = "other", "Autre"

    class Announced(models.TextChoices):
        """The kinds of works of the national schema « Informations travaux »."""

        VOIRIE = "VOIRIE", "Voirie"
        AMENAGEMENT = "AMENAGEMENT", "Aménagement"
        EAU = "EAU", "Eau"
        ASSAINISSEMENT = "ASSAINISSEMENT", "Assainissement"
        ELECTRICITE = "ELECTRICITE", "Électricité, éclairage"
        TELECOM = "TELECOM", "Télécommunications"
        GAZ = "GAZ", "Gaz"
        CHAUFFAGE = "CHAUFFAGE", "Chauffage"
        CLIMATISATION = "CLIMATISATION", "Climatisation"
        AUTRE = "AUTRE", "Autres travaux"

    PREVENTIVE = (Nature.PREVENTIVE, Nature.INSPECTION)

    reference = models.CharField("référence", max_length=20, unique=True, editable=False)
    title = models.CharField("travail à faire", max_length=160)
    description = models.TextField("précisions", blank=True, max_length=4000)
    safety = models.TextField("consignes de sécurité", blank=True, max_length=2000)
    state = models.CharField("état", max_length=10, choices=OrderState, default=OrderState.OPEN, editable=False)
    origin = models.CharField("origine", max_length=10, choices=Origin, default=Origin.MANUAL, editable=False)
    nature = models.CharField("nature", max_length=12, choices=Nature, default=Nature.CORRECTIVE)
    priority = models.PositiveSmallIntegerField("priorité", choices=Priority, default=Priority.NORMAL)
    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisme qui fait le travail",
        on_delete=models.PROTECT,
        related_name="orders",
    )
    team = models.ForeignKey(
        "organisations.Team",
        verbose_name="équipe",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    assignees = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name="agents", blank=True, related_name="orders_given"
    )
    contractor = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="entreprise",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders_contracted",
    )
    beneficiary = models.ForeignKey(
        "organisations.Commune",
        verbose_name="à refacturer à",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders_reinvoiced",
    )
    asset = models.ForeignKey(
        "assets.Asset",
        verbose_name="équipement",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    commune = models.ForeignKey(
        "organisations.Commune", null=True, blank=True, on_delete=models.PROTECT, related_name="orders_here"
    )
    address = models.CharField("adresse ou repère", max_length=250, blank=True)
    location = PointField("emplacement", null=True, blank=True)
    announced = models.CharField("annoncé au public", max_length=14, choices=Announced, blank=True, default="")
    trench_length = models.DecimalField(
        "tranchée\u202f: longueur en mètres", max_digits=7, decimal_places=2, null=True, blank=True
    )
    trench_width = models.DecimalField(
        "tranchée\u202f: largeur en mètres", max_digits=5, decimal_places=2, null=True, blank=True
    )
    needs_signature = models.BooleanField("signature demandée à la fin", default=False)
    due_on = models.DateField("à faire avant le", null=True, blank=True)
    planned_start = models.DateTimeField("prévu de", null=True, blank=True)
    planned_end = models.DateTimeField("prévu jusqu’à", null=True, blank=True)
    started_at = models.DateTimeField("commencé le", null=True, blank=True, editable=False)
    finished_at = models.DateTimeField("terminé le", null=True, blank=True, editable=False)
    reason = models.TextField("motif du dernier changement", blank=True, editable=False)
    disputed_at = models.DateTimeField("à vérifier depuis le", null=True, blank=True, editable=False)
    version = models.PositiveIntegerField("version", default=0, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField("créé le", default=timezone.now)

    objects = OrderQuerySet.as_manager()
    workflow = order_workflow

    class Meta:
        verbose_name = "ordre de travail"
        verbose_name_plural = "ordres de travail"
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_end__isnull=True) | Q(planned_end__gt=F("planned_start")),
                name="order_window",
                violation_error_message="La fin doit venir après le début.",
            ),
            models.CheckConstraint(
                condition=Q(trench_length__isnull=True, trench_width__isnull=True)
                | Q(trench_length__gt=0, trench_width__gt=0, trench_length__isnull=False, trench_width__isnull=False),
                name="order_trench",
                violation_error_message="Une tranchée a une longueur et une largeur, en mètres.",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "state", "-created_at"], name="order_list"),
            models.Index(fields=["team", "state", "planned_start"], name="order_team"),
            models.Index(fields=["asset", "-created_at"], name="order_asset"),
            models.Index(fields=["commune", "-created_at"], name="order_commune"),
            models.Index(fields=["due_on"], name="order_due"),
            models.Index(fields=["planned_start"], condition=~Q(announced=""), name="order_announced"),
            models.Index(fields=["organisation", "finished_at"], name="order_finished"),
            models.Index(fields=["contractor", "-created_at"], name="order_contractor"),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def tone(self) -> str:
        """The tone of its state's tag."""
        return "late" if self.is_late else TONES[self.state]

    @property
    def is_finished(self) -> bool:
        return self.state in FINISHED

    @property
    def is_late(self) -> bool:
        return not self.is_finished and self.due_on is not None and self.due_on < timezone.localdate()

    @property
    def place(self) -> str:
        """Where it is, in a few words."""
        return names.place(self.address, self.commune)

    @property
    def geo_uri(self) -> str:
        """Its place for the phone's own map (RFC 5870), or an empty string."""
        return f"geo:{self.location[1]:.6f},{self.location[0]:.6f}" if self.location else ""

    def get_absolute_url(self) -> str:
        return reverse("maintenance:order", args=[self.reference])

    def can_see_file(self, user, stored_file) -> bool:
        """Its photos and documents: whoever may see the order."""
        return Order.objects.visible_to(user).filter(pk=self.pk).exists()

    def can_be_managed_by(self, user) -> bool:
        return access.can(user, MANAGE, self.organisation_id)


class OrderReport(models.Model):
    """An order answers a report; a report may need several orders, an order may answer several reports."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="report_links")
    case = models.ForeignKey("cases.Case", verbose_name="signalement", on_delete=models.PROTECT, related_name="orders")
    created_at = models.DateTimeField("relié le", auto_now_add=True)

    class Meta:
        verbose_name = "signalement traité"
        verbose_name_plural = "signalements traités"
        constraints = [models.UniqueConstraint(fields=["order", "case"], name="order_report_unique")]

    def __str__(self):
        return f"{self.order_id}–{self.case_id}"


class Closing(OfflineMixin):
    """What somebody said when they ended an order. The first one ends it; a later one, made elsewhere without network,
    is kept beside it (`applied` False) and shown to the dispatcher with `conflict`, the reason in words."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="closings")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    author_label = models.CharField("fait par", max_length=120, blank=True)
    text = models.TextField("compte rendu", blank=True, max_length=4000)
    signatory = models.CharField("signé par", max_length=120, blank=True)
    applied = models.BooleanField("retenu", default=True)
    conflict = models.CharField("désaccord", max_length=250, blank=True)
    created_at = models.DateTimeField("reçu le", default=timezone.now)

    class Meta:
        verbose_name = "compte rendu"
        verbose_name_plural = "comptes rendus"
        ordering = ["created_at", "pk"]

    def __str__(self):
        return self.text[:60]

    def can_see_file(self, user, stored_file) -> bool:
        return Order.objects.visible_to(user).filter(pk=self.order_id).exists()
