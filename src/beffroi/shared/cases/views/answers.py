"""`/bureau/reponses-types/`: the ready answers of my bodies."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted
from beffroi.shared.cases import desk_actions
from beffroi.shared.cases.answers import BLANKS
from beffroi.shared.cases.desk_forms import AnswerTemplateForm
from beffroi.shared.cases.models import AnswerTemplate, case_kinds
from beffroi.shared.organisations.models import Organisation

PERMISSION = "cases.answers"
allowed = permission_required(PERMISSION)


def _bodies(user):
    bodies = access.organisations_where(user, PERMISSION)
    active = Organisation.objects.filter(is_active=True)
    return active.filter(kind="epci") if bodies is None else active.filter(pk__in=bodies)


def _answers(user):
    bodies = access.organisations_where(user, PERMISSION)
    query = AnswerTemplate.objects.select_related("organisation").order_by("organisation__name", "name")
    return query if bodies is None else query.filter(organisation_id__in=bodies)


def _crumbs(*more):
    return [("Bureau", "/bureau/"), ("Réponses types", reverse("cases:answers") if more else ""), *more]


@never_cache
@require_safe
@allowed
def answers(request):
    kinds = {model._meta.label_lower: str(model._meta.verbose_name_plural) for model in case_kinds()}
    lines = [(answer, kinds.get(answer.kind, "toutes les demandes")) for answer in _answers(request.user)]
    return render(request, "cases/desk/answers.html", {"lines": lines, "breadcrumbs": _crumbs()})


@never_cache
@allowed
def edit(request, pk=None):
    answer = get_object_or_404(_answers(request.user), pk=pk) if pk else AnswerTemplate()
    form = AnswerTemplateForm(*posted(request), instance=answer, organisations=_bodies(request.user))
    if form.is_valid():
        try:
            desk_actions.save_answer(form.instance, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"La réponse « {answer.name} » est enregistrée.")
            return HttpResponseRedirect(reverse("cases:answers"))
    last = answer.name if pk else "Nouvelle réponse"
    context = {"form": form, "answer": answer, "blanks": BLANKS.items(), "breadcrumbs": _crumbs((last, ""))}
    return render(request, "cases/desk/answer.html", context)


@never_cache
@require_POST
@allowed
def remove(request, pk):
    answer = get_object_or_404(_answers(request.user), pk=pk)
    desk_actions.remove_answer(answer, actor=request.user)
    messages.success(request, f"La réponse « {answer.name} » est supprimée.")
    return HttpResponseRedirect(reverse("cases:answers"))
