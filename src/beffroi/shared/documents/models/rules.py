"""What a body says of the documents that come: such words, such a place."""

from django.db import models
from django.db.models import Q

from beffroi.shared.documents.models.document import DocumentType
from beffroi.shared.documents.models.folder import Folder
from beffroi.shared.organisations.models import Organisation


class FilingRule(models.Model):
    """A document whose name or text holds one of `words` and the expression `pattern`, and whose sender is one of
    `senders`, is proposed for a folder, a type, tags. In the words, « # » is a figure and a last « * » the rest of a
    word: « FAC-#### », « subvention* ». `slow_at` = when a text made the expression too long to look for."""

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.CASCADE, related_name="filing_rules"
    )
    name = models.CharField("nom de la règle", max_length=80)
    position = models.PositiveSmallIntegerField("rang", default=10)
    words = models.CharField("mots du nom ou du texte", max_length=400, blank=True)
    pattern = models.CharField("expression régulière", max_length=300, blank=True)
    senders = models.CharField("expéditeurs", max_length=400, blank=True)
    folder = models.ForeignKey(
        Folder, verbose_name="dossier proposé", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    kind = models.ForeignKey(
        DocumentType, verbose_name="type proposé", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    tags = models.CharField("étiquettes proposées", max_length=200, blank=True)
    is_active = models.BooleanField("appliquée", default=True)
    slow_at = models.DateTimeField("trop longue à chercher le", null=True, editable=False)

    class Meta:
        verbose_name = "règle de classement"
        verbose_name_plural = "règles de classement"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="filing_rule_name",
                violation_error_message="Une règle porte déjà ce nom.",
            ),
            models.CheckConstraint(
                condition=~Q(words="") | ~Q(senders="") | ~Q(pattern=""),
                name="filing_rule_asks",
                violation_error_message="Donnez des mots, ou des expéditeurs, ou une expression régulière.",
            ),
        ]

    def __str__(self):
        return self.name
