"""What the pages of the sign-book share."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from beffroi.shared.signing import access
from beffroi.shared.signing.models import Folder

HOME = ("Parapheur", "/bureau/parapheur/")


def signer_required(view):
    """For whoever has something to do with the sign-book: prepares folders, holds a desk, or manages it."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not access.may_open(request.user):
            raise PermissionDenied("signing")
        return view(request, *args, **kwargs)

    return guarded


def crumbs(*more):
    return [("Bureau", "/bureau/"), HOME if more else (HOME[0], ""), *more]


def get_folder(request, pk: int) -> Folder:
    """The folder, if the person may see it; else 404."""
    folders = Folder.objects.visible_to(request.user).select_related(
        "organisation", "circuit", "author", "nature", "follows"
    )
    return get_object_or_404(folders, pk=pk)
