"""Types and subtypes: what kind of folder it is says its circuit, its signature, its fields, its delays."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing.levels import Fallback, Format, Level
from beffroi.shared.signing.models.circuit import Circuit


class Nature(models.Model):
    """A kind of folder, in two words: its type (« Finances ») and its subtype (« Bons de commande »).

    `level`, `fallback`, `format` say how it is signed; `stamp_page` where (1 = the first page, −1 = the last).
    `in_turn` = a desk reads the folder when its turn comes only. After `reminder_days` of silence the desk is reminded,
    each time; after `expiry_days` the folder is taken out of its circuit. 0 = never.
    """

    organisation = models.ForeignKey(
        Organisation, verbose_name="collectivité", on_delete=models.PROTECT, related_name="signing_natures"
    )
    type = models.CharField("type", max_length=60)
    name = models.CharField("sous-type", max_length=80)
    circuit = models.ForeignKey(
        Circuit,
        verbose_name="circuit, si aucune règle n’en choisit un autre",
        on_delete=models.PROTECT,
        related_name="natures",
    )
    format = models.CharField("signature", max_length=6, choices=Format, default=Format.AUTO)
    level = models.CharField("niveau", max_length=3, choices=Level, default=Level.B)
    fallback = models.CharField(
        "si l’horodatage ou les preuves manquent", max_length=8, choices=Fallback, default=Fallback.REFUSE
    )
    stamp_page = models.SmallIntegerField("page du tampon", default=-1)
    in_turn = models.BooleanField("chacun ne lit qu’à son tour", default=False)
    reminder_days = models.PositiveSmallIntegerField("rappel tous les (jours)", default=0)
    expiry_days = models.PositiveSmallIntegerField("sort du circuit après (jours)", default=0)
    is_active = models.BooleanField("proposé", default=True)

    class Meta:
        verbose_name = "nature de dossier"
        verbose_name_plural = "natures de dossier"
        ordering = ["type", "name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "type", "name"], name="nature_name"),
            models.CheckConstraint(condition=~Q(stamp_page=0), name="nature_stamp_page"),
        ]

    def __str__(self):
        return f"{self.type} – {self.name}"


class Detail(models.Model):
    """Something asked about a folder of a nature, when it is prepared or when a step is decided."""

    class Kind(models.TextChoices):
        TEXT = "text", "Texte"
        NUMBER = "number", "Nombre"
        DATE = "date", "Date"
        CHOICE = "choice", "Choix"

    class Moment(models.TextChoices):
        CREATION = "creation", "À la préparation"
        OPINION = "opinion", "À l’avis"
        VISA = "visa", "Au visa"
        SIGNATURE = "signature", "À la signature"
        SEAL = "seal", "Au cachet"
        REJECT = "reject", "Au rejet"

    nature = models.ForeignKey(Nature, on_delete=models.CASCADE, related_name="details")
    name = models.CharField("demandé", max_length=60)
    kind = models.CharField("sorte", max_length=6, choices=Kind, default=Kind.TEXT)
    choices = ArrayField(models.CharField(max_length=60), verbose_name="choix", default=list, blank=True)
    moment = models.CharField("quand", max_length=9, choices=Moment, default=Moment.CREATION)
    required = models.BooleanField("obligatoire", default=True)

    class Meta:
        verbose_name = "renseignement demandé"
        verbose_name_plural = "renseignements demandés"
        ordering = ["moment", "pk"]
        constraints = [models.UniqueConstraint(fields=["nature", "moment", "name"], name="detail_name")]

    def __str__(self):
        return self.name


class Rule(models.Model):
    """Which circuit a folder follows by what is said of it: the first rule that holds wins."""

    class Test(models.TextChoices):
        EQUALS = "eq", "est"
        ATLEAST = "ge", "est au moins"
        BELOW = "lt", "est inférieur à"
        CONTAINS = "in", "contient"

    nature = models.ForeignKey(Nature, on_delete=models.CASCADE, related_name="rules")
    rank = models.PositiveSmallIntegerField("ordre", default=1)
    detail = models.ForeignKey(
        Detail, verbose_name="si", null=True, blank=True, on_delete=models.CASCADE, related_name="rules"
    )
    test = models.CharField("comparaison", max_length=2, choices=Test, default=Test.EQUALS)
    value = models.CharField("valeur", max_length=80)
    circuit = models.ForeignKey(Circuit, verbose_name="alors le circuit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "règle de choix du circuit"
        verbose_name_plural = "règles de choix du circuit"
        ordering = ["rank", "pk"]

    def __str__(self):
        return f"{self.detail or 'objet'} {self.get_test_display()} {self.value}"
