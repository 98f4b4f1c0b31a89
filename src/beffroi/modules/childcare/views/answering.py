"""`/compte/enfance/questionnaires/`: what my homes are asked, answered once by each."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.forms.surveys import AnswerForm
from beffroi.modules.childcare.models import SurveyInvite
from beffroi.modules.childcare.views.dossier import attempt

SHOWN = 30


def _mine(user):
    rows = SurveyInvite.objects.of_parent(user).exclude(survey__sent_at=None)
    return rows.select_related("survey__activity", "survey__period", "survey__site", "household")


@never_cache
@require_safe
def mine(request):
    """Those that wait for my homes, then those that are over."""
    rows = list(_mine(request.user).order_by("-survey__sent_at", "pk")[:SHOWN])
    today = timezone.localdate()
    waiting = [one for one in rows if not one.answered and one.survey.closes_on >= today]
    context = {
        "waiting": sorted(waiting, key=lambda one: one.survey.closes_on),
        "over": [one for one in rows if one not in waiting],
        "breadcrumbs": [("Mes enfants", reverse("childcare:my_children")), ("Questionnaires", "")],
    }
    return render(request, "childcare/survey/mine.html", context)


@never_cache
def answer(request, pk):
    """Answer in the name of my home; what is said of anonymity comes first."""
    invites = list(_mine(request.user).filter(survey=pk).order_by("answered", "pk"))
    if not invites:
        raise Http404("questionnaire")
    wanted = request.POST.get("foyer") or request.GET.get("foyer")
    invite = next((one for one in invites if str(one.household_id) == wanted), invites[0])
    survey = invite.survey
    form = AnswerForm(request.POST or None, questions=list(survey.questions.all()))
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: actions.answer_survey(invite, form.values, actor=request.user)):
        messages.success(request, "Merci : la réponse de votre foyer est enregistrée.")
        return redirect("childcare:my_surveys")
    context = {
        "survey": survey,
        "invite": invite,
        "form": form,
        "base": "ui/account.html",
        "back": reverse("childcare:my_surveys"),
        "breadcrumbs": [
            ("Mes enfants", reverse("childcare:my_children")),
            ("Questionnaires", reverse("childcare:my_surveys")),
            (str(survey), ""),
        ],
    }
    return render(request, "childcare/survey/answer.html", context)
