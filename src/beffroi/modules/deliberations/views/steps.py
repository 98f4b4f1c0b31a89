"""The steps of an act, one form each; and the files for the operator."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from beffroi.kernel.access import permission_required
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted, tell
from beffroi.modules.deliberations import access, actes_xml, actions
from beffroi.modules.deliberations.deadlines import online_until
from beffroi.modules.deliberations.forms import desk as forms
from beffroi.modules.deliberations.views.desk import crumbs, get_act
from beffroi.modules.deliberations.workflow import State, workflow

DONE = {
    "adopt": "L’acte est adopté.",
    "receive": "L’accusé de réception est noté.",
    "publish": "L’acte est publié.",
    "notify": "La notification est notée.",
    "withdraw": "L’acte est retiré ; sa page le dit.",
    "cancel": "L’acte est abandonné.",
}
FORMS = {
    "adopt": forms.AdoptForm,
    "receive": forms.ReceiveForm,
    "publish": forms.PublishForm,
    "notify": forms.NotifyForm,
    "withdraw": forms.WithdrawForm,
    "cancel": forms.ReasonForm,
}


def _form(request, verb, act):
    start = {"decided_on": min(act.decided_on, timezone.localdate())} if verb == "adopt" else {}
    if verb == "receive":
        start = {"receipt": act.identifier}
    form = FORMS[verb](*posted(request, files=True), initial=start)
    if verb == "receive":
        form.act = act
    return form


@never_cache
@permission_required(access.VIEW)
def step(request, pk, verb):
    """Take one step: a page of its own, so that it works without JavaScript and cannot be done by mistake."""
    act = get_act(request, pk)
    if verb not in FORMS:
        raise Http404
    taken = workflow.transitions[verb]
    if not taken.who(request.user, act):
        raise PermissionDenied(taken.label)
    form = _form(request, verb, act)
    if form.is_valid():
        try:
            getattr(actions, f"{verb}_act")(act, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            act.refresh_from_db()
            tell(form, error)
        except TransitionRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(act.desk_url())
        else:
            messages.success(request, DONE[verb])
            return HttpResponseRedirect(act.desk_url())
    context = {"form": form, "act": act, "step": taken, "breadcrumbs": _crumbs(act, taken.label)}
    if verb == "withdraw" and act.is_online and act.published_at:
        context["online_until"] = online_until(timezone.localdate(act.published_at))
    return render(request, "deliberations/desk/step.html", context)


@never_cache
@permission_required(access.PUBLISH)
def anonymise(request, pk):
    """Put a version without personal data in the place of the published one."""
    act = get_act(request, pk)
    if not access.can_publish(request.user, act) or act.state != State.PUBLISHED:
        raise PermissionDenied(access.PUBLISH)
    form = forms.AnonymiseForm(*posted(request, files=True), actor=request.user, initial={"object_text": act.object})
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.anonymise_act(
                act,
                actor=request.user,
                document=given["document"][0],
                object_text=given["object_text"],
                reason=given["reason"],
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La version anonymisée remplace le document publié.")
            return HttpResponseRedirect(act.desk_url())
    context = {"form": form, "act": act, "breadcrumbs": _crumbs(act, "Anonymiser")}
    return render(request, "deliberations/desk/anonymise.html", context)


@never_cache
@permission_required(access.EDIT)
def transmission(request, pk):
    """Prepare the files that an approved operator sends (@ctes)."""
    act = get_act(request, pk)
    if not access.can_edit(request.user, act) or act.state != State.ADOPTED or not act.must_transmit:
        raise PermissionDenied(access.EDIT)
    form = forms.TransmissionForm(*posted(request))
    lacking = "" if any(file.kind == "act" for file in act.documents()) else "document"
    if not (act.siren and act.organisation.postal_code):
        lacking = "siren"
    if form.is_valid() and not lacking:
        try:
            content = actes_xml.bundle(act, form.cleaned_data["classification_on"])
        except actes_xml.BadAnnex as refusal:
            form.add_error(None, str(refusal))
        else:
            answer = HttpResponse(content, content_type="application/zip")
            answer["Content-Disposition"] = f'attachment; filename="{act.identifier}.zip"'
            return answer
    context = {
        "form": form,
        "act": act,
        "lacking": lacking,
        "breadcrumbs": _crumbs(act, "Préparer la transmission"),
    }
    return render(request, "deliberations/desk/transmission.html", context)


@never_cache
@permission_required(access.EDIT)
def signature(request, pk):
    """Send the act through the sign-book."""
    act = get_act(request, pk)
    if not access.can_edit(request.user, act) or act.state not in (State.DRAFT, State.ADOPTED):
        raise PermissionDenied(access.EDIT)
    form = forms.SignatureForm(*posted(request), organisation=act.organisation_id)
    if form.is_valid():
        try:
            folder = actions.send_to_signature(act, actor=request.user, circuit=form.cleaned_data["circuit"])
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "L’acte est parti au parapheur ; le document signé reviendra ici.")
            return HttpResponseRedirect(folder.get_absolute_url())
    context = {
        "form": form,
        "heading": "Faire signer l’acte",
        "about": f"{act} – {act.object}",
        "button": "Envoyer au parapheur",
        "back": act.desk_url(),
        "breadcrumbs": _crumbs(act, "Faire signer"),
    }
    return render(request, "ui/desk_form.html", context)


def _crumbs(act, label):
    return crumbs((str(act), act.desk_url()), (label, ""))
