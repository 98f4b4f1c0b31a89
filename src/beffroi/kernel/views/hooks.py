"""`/bureau/technique/appels/`: the addresses that are told of facts, what was sent to them, what to send again."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, hook_actions, journal, modules
from beffroi.kernel.models import HookDelivery, Webhook

OPERATE = "kernel.operate"
PER_PAGE = 50
State = HookDelivery.State
BLANK = re.compile(r"\s*[:,]?\s*(?:à\s+)?\{[^}]*\}")  # where the journal writes the role, the person…
TONES = {State.WAITING: "waiting", State.SENT: "done", State.FAILED: "late"}


def _choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The facts of every part, by part."""
    found: dict[str, list[tuple[str, str]]] = {}
    for config, module in modules.installed():
        for verb, words in module.verbs.items():
            found.setdefault(module.label, []).append((verb, BLANK.sub("", words)))
        if module.verbs:
            found[module.label].insert(0, (f"{config.label}.*", "Tout ce qui s’y passe"))
    return sorted(found.items())


class FactsInput(forms.SelectMultiple):
    """A list of some six hundred facts, without the ends of its options, that HTML does without: the page was heavy."""

    def render(self, name, value, attrs=None, renderer=None):
        written = super().render(name, value, attrs, renderer)
        return mark_safe(written.replace("</option>", ""))  # noqa: S308  as it was rendered


class WebhookForm(forms.ModelForm):
    """An address, and the facts of which it is told."""

    own_data = False
    url = forms.URLField(label="Adresse", max_length=500, assume_scheme="https")
    verbs = forms.MultipleChoiceField(label="Faits", widget=FactsInput(attrs={"size": 12}))

    class Meta:
        model = Webhook
        fields = ["name", "url", "verbs", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verbs"].choices = _choices()
        self.fields["verbs"].help_text = "Plusieurs : gardez la touche Ctrl enfoncée."
        self.fields["url"].help_text = "En https. Une adresse de votre réseau interne se permet à l’installation."


@never_cache
@require_safe
@access.permission_required(OPERATE)
def hooks(request):
    found = Webhook.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=State.WAITING)),
        failed=Count("deliveries", filter=Q(deliveries__state=State.FAILED)),
        sent=Count("deliveries", filter=Q(deliveries__state=State.SENT)),
    )
    return render(request, "kernel/hooks.html", {"hooks": found})


@never_cache
@access.permission_required(OPERATE)
def hook_edit(request, pk=None):
    instance = get_object_or_404(Webhook, pk=pk) if pk else Webhook()
    form = WebhookForm(request.POST or None, instance=instance)
    if form.is_valid():
        try:
            hook_actions.save_webhook(form.instance, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "L’adresse est enregistrée.")
            return HttpResponseRedirect(reverse("kernel:hook", args=[form.instance.pk]))
    return render(request, "kernel/hook_form.html", {"form": form, "hook": instance if pk else None})


@never_cache
@require_safe
@access.permission_required(OPERATE)
def hook(request, pk):
    """One address: its secret, its log."""
    found = get_object_or_404(Webhook, pk=pk)
    deliveries = found.deliveries.select_related("entry").order_by("-created_at", "pk")
    state = request.GET.get("etat", "")
    if state in State.values:
        deliveries = deliveries.filter(state=state)
    page = Paginator(deliveries, PER_PAGE).get_page(request.GET.get("page"))
    lines = [
        {
            "delivery": one,
            "words": BLANK.sub("", journal.words(one.entry.verb)) if one.entry else "Essai",
            "verb": one.entry.verb if one.entry else "",
            "tone": TONES[one.state],
        }
        for one in page
    ]
    tabs = [("Tout", request.path, None)] + [
        (label.capitalize(), f"{request.path}?etat={code}", None) for code, label in State.choices
    ]
    told = [BLANK.sub("", journal.words(verb)) if not verb.endswith("*") else f"tout ({verb})" for verb in found.verbs]
    context = {"hook": found, "page_obj": page, "lines": lines, "tabs": tabs, "told": told}
    return render(request, "kernel/hook.html", context)


@require_POST
@access.permission_required(OPERATE)
def hook_move(request, pk, verb):
    found = get_object_or_404(Webhook, pk=pk)
    back = reverse("kernel:hook", args=[pk])
    if verb == "essayer":
        hook_actions.try_webhook(found, actor=request.user)
        messages.success(request, "L’essai part. Rechargez la page pour voir la réponse.")
    elif verb == "secret":
        hook_actions.renew_secret(found, actor=request.user)
        messages.success(request, "Le secret est changé : donnez le nouveau au destinataire.")
    elif verb == "rejouer":
        count = hook_actions.replay(_chosen(request, found), actor=request.user)
        messages.success(request, f"Appels qui repartent : {count}." if count else "Aucun appel n’était choisi.")
    elif verb == "supprimer":
        hook_actions.remove_webhook(found, actor=request.user)
        messages.success(request, "L’adresse est supprimée : plus rien ne lui est envoyé.")
        back = reverse("kernel:hooks")
    else:
        raise Http404(verb)
    return HttpResponseRedirect(back)


def _chosen(request, found: Webhook) -> list:
    wanted = [one for one in request.POST.getlist("choix") if len(one) == 36]
    try:
        return list(found.deliveries.filter(pk__in=wanted).values_list("pk", flat=True))
    except ValidationError:
        return []
