"""The figures of the first screen of the desk."""

from beffroi.shared.assets.listing import pile
from beffroi.shared.assets.models import Asset


def down(user):
    """The assets of one's bodies that are out of order."""
    return Asset.objects.visible_to(user).filter(**pile("panne"))


def to_replace(user):
    """Those to replace within a year."""
    return Asset.objects.visible_to(user).in_use().filter(**pile("remplacer"))
