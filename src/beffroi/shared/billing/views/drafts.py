"""`/bureau/regie/tarifs/brouillons/`: tariffs that are being thought of, simulated, then published or thrown away."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal
from beffroi.kernel.access import permission_required
from beffroi.shared.billing import actions, rates, tariffs
from beffroi.shared.billing.access import MANAGE, VIEW
from beffroi.shared.billing.forms_tariffs import DraftForm
from beffroi.shared.billing.models import Regie, Tariff, TariffDraft
from beffroi.shared.billing.views.common import allowed, attempt, desk


def _crumbs(*steps):
    return [("Bureau", "/bureau/"), ("Tarifs", reverse("billing:tariffs")), *steps]


def _find(request, pk, permission=VIEW) -> TariffDraft:
    rows = TariffDraft.objects.visible_to(request.user).select_related("regie", "replaces", "published_as")
    found = get_object_or_404(rows, pk=pk)
    if permission != VIEW:
        allowed(request, found.regie, permission)
    return found


@desk
@require_safe
@permission_required(VIEW)
def draft(request, pk):
    """A draft in words, beside the tariff that it would follow."""
    found = _find(request, pk)
    if found.published_as is not None:
        return redirect(found.published_as)
    context = {
        "draft": found,
        "told": rates.describe(tariffs.rate_of(found)),
        "before": rates.describe(tariffs.rate_of(found.replaces)) if found.replaces else [],
        "items": journal.story(found),
        "may_manage": access.can(request.user, MANAGE, found.regie.organisation_id),
        "breadcrumbs": _crumbs((found.label, "")),
    }
    return render(request, "billing/draft.html", context)


def _new(request) -> TariffDraft:
    """Empty, or with what the tariff that it would follow says (`?suit=`)."""
    followed = request.GET.get("suit", "")
    if not followed:
        return TariffDraft(start=timezone.localdate())
    mine = Tariff.objects.filter(regie__in=Regie.objects.visible_to(request.user, MANAGE)).select_related("regie")
    old = get_object_or_404(mine, pk=followed if followed.isdecimal() else 0)
    terms = {name: getattr(old, name) for name in actions.TERMS}
    start = max(timezone.localdate(), old.start) + timedelta(days=1)
    return TariffDraft(regie=old.regie, replaces=old, **(terms | {"start": start, "end": None, "decision": ""}))


@desk
@permission_required(MANAGE)
def draft_new(request):
    """Begin a draft."""
    instance = _new(request)
    regie = instance.regie if instance.replaces else None
    return _write(request, instance, regie, "Nouveau brouillon")


@desk
@permission_required(MANAGE)
def draft_edit(request, pk):
    """Change a draft."""
    found = _find(request, pk, MANAGE)
    return _write(request, found, found.regie, f"Corriger le brouillon « {found.label} »")


def _write(request, instance, regie, title):
    form = DraftForm(request.POST or None, instance=instance, regie=regie, user=request.user)
    if form.is_valid() and attempt(form, lambda: actions.save_draft(form.instance, actor=request.user)):
        messages.success(request, "Le brouillon est gardé : il ne change aucun prix.")
        return HttpResponseRedirect(form.instance.get_absolute_url())
    context = {"form": form, "title": title, "draft": True, "breadcrumbs": _crumbs((title, ""))}
    return render(request, "billing/tariff_form.html", context)


@desk
@require_POST
@permission_required(MANAGE)
def draft_move(request, pk, verb):
    """Publish a draft, or throw it away."""
    found = _find(request, pk, MANAGE)
    try:
        if verb == "publier":
            made = actions.publish_draft(found, actor=request.user)
            messages.success(request, f"Le tarif est publié : il vaut à partir du {made.start:%d/%m/%Y}.")
            return redirect(made)
        if verb == "jeter":
            actions.drop_draft(found, actor=request.user)
            messages.success(request, "Le brouillon est jeté.")
            return redirect("billing:tariffs")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return HttpResponseRedirect(found.get_absolute_url())
    raise Http404(verb)
