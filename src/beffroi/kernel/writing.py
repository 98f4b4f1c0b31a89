"""The usual life of a form at the desk: show it, write, go on; what is refused comes back beside its fields."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from beffroi.kernel.workflow import TransitionRefused


def posted(request, *, files: bool = False) -> tuple:
    """What a form is bound to: nothing before it is sent."""
    if request.method != "POST":
        return ()
    return (request.POST, request.FILES) if files else (request.POST,)


def tell(form, error: ValidationError) -> None:
    """Put the refusal of an action beside the fields that it names, the rest at the head of the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, said in error.error_dict.items():
        form.add_error(name if name in form.fields else None, said)


def write(
    request,
    form,
    action: Callable[[], object],
    *,
    done: str,
    to: Callable[[], str],
    template: str = "ui/desk_form.html",
    **context,
) -> HttpResponse:
    """Show `form`; once it is right, run `action`, say `done` and go `to`.

    A ValidationError of the action comes back in the form, which keeps what was typed; a step that the workflow refuses
    is told where it leads, for the object has changed since.
    """
    if form.is_valid():
        try:
            action()
        except ValidationError as error:
            tell(form, error)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(to())
        else:
            messages.success(request, done)
            return HttpResponseRedirect(to())
    return render(request, template, {"form": form, **context})
