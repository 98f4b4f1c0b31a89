"""The rules by which a body files what comes."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import access, expressions, ruling
from beffroi.shared.documents.actions import ruling as actions
from beffroi.shared.documents.forms.ruling import RuleForm
from beffroi.shared.documents.models import FilingRule
from beffroi.shared.documents.views.common import crumbs, desk

RULES = ("Règles de classement", "/bureau/documents/regles/")


def _body(request, slug: str):
    return get_object_or_404(access.bodies_where(request.user, access.MANAGE), slug=slug)


@desk
@require_safe
@permission_required(access.MANAGE)
def rules(request):
    """The rules of my bodies, in the order in which they are tried."""
    bodies = list(access.bodies_where(request.user, access.MANAGE))
    found = FilingRule.objects.filter(organisation__in=bodies).select_related("organisation", "folder", "kind")
    context = {
        "rules": found.order_by("organisation__name", "position", "pk"),
        "bodies": bodies,
        "breadcrumbs": crumbs((RULES[0], "")),
    }
    return render(request, "documents/rules.html", context)


@desk
@permission_required(access.MANAGE)
def rule(request, slug, pk=None):
    """Add or change a rule."""
    body = _body(request, slug)
    found = get_object_or_404(FilingRule, organisation=body, pk=pk) if pk else FilingRule(organisation=body)
    heading = str(found) if pk else "Nouvelle règle de classement"
    form = RuleForm(*posted(request), instance=found, user=request.user)
    context = {"heading": heading, "body": body, "back": RULES[1], "breadcrumbs": crumbs(RULES, (heading, ""))}
    if "essai" in request.POST:
        return render(request, "documents/rule.html", context | {"form": form, "past": _past(request, form)})
    return write(
        request,
        form,
        lambda: actions.save_rule(form.instance, actor=request.user),
        done="La règle est enregistrée : elle propose, une personne confirme.",
        to=lambda: RULES[1],
        template="documents/rule.html",
        **context,
    )


def _past(request, form: RuleForm) -> ruling.Past | None:
    """What the rule as it is written would have caught; nothing is kept."""
    if not form.is_valid():
        return None
    try:
        return ruling.past(form.instance, request.user)
    except expressions.TooSlow:
        form.add_error("pattern", "Cette expression est trop longue à chercher dans vos documents : simplifiez-la.")
        return None


@desk
@require_POST
@permission_required(access.MANAGE)
def drop(request, slug, pk):
    """Forget a rule."""
    actions.drop_rule(get_object_or_404(FilingRule, organisation=_body(request, slug), pk=pk), actor=request.user)
    messages.success(request, "La règle est supprimée.")
    return HttpResponseRedirect(RULES[1])
