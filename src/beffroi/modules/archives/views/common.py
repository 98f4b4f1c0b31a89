"""What the pages of the archives share."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404

from beffroi.kernel.workflow import Workflow
from beffroi.kernel.writing import posted, write
from beffroi.modules.archives.models import Box, Elimination, Handover, PaperTransfer, Transfer

HOME = ("Archives", "/bureau/archives/")
SLIPS = ("Bordereaux d’élimination", "/bureau/archives/bordereaux/")
SENDINGS = ("Versements", "/bureau/archives/versements/")
PAPERS = ("Versements de papier", "/bureau/archives/versements/papier/")
BOXES = ("Boîtes", "/bureau/archives/boites/")
HANDED = ("Communications", "/bureau/archives/communications/")
A_PAGE = 40


def crumbs(*more):
    """The path of a page below the archives."""
    return [("Bureau", "/bureau/"), HOME if more else (HOME[0], ""), *more]


def of(model, request, pk: int):
    """The record, if the person reads the archives of its body; else 404."""
    return get_object_or_404(model.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def get_slip(request, pk: int) -> Elimination:
    return of(Elimination, request, pk)


def get_transfer(request, pk: int) -> Transfer:
    rows = Transfer.objects.visible_to(request.user).select_related("organisation", "profile")
    return get_object_or_404(rows.defer("profile__schema"), pk=pk)


def get_paper(request, pk: int) -> PaperTransfer:
    return of(PaperTransfer, request, pk)


def get_box(request, pk: int) -> Box:
    return of(Box, request, pk)


def get_handover(request, pk: int) -> Handover:
    return of(Handover, request, pk)


def page_of(request, rows, size: int = A_PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))


def step_page(
    request, record, form, act, *, done: str, heading: str, above, button: str = "", to=None, about: str = ""
):
    """A page made of one step of a record; `about` = what it does, in a sentence."""
    named = f"{record.reference} – {record.title}" if hasattr(record, "title") else record.reference
    return write(
        request,
        form,
        act,
        done=done,
        to=to or record.get_absolute_url,
        heading=heading,
        about=f"{named}. {about}" if about else named,
        button=button or heading,
        back=record.get_absolute_url(),
        breadcrumbs=crumbs(above, (record.reference, record.get_absolute_url()), (heading, "")),
    )


def take_step(request, record, verb: str, workflow: Workflow, steps: dict[str, tuple], about: dict[str, str], above):
    """The page of one step of a workflow. `steps` = {verb: (form, action, what is said once it is done)}; `about` =
    {verb: what it does}. The action runs on the record as it is then. Raises Http404, PermissionDenied."""
    taken = workflow.transitions.get(verb)
    if verb not in steps or taken is None:
        raise Http404(verb)
    if not taken.who(request.user, record):
        raise PermissionDenied(taken.label)
    kind, action, done = steps[verb]
    form = kind(*posted(request, files=True), record=record, actor=request.user)

    def act():
        action(of(type(record), request, record.pk), actor=request.user, **form.cleaned_data)

    return step_page(request, record, form, act, done=done, heading=taken.label, above=above, about=about.get(verb, ""))
