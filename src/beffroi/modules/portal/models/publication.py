"""What news, events and alerts share: who publishes, where it stands, from when it is seen."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import access

WRITE = "portal.write"


class Theme(models.TextChoices):
    """The themes by which news and events are filtered."""

    LIFE = "vie-locale", "Vie locale"
    CULTURE = "culture", "Culture et fêtes"
    SPORT = "sport", "Sport et nature"
    CHILDHOOD = "enfance", "Enfance et jeunesse"
    ENVIRONMENT = "environnement", "Environnement et déchets"
    WORKS = "travaux", "Travaux et routes"
    DIGITAL = "numerique", "Numérique"
    HEALTH = "sante", "Santé et solidarité"
    ECONOMY = "economie", "Économie et emploi"
    HERITAGE = "patrimoine", "Patrimoine et tourisme"


class State(models.TextChoices):
    """Where a publication stands; « published » is seen from its `publish_at` on."""

    DRAFT = "draft", "Brouillon"
    REVIEW = "review", "À relire"
    PUBLISHED = "published", "Publié"
    CANCELLED = "cancelled", "Annulé"
    WITHDRAWN = "withdrawn", "Retiré"


class PublicationQuerySet(models.QuerySet):
    def public(self, now=None):
        """What everyone reads at `now`."""
        shown = (State.PUBLISHED, State.CANCELLED)
        return self.filter(state__in=shown, publish_at__lte=now or timezone.now())

    def visible_to(self, user):
        """What `user` may open at the desk: the publications of the bodies for which they write."""
        bodies = access.organisations_where(user, WRITE)
        return self if bodies is None else self.filter(organisation_id__in=bodies)

    def around(self, commune):
        """What concerns a commune: its own, and what is for the whole territory."""
        return self.filter(Q(commune=commune) | Q(commune=None))

    def with_place(self, *more: str):
        """With the commune and these relations; not its outline, thousands of points that no page of these shows."""
        return self.select_related("commune", *more).defer("commune__outline", "commune__postal_codes")


class Publication(models.Model):
    """`publish_at` empty = nobody has published it yet. `announced_at` = the journal has told that it appeared."""

    organisation = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, related_name="+", verbose_name="publié par"
    )
    title = models.CharField("titre", max_length=120)
    slug = models.SlugField("adresse courte", max_length=140, unique=True, editable=False)
    state = models.CharField("état", max_length=10, choices=State, default=State.DRAFT, editable=False)
    publish_at = models.DateTimeField("visible à partir du", null=True, blank=True)
    announced_at = models.DateTimeField("paru le", null=True, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    kind = ""
    kind_label = ""

    class Meta:
        abstract = True

    def __str__(self):
        return self.title

    @property
    def is_public(self) -> bool:
        """Does everyone read it now?"""
        shown = self.state in (State.PUBLISHED, State.CANCELLED)
        return shown and self.publish_at is not None and self.publish_at <= timezone.now()

    @property
    def is_scheduled(self) -> bool:
        return self.state == State.PUBLISHED and self.publish_at is not None and self.publish_at > timezone.now()

    @property
    def state_label(self) -> str:
        return "Programmé" if self.is_scheduled else self.get_state_display()

    @property
    def state_tone(self) -> str:
        if self.is_scheduled:
            return "progress"
        return {"draft": "neutral", "review": "waiting", "published": "done", "cancelled": "late"}.get(
            self.state, "neutral"
        )
