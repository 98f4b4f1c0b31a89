"""Steps, money, notes, links, documents of an action."""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from beffroi.kernel import finding
from beffroi.kernel.writing import tell
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.forms import details as forms
from beffroi.modules.roadmap.views.action import page_of
from beffroi.modules.roadmap.views.common import action_crumbs, desk_page, get_editable_action
from beffroi.modules.roadmap.views.writing import address
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import StoredFile


def _lines(request, slug, *, formset_class, rows, replace, heading, said):
    """A table of lines to fill: steps, budget or fundings."""
    action = get_editable_action(request, slug)
    formset = formset_class(request.POST or None, initial=rows(action))
    reason = forms.ReasonMixin(request.POST or None)
    if request.method == "POST" and formset.is_valid() and reason.is_valid():
        try:
            replace(action, formset.rows(), actor=request.user, reason=reason.cleaned_data["reason"])
        except ValidationError as error:
            tell(reason, error)
        else:
            messages.success(request, said)
            return HttpResponseRedirect(address(action))
    context = {
        "action": action,
        "formset": formset,
        "reason": reason,
        "heading": heading,
        "back": address(action),
        "spread": forms.SpreadForm() if formset_class is forms.BudgetLines else None,
        "breadcrumbs": action_crumbs(action, (heading, "")),
    }
    return render(request, "roadmap/desk/lines.html", context)


@desk_page
def steps(request, slug):
    return _lines(
        request,
        slug,
        formset_class=forms.StepLines,
        rows=lambda action: list(action.steps.values("title", "due", "done_on")),
        replace=actions.replace_steps,
        heading="Étapes",
        said="Les étapes sont à jour.",
    )


@desk_page
def budget(request, slug):
    return _lines(
        request,
        slug,
        formset_class=forms.BudgetLines,
        rows=lambda action: list(action.budget_lines.values("year", "kind", "planned", "actual")),
        replace=actions.replace_budget,
        heading="Budget",
        said="Le budget est à jour.",
    )


@desk_page
def fundings(request, slug):
    return _lines(
        request,
        slug,
        formset_class=forms.FundingLines,
        rows=lambda action: list(action.fundings.values("funder", "scheme", "amount", "status")),
        replace=actions.replace_fundings,
        heading="Financements",
        said="Les financements sont à jour.",
    )


