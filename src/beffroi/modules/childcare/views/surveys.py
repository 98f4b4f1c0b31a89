"""`/bureau/enfance/questionnaires/`: written, sent, read by agents; and answered for a home that telephones."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, journal, sheets
from beffroi.modules.childcare import actions, surveys
from beffroi.modules.childcare.access import MANAGE, REGISTER
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.forms.surveys import AnswerForm, CloseForm, HomesFilter, QuestionForm, SurveyForm
from beffroi.modules.childcare.models import Survey, SurveyInvite, SurveyQuestion
from beffroi.modules.childcare.models.surveys import ENOUGH
from beffroi.modules.childcare.views.common import body_of, desk
from beffroi.modules.childcare.views.dossier import attempt

PAGE = 40
HISTORY = 50


def _crumbs(survey: Survey | None = None, title: str = "") -> list[tuple[str, str]]:
    found = [
        ("Enfance", reverse("childcare:today")),
        ("Questionnaires", reverse("childcare:surveys") if title else ""),
    ]
    if survey is not None and survey.pk:
        found.append((str(survey), survey.get_absolute_url()))
    return [*found, (title, "")] if title else found


def _form(request, form, title: str, survey: Survey | None = None, note: str = ""):
    back = survey.get_absolute_url() if survey is not None and survey.pk else reverse("childcare:surveys")
    context = {"form": form, "title": title, "back": back, "note": note, "breadcrumbs": _crumbs(survey, title)}
    return render(request, "childcare/desk/gesture.html", context)


def _find(request, pk: int, permission: str = REGISTER) -> Survey:
    rows = Survey.objects.visible_to(request.user, permission)
    return get_object_or_404(rows.select_related("activity", "period__activity", "site"), pk=pk)


@never_cache
@require_safe
@desk(REGISTER)
def index(request):
    """The questionnaires, with how many homes answered."""
    rows = Survey.objects.visible_to(request.user).select_related("activity", "period", "site")
    rows = rows.annotate(asked=Count("invites"), answered=Count("invites", filter=Q(invites__answered=True)))
    rows = rows.order_by("-created_at", "-pk")
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "may_manage": access.can(request.user, MANAGE),
        "breadcrumbs": _crumbs(),
    }
    return render(request, "childcare/desk/surveys.html", context)


@never_cache
@require_safe
@desk(REGISTER)
def survey(request, pk):
    """One questionnaire: its questions while it is written, its results once they may be read."""
    held = _find(request, pk)
    counts = held.invites.aggregate(asked=Count("pk"), answered=Count("pk", filter=Q(answered=True)))
    readable, results = held.may_be_read(counts["answered"]), surveys.results(held)
    context = {
        "survey": held,
        "whom": surveys.whom(held),
        **counts,
        "readable": readable,
        "enough": ENOUGH,
        "results": results if readable else (),
        "most_texts": surveys.TEXTS,
        "questions": () if readable else [one.question for one in results],
        "concerned": surveys.concerned(held).count() if held.sent_at is None else counts["asked"],
        "close_form": CloseForm(initial={"closes_on": held.closes_on}),
        "may_manage": access.can(request.user, MANAGE, held.organisation_id),
        "status": held.status,
        "exports": [
            (label, reverse("childcare:survey_export", args=[pk, kind])) for kind, label in sheets.LABELS.items()
        ],
        "history": journal.story(held, limit=HISTORY, without=("childcare.survey_answer",)),
        "breadcrumbs": _crumbs(title=str(held)),
    }
    return render(request, "childcare/desk/survey.html", context)


@never_cache
@desk(MANAGE)
def survey_edit(request, pk=None):
    """A new questionnaire, or one that is not sent yet."""
    held = _find(request, pk, MANAGE) if pk else Survey(organisation=body_of(request, MANAGE))
    form = SurveyForm(request.POST or None, instance=held)
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: actions.save_survey(held, actor=request.user)):
        messages.success(request, "C’est gardé. Rien n’est envoyé avant votre accord.")
        return redirect(held)
    return _form(request, form, f"Régler : {held}" if pk else "Nouveau questionnaire", held if pk else None)


@never_cache
@desk(MANAGE)
def question(request, pk, question=None):
    held = _find(request, pk, MANAGE)
    one = get_object_or_404(held.questions, pk=question) if question else SurveyQuestion(survey=held)
    form = QuestionForm(request.POST or None, instance=one)
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: actions.save_question(one, actor=request.user)):
        messages.success(request, "La question est gardée.")
        return redirect(held)
    return _form(request, form, "Changer la question" if question else "Nouvelle question", held)


def _gesture(request, held: Survey, gesture, done: str):
    """Do it, say it, and show the questionnaire again; a refusal is told."""
    try:
        count = gesture()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done.format(count))
    return redirect(held)


@never_cache
@require_POST
@desk(MANAGE)
def question_move(request, pk, question):
    """Up, down, or away."""
    held = _find(request, pk, MANAGE)
    one = get_object_or_404(held.questions, pk=question)
    if "retirer" in request.POST:
        return _gesture(request, held, lambda: actions.remove_question(one, actor=request.user), "Question retirée.")
    up = "monter" in request.POST
    return _gesture(request, held, lambda: actions.move_question(one, actor=request.user, up=up), "L’ordre est changé.")


@never_cache
@require_POST
@desk(MANAGE)
def survey_move(request, pk, verb):
    """Send, remind, close, throw away."""
    held, actor = _find(request, pk, MANAGE), request.user
    if verb == "envoyer":
        return _gesture(request, held, lambda: actions.send_survey(held, actor=actor), "Foyers interrogés : {}.")
    if verb == "rappeler":
        return _gesture(request, held, lambda: actions.remind_survey(held, actor=actor), "Foyers rappelés : {}.")
    if verb == "clore":
        return _gesture(request, held, lambda: actions.close_survey(held, actor=actor), "Le questionnaire est clos.")
    if verb == "prolonger":
        form = CloseForm(request.POST)
        if not form.is_valid() or form.cleaned_data["closes_on"] < timezone.localdate():
            messages.error(request, "Choisissez aujourd’hui ou un jour à venir.")
            return redirect(held)
        last = form.cleaned_data["closes_on"]
        done = f"On peut répondre jusqu’au {last:%d/%m/%Y}."
        return _gesture(request, held, lambda: actions.close_survey(held, actor=actor, closes_on=last), done)
    if verb == "jeter":
        try:
            actions.drop_survey(held, actor=actor)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect(held)
        messages.success(request, "Le brouillon est jeté.")
        return redirect("childcare:surveys")
    raise Http404(verb)


@never_cache
@require_safe
@desk(REGISTER)
def export(request, pk, kind):
    """The answers, one a line, and their counts; refused while they may not be read."""
    held = _find(request, pk)
    if kind not in sheets.TYPES or not held.may_be_read(held.invites.filter(answered=True).count()):
        raise Http404(kind)
    name = f"questionnaire-{held.pk}-{timezone.localdate()}"
    return sheets.response(kind, name, [surveys.table(held), surveys.totals(held)])


@never_cache
@require_safe
@desk(REGISTER)
def homes(request, pk):
    """Who was asked, who has answered: to call those who have not."""
    held = _find(request, pk)
    if held.sent_at is None:
        raise Http404("brouillon")
    form = HomesFilter(request.GET)
    rows = form.filter(held.invites.select_related("household"))
    context = {
        "survey": held,
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "breadcrumbs": _crumbs(held, "Foyers"),
    }
    return render(request, "childcare/desk/survey_homes.html", context)


@never_cache
@desk(REGISTER)
def entry(request, pk, invite):
    """An agent writes what a home answers on the telephone or at the counter."""
    held = _find(request, pk)
    one = get_object_or_404(SurveyInvite.objects.select_related("household"), pk=invite, survey=held)
    form = AnswerForm(request.POST or None, questions=list(held.questions.all()))
    asked = request.method == "POST" and form.is_valid()
    if asked and attempt(form, lambda: actions.answer_survey(one, form.values, actor=request.user)):
        messages.success(request, f"La réponse du {one.household.name} est gardée.")
        return redirect("childcare:survey_homes", pk)
    context = {
        "survey": held,
        "form": form,
        "invite": one,
        "base": "ui/desk.html",
        "back": reverse("childcare:survey_homes", args=[pk]),
        "breadcrumbs": _crumbs(held, one.household.name),
    }
    return render(request, "childcare/survey/answer.html", context)
