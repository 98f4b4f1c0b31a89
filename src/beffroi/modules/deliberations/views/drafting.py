"""The words of an act, the models of a body, the copies sent."""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.writing import posted, write
from beffroi.modules.deliberations import access, actions, exports, wording
from beffroi.modules.deliberations.actions.copies import SENT_FROM
from beffroi.modules.deliberations.forms import drafting as forms
from beffroi.modules.deliberations.models import Act, ActTemplate, CertifiedCopy, CopyFolder
from beffroi.modules.deliberations.views.desk import crumbs, get_act
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.files import access as files

MODELS = ("Modèles", "/bureau/actes/modeles/")


def _crumbs(act, label):
    return crumbs((str(act), act.desk_url()), (label, ""))


@never_cache
@permission_required(access.EDIT)
def text(request, pk):
    """Write the act from a model; its document is laid out at once."""
    act = get_act(request, pk)
    if not access.can_edit(request.user, act) or act.state not in (State.DRAFT, State.ADOPTED):
        raise PermissionDenied(access.EDIT)
    models = forms.models_for(act)
    wanted = request.GET.get("modele", "")
    chosen = next((words for key, _name, words in models if key == wanted), "")
    start = chosen or act.text or (models[0][2] if models else "")
    form = forms.TextForm(*posted(request), initial={"text": start})
    return write(
        request,
        form,
        lambda: actions.write_text(act, actor=request.user, text=form.cleaned_data["text"]),
        done="Le document de l’acte est mis en page.",
        to=act.desk_url,
        template="deliberations/desk/text.html",
        act=act,
        models=models,
        fields=wording.FIELDS,
        breadcrumbs=_crumbs(act, "Rédiger"),
    )


@never_cache
@require_safe
@permission_required(access.CONFIGURE)
def templates(request):
    """The models of my bodies."""
    bodies = access.bodies_where(request.user, access.CONFIGURE)
    found = ActTemplate.objects.filter(organisation__in=bodies).select_related("organisation")
    context = {
        "templates": found.order_by("organisation__name", "nature", "name"),
        "bodies": bodies,
        "natures": dict(Act.Nature.choices),
        "breadcrumbs": crumbs((MODELS[0], "")),
    }
    return render(request, "deliberations/desk/templates.html", context)


@never_cache
@permission_required(access.CONFIGURE)
def template(request, slug, pk=None):
    """Add or change a model."""
    body = get_object_or_404(access.bodies_where(request.user, access.CONFIGURE), slug=slug)
    found = get_object_or_404(ActTemplate, organisation=body, pk=pk) if pk else ActTemplate(organisation=body)
    form = forms.TemplateForm(*posted(request), instance=found)
    heading = found.name if pk else "Nouveau modèle"
    return write(
        request,
        form,
        lambda: actions.save_template(form.instance, actor=request.user),
        done="Le modèle est enregistré.",
        to=lambda: MODELS[1],
        template="deliberations/desk/template.html",
        heading=heading,
        body=body,
        fields=wording.FIELDS,
        breadcrumbs=crumbs(MODELS, (heading, "")),
    )


def _copies(act: Act):
    """The copies of an act, with what the outbox says of those that left by e-mail."""
    lines = Entry.objects.filter(verb="deliberations.copy", target_id=act.pk, target_type__model="act")
    sent = Delivery.objects.filter(entry__in=lines, channel=Delivery.Channel.EMAIL, address__iexact=OuterRef("email"))
    return act.copies.select_related("recipient", "document").annotate(
        mail_state=Subquery(sent.order_by("-pk").values("state")[:1]),
        mail_at=Subquery(sent.order_by("-pk").values("sent_at")[:1]),
    )


@never_cache
@permission_required(access.VIEW)
def copies(request, pk):
    """The list of the copies of an act: to whom, how, what proves it; and send it to others."""
    act = get_act(request, pk)
    may_send = access.can_edit(request.user, act) and act.state in SENT_FROM
    if request.method == "POST" and not may_send:
        raise PermissionDenied(access.EDIT)
    form = forms.CopiesForm(*posted(request), act=act)
    labels = dict(Delivery.State.choices)
    lines = list(_copies(act))
    for line in lines:
        line.mail_label = labels.get(line.mail_state, "")
    return write(
        request,
        form,
        lambda: actions.send_copies(act, actor=request.user, recipients=form.cleaned_data["recipients"]),
        done="L’ampliation est envoyée.",
        to=lambda: reverse("deliberations:copies", args=[act.pk]),
        template="deliberations/desk/copies.html",
        act=act,
        lines=lines,
        may_send=may_send and form.fields["recipients"].queryset.exists(),
        may_note=access.can_edit(request.user, act),
        kinds=sheets.LABELS,
        breadcrumbs=_crumbs(act, "Ampliations"),
    )


@never_cache
@require_safe
@permission_required(access.VIEW)
def copies_file(request, pk, kind):
    """The list of the copies of an act as a table."""
    act = get_act(request, pk)
    if kind not in sheets.TYPES:
        raise Http404
    return sheets.response(kind, f"ampliations-{act.number}", [exports.copies_sheet(act, _copies(act))])


@never_cache
@permission_required(access.EDIT)
def hand(request, pk, copy):
    """Note that a paper copy was handed over."""
    act = get_act(request, pk)
    if not access.can_edit(request.user, act):
        raise PermissionDenied(access.EDIT)
    found = get_object_or_404(act.copies.select_related("recipient"), pk=copy)
    form = forms.HandForm(*posted(request))
    back = reverse("deliberations:copies", args=[act.pk])
    return write(
        request,
        form,
        lambda: actions.hand_copy(found, actor=request.user, **form.cleaned_data),
        done="La remise est notée.",
        to=lambda: back,
        heading="Noter la remise",
        about=str(found),
        button="Noter",
        back=back,
        breadcrumbs=_crumbs(act, "Remise"),
    )


@never_cache
@permission_required(access.CONFIGURE)
def copy_folder(request, slug):
    """Where a body receives the copies that the others send."""
    body = get_object_or_404(access.bodies_where(request.user, access.CONFIGURE), slug=slug)
    current = CopyFolder.objects.filter(organisation=body).first()
    start = {"folder": current.folder_id if current else None}
    form = forms.CopyFolderForm(*posted(request), organisation=body, user=request.user, initial=start)
    back = reverse("deliberations:regimes")
    return write(
        request,
        form,
        lambda: actions.set_copy_folder(body, actor=request.user, **form.cleaned_data),
        done="Le choix est enregistré.",
        to=lambda: back,
        heading="Ampliations reçues",
        about=body.name,
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs(("Modes de publication", back), (f"Ampliations reçues – {body.name}", "")),
    )


@login_not_required
@never_cache
def copy(request, token):
    """What the body that was sent a copy reads, by the link of its e-mail. The gesture (POST) that opens the document
    is kept as the proof of reading: a mail program that visits the page proves nothing."""
    found = get_object_or_404(CertifiedCopy.objects.select_related("act__organisation", "recipient"), token=token)
    shown = found.act.documents() if found.act.state != State.WITHDRAWN else []
    file = next((one for one in shown if one.kind == "act"), None)
    if request.method == "POST" and file is not None:
        actions.open_copy(found)
        return HttpResponseRedirect(files.url_for(file))
    return render(request, "deliberations/copy.html", {"copy": found, "act": found.act, "file": file})
