"""What an agent does to a case: each gesture has its address, and a page of its own when something must be said."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel.access import agent_required
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted
from beffroi.shared.cases import actions, answers
from beffroi.shared.cases.desk_forms import AssignForm, MergeForm, PriorityForm, TextForm, TransferForm
from beffroi.shared.cases.lists import RULES
from beffroi.shared.cases.models import Case, Message
from beffroi.shared.cases.timeline import desk_timeline
from beffroi.shared.cases.views.case import crumbs, find_case
from beffroi.shared.files.refusals import Refused

RECENT = 3


def desk_gesture(view):
    return never_cache(agent_required(view))


def _handled(request, reference) -> Case:
    case = find_case(request, reference)
    if not case.can_be_handled_by(request.user):
        raise PermissionDenied("traiter")
    return case


def _back(request, case) -> HttpResponseRedirect:
    """The case again, or the list when it has left my desk."""
    seen = Case.objects.on_desk_of(request.user).filter(pk=case.pk).exists()
    return HttpResponseRedirect(case.get_absolute_url() if seen else reverse("cases:list"))


def _attempt(form, version, case, gesture) -> bool:
    """Do `gesture` if the case is still what was seen; otherwise say why in the form, what was typed kept."""
    try:
        with actions.at_version(case, version):
            gesture()
    except (actions.Changed, TransitionRefused) as refusal:
        form.add_error(None, str(refusal))
        form.renew()
    except ValidationError as error:
        known = hasattr(error, "error_dict") and set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else ValidationError(error.messages))
    except Refused as refusal:
        form.add_error("files", f"Un fichier n’a pas été gardé : {refusal}.")
    else:
        return True
    return False


def _page(request, case, form, title, **more):
    context = {
        "case": case,
        "form": form,
        "title": title,
        "items": list(reversed(desk_timeline(case)))[:RECENT],
        "breadcrumbs": crumbs(case, (title, "")),
        "ready_answers": answers.ready_answers(case) if isinstance(form, TextForm) and not more.get("internal") else [],
        **more,
    }
    return render(request, "cases/desk/gesture.html", context)


def _insert(request, case, form) -> bool:
    """A ready answer was asked for: put it in the text, its blanks filled."""
    chosen = request.POST.get("modele", "")
    answer = answers.ready_answers(case).filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if answer is not None:
        form.insert(answers.fill(answer.body, case))
    return answer is not None


@desk_gesture
def step(request, reference, verb):
    """Take one step of the workflow, with the text that it asks for."""
    case = find_case(request, reference)
    transition = case.workflow.transitions.get(verb)
    if transition is None or transition.hidden:
        raise Http404(verb)
    if not transition.who(request.user, case):
        raise PermissionDenied(verb)
    hint = "Le demandeur le lira." if transition.reason else "Le demandeur le lira. Vous pouvez ne rien écrire."
    form = TextForm(
        *posted(request, files=True), case=case, actor=request.user, label="Message au demandeur", hint=hint
    )
    form.fields["body"].required = transition.reason
    title = transition.label
    more = {"tone": transition.tone, "submit": transition.label}
    if request.method != "POST" or _insert(request, case, form):
        return _page(request, case, _unchecked(form), title, **more)
    if form.is_valid():
        data = form.cleaned_data

        def move():
            actions.move_case(case, verb, actor=request.user, reason=data["body"], files=data["files"])

        if _attempt(form, data["version"], case, move):
            messages.success(request, f"{case.reference} : {case.get_state_display().lower()}.")
            return _back(request, case)
        case = find_case(request, reference)
    return _page(request, case, form, title, **more)


def _unchecked(form):
    """The form as it is filled, without telling what is missing: it was not sent yet."""
    if form.is_bound:
        values = {name: form.data.get(name) for name in ("body", "version", "client_uuid") if form.data.get(name)}
        files = form["files"].field.widget
        form.is_valid()
        form = type(form)(
            case=form.case,
            initial=values,
            label=form.fields["body"].label,
            hint=form.fields["body"].help_text,
            actor=form.fields["files"].actor,
        )
        form["files"].field.widget.kept = files.kept
    return form


@desk_gesture
@require_POST
def claim(request, reference):
    """Take it for oneself."""
    case = _handled(request, reference)
    try:
        actions.claim_case(case, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, f"{case.reference} est à vous.")
    return _back(request, case)


@desk_gesture
def assign(request, reference):
    case = _handled(request, reference)
    form = AssignForm(*posted(request), case=case)
    if form.is_valid():
        data = form.cleaned_data

        def give():
            actions.assign_case(case, actor=request.user, team=data["team"], assignee=data["assignee"])

        if _attempt(form, data["version"], case, give):
            hands = " et ".join(str(one) for one in (data["team"], data["assignee"]) if one)
            messages.success(
                request, f"{case.reference} : {f'confiée à {hands}' if hands else 'remise à la corbeille'}."
            )
            return _back(request, case)
        case = find_case(request, reference)
    return _page(request, case, form, "Confier la demande", submit="Confier")


@desk_gesture
def transfer(request, reference):
    case = _handled(request, reference)
    form = TransferForm(*posted(request), case=case)
    if form.is_valid():
        data = form.cleaned_data

        def hand_over():
            actions.transfer_case(case, actor=request.user, organisation=data["organisation"], reason=data["reason"])

        if _attempt(form, data["version"], case, hand_over):
            messages.success(request, f"{case.reference} est transmise à {data['organisation']}.")
            return _back(request, case)
        case = find_case(request, reference)
    return _page(request, case, form, "Transmettre à un autre organisme", submit="Transmettre")


@desk_gesture
@require_POST
def priority(request, reference):
    case = _handled(request, reference)
    form = PriorityForm(request.POST, case=case)
    if form.is_valid():
        value = form.cleaned_data["priority"]
        if _attempt(form, None, case, lambda: actions.set_priority(case, actor=request.user, priority=value)):
            messages.success(request, f"Priorité : {Case.Priority(value).label.lower()}.")
            return _back(request, case)
    return _page(request, case, form, "Changer la priorité", submit="Enregistrer")


def _say(request, reference, *, internal: bool):
    case = _handled(request, reference)
    label, title = ("Note", "Note interne") if internal else ("Message au demandeur", "Répondre au demandeur")
    hint = "Seuls les agents la liront." if internal else "Le demandeur le lira et sera prévenu."
    form = TextForm(*posted(request, files=True), case=case, actor=request.user, label=label, hint=hint)
    more = {"internal": internal, "submit": "Enregistrer la note" if internal else "Envoyer au demandeur"}
    if request.method != "POST" or (not internal and _insert(request, case, form)):
        return _page(request, case, _unchecked(form), title, **more)
    if form.is_valid():
        data = form.cleaned_data

        def post():
            actions.post_message(
                case,
                actor=request.user,
                body=data["body"],
                internal=internal,
                client_uuid=data["client_uuid"],
                files=data["files"],
            )

        again = Message.objects.filter(client_uuid=data["client_uuid"]).exists()
        if _attempt(form, None if internal or again else data["version"], case, post):
            messages.success(request, "La note est enregistrée." if internal else "Le message est envoyé au demandeur.")
            return _back(request, case)
        case = find_case(request, reference)
    return _page(request, case, form, title, **more)


@desk_gesture
def message(request, reference):
    """Write to the requester, without changing the state."""
    return _say(request, reference, internal=False)


@desk_gesture
def note(request, reference):
    """Write for the agents only."""
    return _say(request, reference, internal=True)


@desk_gesture
def merge(request, reference):
    """End it as the same matter as another one, found here."""
    case = _handled(request, reference)
    form = MergeForm(*posted(request), case=case, actor=request.user)
    if form.is_valid():
        data = form.cleaned_data
        if _attempt(form, data["version"], case, lambda: actions.merge_case(case, data["into"], actor=request.user)):
            messages.success(request, f"{case.reference} est regroupée avec {data['into'].reference}.")
            return HttpResponseRedirect(data["into"].get_absolute_url())
        case = find_case(request, reference)
    typed = request.GET.get("q", "").strip()
    candidates = merge_candidates(request.user, case, typed)
    more = {"submit": "Regrouper", "candidates": candidates, "typed": typed, "merging": True}
    return _page(request, case, form, "Regrouper avec une autre demande", **more)


def merge_candidates(user, case: Case, typed: str) -> list[Case]:
    """The cases of the same kind that may be the same matter: what is searched for, else the recent ones near by."""
    query = case.kind_model.objects.on_desk_of(user).filter(merged_into__isnull=True).exclude(pk=case.pk)
    if typed:
        query = query.filter(RULES["q"](typed))
    else:
        query = query.open().filter(commune=case.commune_id, organisation=case.organisation_id)
    return list(query.with_names().order_by("-created_at")[:8])
