"""What the pages of the mail share."""

from django.shortcuts import get_object_or_404

from beffroi.modules.mail.models import Letter

HOME = ("Courrier", "/bureau/courrier/")
SETTINGS = ("Réglages", "/bureau/courrier/reglages/")


def crumbs(*more):
    """The path of a page below the mail."""
    return [("Bureau", "/bureau/"), HOME if more else (HOME[0], ""), *more]


def get_letter(request, pk: int) -> Letter:
    """The letter, if the person may see it; else 404."""
    return get_object_or_404(Letter.objects.visible_to(request.user).with_parties(), pk=pk)
