"""The life of a booking, as a table that a clerk can read."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow


class BookingState(models.TextChoices):
    BOOKED = "booked", "Réservé"
    WAITING = "waiting", "Liste d’attente"
    OFFERED = "offered", "Place proposée"
    CANCELLED = "cancelled", "Annulé"
    EXPIRED = "expired", "Proposition sans réponse"


S = BookingState
TONES = {
    S.BOOKED: "done",
    S.WAITING: "waiting",
    S.OFFERED: "new",
    S.CANCELLED: "neutral",
    S.EXPIRED: "neutral",
}
HOLDING = (S.BOOKED, S.OFFERED)  # those that take a place
LIVE = (S.BOOKED, S.OFFERED, S.WAITING)

# The right is checked by the actions, which know on whose behalf the step is taken.
booking_workflow = Workflow(
    Transition(verb="offer", label="Proposer la place", sources=(S.WAITING,), target=S.OFFERED, hidden=True),
    Transition(verb="take", label="Prendre la place", sources=(S.OFFERED,), target=S.BOOKED, hidden=True),
    Transition(verb="expire", label="Laisser passer", sources=(S.OFFERED,), target=S.EXPIRED, hidden=True),
    Transition(verb="cancel", label="Annuler", sources=LIVE, target=S.CANCELLED, hidden=True),
)
