"""Templates: chosen for a request, filled, filed."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from beffroi.kernel.writing import posted, write
from beffroi.shared.cases.models import Case
from beffroi.shared.documents import actions, templating
from beffroi.shared.documents.actions.templating import content_of
from beffroi.shared.documents.forms.templating import FillForm
from beffroi.shared.documents.models import Document
from beffroi.shared.documents.views.common import crumbs, desk, get_document, trail

SHOWN = 100


def _case(request) -> Case | None:
    """The request that the address names, if the person may see it at the desk."""
    reference = request.GET.get("demande", request.POST.get("demande", ""))[:20]
    return Case.objects.on_desk_of(request.user).with_names().filter(reference=reference).first() if reference else None


@desk
@require_safe
def templates(request):
    """The templates that the person may use."""
    found = Document.objects.visible_to(request.user).filter(
        current__mime__in=[templating.DOCX, templating.ODT], current__reading__text__contains="{{"
    )
    context = {
        "templates": found.select_related("space", "folder").order_by("name")[:SHOWN],
        "case": _case(request),
        "breadcrumbs": crumbs(("Modèles", "")),
    }
    return render(request, "documents/templates.html", context)


@desk
def fill(request, pk):
    """The fields of a template, those that Beffroi knows already filled."""
    template = get_document(request, pk)
    case = _case(request)
    try:
        names = templating.fields_of(template.current.mime, content_of(template))
        fault = ""
    except (templating.BadTemplate, FileNotFoundError) as error:
        names, fault = [], str(error)
    known = templating.values_of(template.space, request.user, case)
    start = {"name": f"{template.title} {case.reference}" if case else template.title}
    form = FillForm(
        *posted(request),
        initial=start,
        names=names,
        known=known,
        user=request.user,
        organisation_id=template.space.organisation_id,
    )
    made: list[Document] = []

    def create():
        space, folder = form.fields["place"].place(form.cleaned_data["place"])
        made.append(
            actions.fill_template(
                template,
                form.values(),
                actor=request.user,
                space=space,
                folder=folder,
                name=form.cleaned_data["name"],
                as_pdf=form.cleaned_data["kind"] == "pdf",
            )
        )

    return write(
        request,
        form,
        create,
        done="Le document est écrit et classé.",
        to=lambda: made[0].get_absolute_url(),
        template="documents/fill.html",
        document=template,
        case=case,
        fault=fault,
        back=template.get_absolute_url(),
        breadcrumbs=trail(
            request.user, template.folder, template.space, (template.name, template.get_absolute_url()), ("Remplir", "")
        ),
    )
