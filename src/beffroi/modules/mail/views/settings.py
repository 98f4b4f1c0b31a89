"""The settings of the mail of a body."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import jobs
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.modules.mail import actions, rights, routing
from beffroi.modules.mail.forms import settings as forms
from beffroi.modules.mail.models import LetterType, Mailbox, NumberRange, ReceivedMail, Register, Rule, Template
from beffroi.modules.mail.views.common import SETTINGS, crumbs


@dataclass(frozen=True)
class Thing:
    """One kind of setting: how it is called, written, kept."""

    model: type
    form: type
    action: Callable[..., Any]
    one: str
    done: str


THINGS = {
    "registres": Thing(Register, forms.RegisterForm, actions.save_register, "Registre", "Le registre est enregistré."),
    "types": Thing(LetterType, forms.LetterTypeForm, actions.save_type, "Type de courrier", "Le type est enregistré."),
    "regles": Thing(Rule, forms.RuleForm, actions.save_rule, "Règle d’orientation", "La règle est enregistrée."),
    "modeles": Thing(
        Template, forms.TemplateForm, actions.save_template, "Modèle de réponse", "Le modèle est enregistré."
    ),
    "boites": Thing(
        Mailbox,
        forms.MailboxForm,
        actions.save_mailbox,
        "Boîte aux lettres",
        "La boîte est enregistrée : elle est relevée toutes les cinq minutes.",
    ),
    "tranches": Thing(
        NumberRange, forms.RangeForm, actions.save_range, "Tranche de recommandés", "La tranche est enregistrée."
    ),
}


def _body(request, slug: str):
    return get_object_or_404(rights.bodies_where(request.user, rights.MANAGE), slug=slug)


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def index(request):
    """The bodies that the person sets; straight to it when there is one."""
    own = rights.bodies_where(request.user, rights.MANAGE)
    bodies = list(own.filter(pk__in=Register.objects.values("organisation")))
    if len(bodies) <= 1 and own.count() == 1:
        return HttpResponseRedirect(reverse("mail:settings_of", args=[own.get().slug]))
    context = {"bodies": bodies, "others": own.exclude(pk__in=[one.pk for one in bodies])[:80]}
    return render(request, "mail/settings/index.html", context | {"breadcrumbs": crumbs((SETTINGS[0], ""))})


@never_cache
@require_safe
@permission_required(rights.MANAGE)
def of_body(request, slug):
    """All that is set for one body, and where the rules would send a letter."""
    body = _body(request, slug)
    rules = list(Rule.objects.filter(organisation=body).select_related("type", "team", "assignee", "register"))
    trial = forms.TrialForm(request.GET or None, body=body)
    found, tried = None, False
    if trial.is_valid():
        tried = True
        applied = [rule for rule in rules if rule.is_active]
        found = routing.find_rule(trial.letter(), applied, sender=trial.cleaned_data["sender"])
    context = {
        "body": body,
        "registers": Register.objects.filter(organisation=body).select_related("team"),
        "types": LetterType.objects.filter(organisation=body).select_related("team"),
        "rules": rules,
        "templates": Template.objects.filter(organisation=body).select_related("type"),
        "mailboxes": Mailbox.objects.filter(organisation=body).select_related("register"),
        "aside": ReceivedMail.objects.filter(mailbox__organisation=body, letter=None)[:10],
        "ranges": NumberRange.objects.filter(organisation=body),
        "trial": trial,
        "tried": tried,
        "found": found,
        "breadcrumbs": crumbs(SETTINGS, (body.name, "")),
    }
    return render(request, "mail/settings/body.html", context)


@never_cache
@permission_required(rights.MANAGE)
def edit(request, slug, kind, pk=None):
    """Add or change one setting."""
    thing = THINGS.get(kind)
    if thing is None:
        raise Http404(kind)
    body = _body(request, slug)
    owned = thing.model._default_manager.filter(organisation=body)
    instance = get_object_or_404(owned, pk=pk) if pk else thing.model(organisation=body)
    form = thing.form(*posted(request), instance=instance)
    back = reverse("mail:settings_of", args=[body.slug])
    heading = f"{thing.one} : {instance}" if pk else f"{thing.one} : ajouter"
    return write(
        request,
        form,
        lambda: thing.action(form.instance, actor=request.user),
        done=thing.done,
        to=lambda: back,
        heading=heading,
        about=body.name,
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs(SETTINGS, (body.name, back), (thing.one, "")),
    )


@never_cache
@require_POST
@permission_required(rights.MANAGE)
def remove_rule(request, slug, pk):
    """Drop a rule of routing."""
    body = _body(request, slug)
    actions.remove_rule(get_object_or_404(Rule, organisation=body, pk=pk), actor=request.user)
    messages.success(request, "La règle est supprimée.")
    return HttpResponseRedirect(reverse("mail:settings_of", args=[body.slug]))


@never_cache
@require_POST
@permission_required(rights.MANAGE)
def read_now(request, slug, pk):
    """Read a mailbox without waiting."""
    body = _body(request, slug)
    found = get_object_or_404(Mailbox, organisation=body, pk=pk)
    jobs.defer("mail.read_mailbox", mailbox_id=found.pk)
    messages.success(request, "La relève est demandée : actualisez dans un instant.")
    return HttpResponseRedirect(reverse("mail:settings_of", args=[body.slug]) + "#boites")
