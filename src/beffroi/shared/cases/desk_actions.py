"""The desk's own things: lists kept under a name, ready answers."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.cases.models import AnswerTemplate, SavedView


@transaction.atomic
def save_view(*, actor, page: str, name: str, query: str, organisation=None) -> SavedView:
    """Keep the filters of a list under a name, for oneself or, with `organisation`, for all of its agents.

    The same name again replaces. Records "cases.save_view".
    """
    view, _created = SavedView.objects.update_or_create(
        owner=actor,
        page=page,
        name=name.strip(),
        defaults={"query": query, "organisation": organisation, "shared": organisation is not None},
    )
    journal.record("cases.save_view", view, actor=actor, data={"shared": view.shared})
    return view


@transaction.atomic
def rename_view(view: SavedView, *, actor, name: str, organisation=None) -> SavedView:
    """Give it another name, share it or keep it for oneself. Records "cases.save_view"."""
    view.name = name.strip()
    view.organisation = organisation
    view.shared = organisation is not None
    view.validate_constraints()
    view.save()
    journal.record("cases.save_view", view, actor=actor, data={"shared": view.shared})
    return view


@transaction.atomic
def remove_view(view: SavedView, *, actor) -> None:
    """Forget a list. Records "cases.remove_view" on its owner."""
    journal.record("cases.remove_view", view.owner, actor=actor)
    view.delete()


@transaction.atomic
def save_answer(answer: AnswerTemplate, *, actor) -> AnswerTemplate:
    """Add or change a ready answer. Records "cases.save_answer"."""
    if not answer.body.strip():
        raise ValidationError({"body": "Écrivez le texte de la réponse."})
    answer.save()
    journal.record("cases.save_answer", answer, actor=actor)
    return answer


@transaction.atomic
def remove_answer(answer: AnswerTemplate, *, actor) -> None:
    """Drop a ready answer. Records "cases.remove_answer" on its organisation."""
    journal.record("cases.remove_answer", answer.organisation, actor=actor, data={"name": answer.name})
    answer.delete()
