"""What the page of a case shows its requester, by link or in « mon espace »."""

from django.contrib import messages

from beffroi.kernel import limits
from beffroi.shared.cases import actions, wording
from beffroi.shared.cases.forms import MessageForm
from beffroi.shared.cases.models import Case
from beffroi.shared.cases.timeline import public_thread


def whole(case: Case) -> Case:
    """The concrete case with all that its page shows of its relations."""
    return case.kind_model.objects.with_names("merged_into", "mandate", *case.kind_model.related).get(pk=case.pk)


def page_context(request, case: Case, *, form=None, signed: bool) -> dict:
    """`signed`: the addresses of the files carry a key, for a visitor without account."""
    items, files = public_thread(case, signed=signed)
    return {
        "case": case,
        "reader": "requester",
        "signed": signed,
        "sentence": wording.public_sentence(case),
        "step_labels": wording.PUBLIC_STEPS,
        "step": wording.public_step(case),
        "items": list(reversed(items)),
        "question": next((item.text for item in reversed(items) if item.text), "") if case.is_waiting else "",
        "files": files,
        "form": None if case.anonymised_at else form or MessageForm(),
        **case.public_context(request),
    }


def say(request, case: Case, form: MessageForm, *, author_label: str = "") -> bool:
    """Post what the requester wrote; False, with the reason in the form, when too much was written from there."""
    try:
        limits.limit(request, "cases.message", most=30, seconds=3600)
    except limits.TooMany:
        form.add_error(None, "Trop de messages ont été envoyés d’ici depuis une heure. Réessayez un peu plus tard.")
        return False
    data = form.cleaned_data
    actions.answer_case(
        case,
        actor=request.user,
        body=data["body"],
        author_label=author_label,
        client_uuid=data["client_uuid"],
        files=data["files"],
    )
    messages.success(request, "Votre message est transmis au service.")
    return True
