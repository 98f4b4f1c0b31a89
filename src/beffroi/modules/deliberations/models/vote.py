"""Who comes and goes during a meeting, who stands aside, how each votes."""

from django.db import models
from django.db.models import F, Q

from beffroi.modules.deliberations.models.meeting import Councillor, Item, Seat


class Change(models.Model):
    """A member who arrives, leaves or gives a proxy during the meeting: true from the examination of `item` on."""

    seat = models.ForeignKey(Seat, on_delete=models.CASCADE, related_name="changes")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="changes")
    status = models.CharField("présence", max_length=8, choices=Seat.Status)
    proxy = models.ForeignKey(
        Councillor, verbose_name="pouvoir donné à", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "mouvement en séance"
        verbose_name_plural = "mouvements en séance"
        ordering = ["item__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "item"], name="change_once"),
            models.UniqueConstraint(fields=["item", "proxy"], name="change_one_proxy"),
            models.CheckConstraint(
                condition=Q(status="proxy", proxy__isnull=False) | (~Q(status="proxy") & Q(proxy__isnull=True)),
                name="change_proxy",
            ),
            models.CheckConstraint(condition=~Q(status="unknown"), name="change_known"),
        ]

    def __str__(self):
        return f"{self.seat.councillor} – {self.get_status_display()}"


class Recusal(models.Model):
    """A member who takes no part in a point, being interested in it: neither debate nor vote (CGCT L2131-11)."""

    class Ground(models.TextChoices):
        """`MANDATE`: not counted among the members in office for the quorum of the point (CGCT L1111-6, L2131-11)."""

        INTEREST = "interest", "Intérêt personnel ou familial"
        MANDATE = "mandate", "Représentant de la collectivité dans l’organisme concerné"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="recusals")
    councillor = models.ForeignKey(
        Councillor, verbose_name="membre qui se déporte", on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField("motif", max_length=8, choices=Ground, default=Ground.INTEREST)

    class Meta:
        verbose_name = "déport"
        verbose_name_plural = "déports"
        ordering = ["councillor__rank", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "councillor"], name="recusal_once")]

    def __str__(self):
        return str(self.councillor)


class Ballot(models.Model):
    """The voice of a member, given by themselves or by whoever holds their proxy. A secret vote has none: the database
    refuses it (migration 0005)."""

    class Choice(models.TextChoices):
        FOR = "for", "Pour"
        AGAINST = "against", "Contre"
        ABSTAIN = "abstain", "Abstention"
        NONE = "none", "Ne prend pas part au vote"

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="ballots")
    councillor = models.ForeignKey(Councillor, on_delete=models.PROTECT, related_name="+")
    cast_by = models.ForeignKey(Councillor, on_delete=models.PROTECT, related_name="+")
    choice = models.CharField("sens du vote", max_length=8, choices=Choice)

    class Meta:
        verbose_name = "vote"
        verbose_name_plural = "votes"
        ordering = ["councillor__rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "councillor"], name="ballot_once"),
            models.UniqueConstraint(
                fields=["item", "cast_by"], condition=~Q(cast_by=F("councillor")), name="ballot_one_proxy"
            ),
        ]

    def __str__(self):
        return f"{self.councillor} – {self.get_choice_display()}"
