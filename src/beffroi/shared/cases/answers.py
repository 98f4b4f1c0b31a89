"""Ready answers: which ones suit a case, and their text once its blanks are filled."""

from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.ui import formats
from beffroi.shared.cases.models import AnswerTemplate, Case

BLANKS = {
    "{nom}": "le nom du demandeur",
    "{reference}": "la référence",
    "{objet}": "l’objet de la demande",
    "{service}": "le nom de l’organisme",
    "{commune}": "la commune",
    "{date}": "la date du jour",
}


def ready_answers(case: Case):
    """Those of the body in charge, for this kind of case or for any."""
    kinds = Q(kind="") | Q(kind=case.kind)
    return AnswerTemplate.objects.filter(kinds, organisation_id=case.organisation_id)


def fill(text: str, case: Case) -> str:
    """The text with its blanks filled; a blank that it does not know stays as it is."""
    values = {
        "{nom}": case.for_whom or "Madame, Monsieur",
        "{reference}": case.reference,
        "{objet}": case.title,
        "{service}": str(case.organisation),
        "{commune}": str(case.commune or ""),
        "{date}": formats.day(timezone.localdate()),
    }
    for blank, value in values.items():
        text = text.replace(blank, value)
    return text
