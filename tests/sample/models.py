from django.conf import settings
from django.db import models

from beffroi.kernel.offline import OfflineMixin


class Note(OfflineMixin):
    class State(models.TextChoices):
        OPEN = "open", "Ouverte"
        DONE = "done", "Faite"
        DROPPED = "dropped", "Abandonnée"

    title = models.CharField("titre", max_length=200)
    text = models.TextField("texte", blank=True)
    state = models.CharField("état", max_length=10, choices=State, default=State.OPEN)
    public = models.BooleanField("publique", default=True)
    organisation_id = models.BigIntegerField("organisation", null=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    email = models.EmailField("courriel", blank=True)
    day = models.DateField("jour", null=True)
    longitude = models.FloatField("longitude", null=True)
    latitude = models.FloatField("latitude", null=True)
    price = models.DecimalField("prix", max_digits=8, decimal_places=2, null=True)
    old = models.BooleanField("à effacer", default=False)

    class Meta:
        verbose_name = "note"
        verbose_name_plural = "notes"

    def __str__(self):
        return self.title


class Task(Note):
    """A note that is also a task: a class in two tables, as the kinds of cases are."""

    effort = models.PositiveSmallIntegerField("effort", default=1)

    class Meta:
        verbose_name = "tâche"
        verbose_name_plural = "tâches"
