"""The subjects on which one may write, and the messages received."""

from django.db import models
from django.utils.text import slugify

from beffroi.modules.contact.workflow import TONES, ContactState, contact_workflow
from beffroi.shared.cases.models import Case


class Subject(models.Model):
    """A reason for writing to an organisation, in the words of a resident, and the team that answers.

    `to_commune`: the answer belongs to the town hall of the commune chosen, not to `organisation` itself.
    """

    organisation = models.ForeignKey(
        "organisations.Organisation",
        verbose_name="organisation",
        on_delete=models.CASCADE,
        related_name="contact_subjects",
    )
    label = models.CharField("sujet", max_length=80)
    help_text = models.CharField("précision affichée", max_length=200, blank=True)
    team = models.ForeignKey(
        "organisations.Team",
        verbose_name="équipe qui répond",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    to_commune = models.BooleanField("adressé à la mairie de la commune choisie", default=False)
    hours = models.PositiveSmallIntegerField("heures ouvrées pour répondre", default=35)
    order = models.PositiveSmallIntegerField("ordre", default=100)
    is_active = models.BooleanField("proposé au public", default=True)

    class Meta:
        verbose_name = "sujet de contact"
        verbose_name_plural = "sujets de contact"
        ordering = ["order", "label"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "label"],
                name="contact_subject_unique",
                violation_error_message="Ce sujet existe déjà.",
            )
        ]

    def __str__(self):
        return self.label

    @property
    def slug(self) -> str:
        """Its name in an address: `/contact/?sujet=dechets`."""
        return slugify(self.label)


class ContactRequest(Case):
    """A message to a service, and its answer. `title` is the subject's label or the writer's own words."""

    prefix = "CTR"
    workflow = contact_workflow
    states = ContactState
    tones = TONES
    view_permission = "contact.view"
    handle_permission = "contact.handle"
    new_states = (ContactState.NEW,)
    waiting_states = (ContactState.WAITING,)
    closed_states = (ContactState.REPLIED, ContactState.DISMISSED, ContactState.MERGED)
    personal_fields = ("body",)
    desk_template = "contact/desk/facts.html"
    public_template = "contact/message.html"
    related = ("subject",)

    subject = models.ForeignKey(
        Subject, verbose_name="sujet", null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    body = models.TextField("message", max_length=5000)

    class Meta:
        verbose_name = "message à un service"
        verbose_name_plural = "messages aux services"
