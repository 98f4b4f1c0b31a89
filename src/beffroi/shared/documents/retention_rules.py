"""How what was thrown away dies."""

from beffroi.shared.documents import actions
from beffroi.shared.documents.actions.trash import LIFE, due
from beffroi.shared.documents.models import Removal

__all__ = ["LIFE", "destroy", "due"]


def destroy(removal: Removal) -> None:
    """Destroy what a removal holds."""
    actions.empty(removal)
