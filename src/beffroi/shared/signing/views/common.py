"""What the pages of the sign-book share."""

from functools import wraps

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render

from beffroi.kernel.workflow import TransitionRefused
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
    folders = Folder.objects.visible_to(request.user).select_related("organisation", "circuit", "author")
    return get_object_or_404(folders, pk=pk)


def refuse(form, error: ValidationError) -> None:
    """Put the refusal of an action beside the fields that it names, the rest at the head of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, told in error.error_dict.items():
        form.add_error(name if name in form.fields else None, told)


def write(request, form, action, *, done, to, template="ui/desk_form.html", **context):
    """Show the form, or write and go on; refusals come back beside their fields."""
    if form.is_valid():
        try:
            action()
        except ValidationError as error:
            refuse(form, error)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(to())
        else:
            messages.success(request, done)
            return HttpResponseRedirect(to())
    return render(request, template, {"form": form, **context})
