"""What a list says of a case, from its own columns alone."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import apps
from django.utils import timezone

if TYPE_CHECKING:
    from beffroi.shared.cases.models import Case


class Shown:
    """Shared by `Case` and by the line of a list, read without its objects."""

    if TYPE_CHECKING:
        kind: str
        state: str
        closed_at: datetime | None
        paused_at: datetime | None
        due_at: datetime | None

    @property
    def kind_model(self) -> "type[Case]":
        """The concrete class."""
        return apps.get_model(self.kind)

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def is_waiting(self) -> bool:
        """Is its requester expected to answer?"""
        return self.is_open and self.state in self.kind_model.waiting_states

    @property
    def is_late(self) -> bool:
        return self.is_open and self.paused_at is None and self.due_at is not None and self.due_at < timezone.now()

    def get_state_display(self) -> str:
        """Its state in words, without fetching the concrete object."""
        return str(self.kind_model.states(self.state).label)

    @property
    def desk_state(self) -> str:
        """The same for the agents, who are not the « vous » of a question."""
        return "Réponse attendue" if self.is_waiting else self.get_state_display()

    @property
    def tone(self) -> str:
        """The tone of its state's tag (see the components)."""
        return self.kind_model.tones.get(self.state, "neutral")

    @property
    def kind_label(self) -> str:
        """« signalement », « message à un service »."""
        return str(self.kind_model._meta.verbose_name)
