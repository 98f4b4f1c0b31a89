"""The figures of the first screen of the desk."""

from beffroi.shared.assets.listing import pile
from beffroi.shared.assets.models import Asset


def down(user) -> int:
    """How many assets of one's bodies are out of order."""
    return Asset.objects.visible_to(user).filter(**pile("panne")).count()


def to_replace(user) -> int:
    """How many should be replaced within a year."""
    return Asset.objects.visible_to(user).in_use().filter(**pile("remplacer")).count()