@desk_page
def spread(request, slug):
    """Share a sum over several years, to the cent."""
    action = get_editable_action(request, slug)
    form = forms.SpreadForm(
        request.POST or None, initial={"first": action.axis.plan.start.year, "last": action.axis.plan.end.year}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.spread_budget(action, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La somme est répartie ; la dernière année prend le reste.")
            return HttpResponseRedirect(address(action))
    heading = "Répartir une somme"
    context = {
        "form": form,
        "heading": heading,
        "about": f"{action.reference} {action.title}",
        "back": address(action),
        "breadcrumbs": action_crumbs(action, (heading, "")),
    }
    return render(request, "roadmap/desk/form.html", context)


@desk_page
@require_POST
def tick(request, slug, pk):
    """A step is done, today."""
    action = get_editable_action(request, slug)
    step = actions.complete_step(get_object_or_404(action.steps, pk=pk), actor=request.user)
    messages.success(request, f"« {step.title} » est faite.")
    return HttpResponseRedirect(address(action))


@desk_page
@require_POST
def note(request, slug):
    action = get_editable_action(request, slug)
    form = forms.NoteForm(request.POST)
    if not form.is_valid():
        return page_of(request, slug, form, status=422)
    actions.add_note(action, actor=request.user, **form.cleaned_data)
    messages.success(request, "Le point d’avancement est ajouté.")
    return HttpResponseRedirect(address(action))


@desk_page
@require_POST
def note_gesture(request, slug, pk, name):
    """Publish, hide or erase a note."""
    action = get_editable_action(request, slug)
    kept = get_object_or_404(action.notes, pk=pk)
    try:
        if name == "effacer":
            actions.remove_note(kept, actor=request.user)
            said = "Le point d’avancement est effacé."
        else:
            actions.publish_note(kept, actor=request.user, public=name == "publier")
            said = "Le texte est publié." if name == "publier" else "Le texte est retiré du site."
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(address(action))


@desk_page
def link(request, slug):
    """Link the action to an object of any part, found by its words, to a case, or to an address.

    Only what the person may see is offered, and taken.
    """
    action = get_editable_action(request, slug)
    if "objet" in request.POST:
        return _link_object(request, action)
    form = forms.LinkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        case = Case.objects.visible_to(request.user).filter(reference=values["reference"]).first()
        if values["reference"] and case is None:
            form.add_error("reference", "Aucune demande que vous puissiez voir ne porte cette référence.")
        else:
            try:
                label = values["label"] or values["reference"]
                actions.add_link(action, actor=request.user, label=label, case=case, url=values["url"])
            except ValidationError:
                form.add_error(None, "Ce lien existe déjà.")
            else:
                messages.success(request, "Le lien est ajouté.")
                return HttpResponseRedirect(address(action))
    heading = "Ajouter un lien"
    typed = finding.clean(request.GET.get("q", ""))
    context = {
        "form": form,
        "typed": typed,
        "found": [one for one in finding.find_objects(typed, request.user) if not _is(one, action)],
        "heading": heading,
        "about": f"{action.reference} {action.title}",
        "back": address(action),
        "breadcrumbs": action_crumbs(action, (heading, "")),
    }
    return render(request, "roadmap/desk/link.html", context)


def _is(entry, action) -> bool:
    return entry.target_id == action.pk and entry.target_type == ContentType.objects.get_for_model(action)


def _link_object(request, action):
    number = request.POST["objet"]
    entry = finding.seen_object(int(number), request.user) if number.isascii() and number.isdecimal() else None
    target = entry and entry.target_type.get_object_for_this_type(pk=entry.target_id)
    if target is None or _is(entry, action):
        raise Http404("objet")
    try:
        actions.add_link(action, actor=request.user, label=entry.title, target=target)
    except ValidationError:
        messages.info(request, "Ce lien existe déjà.")
    else:
        messages.success(request, "Le lien est ajouté.")
    return HttpResponseRedirect(address(action))


@desk_page
@require_POST
def unlink(request, slug, pk):
    action = get_editable_action(request, slug)
    actions.remove_link(get_object_or_404(action.links, pk=pk), actor=request.user)
    messages.success(request, "Le lien est retiré.")
    return HttpResponseRedirect(address(action))


@desk_page
def documents(request, slug):
    """Attach documents to the action."""
    action = get_editable_action(request, slug)
    form = forms.DocumentForm(request.POST or None, request.FILES or None, initial={"public": False})
    form.fields["files"].actor = request.user
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        actions.add_documents(action, values["files"], actor=request.user, public=values["public"])
        messages.success(request, "Les documents sont ajoutés.")
        return HttpResponseRedirect(address(action))
    heading = "Ajouter des documents"
    context = {
        "form": form,
        "heading": heading,
        "about": f"{action.reference} {action.title}",
        "back": address(action),
        "breadcrumbs": action_crumbs(action, (heading, "")),
    }
    return render(request, "roadmap/desk/form.html", context)


@desk_page
@require_POST
def document_gesture(request, slug, pk, name):
    """Publish, hide or remove a document."""
    action = get_editable_action(request, slug)
    file = get_object_or_404(StoredFile.objects.about(action), pk=pk)
    if name == "effacer":
        actions.remove_document(action, file, actor=request.user)
        messages.success(request, "Le document est retiré.")
    else:
        actions.show_document(action, file, actor=request.user, public=name == "publier")
        messages.success(
            request, "Le document est publié." if name == "publier" else "Le document n’est plus sur le site."
        )
    return HttpResponseRedirect(address(action))
