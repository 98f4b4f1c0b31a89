"""The questions of a nature, as fields of a form: `detail_12`; the action judges the answers."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.signing.models import Detail, Nature


def add_details(form: forms.Form, nature: Nature | None, *moments: str) -> None:
    """Add the questions asked at these moments."""
    form.asked = list(nature.details.filter(moment__in=moments)) if nature is not None else []
    for detail in form.asked:
        form.fields[f"detail_{detail.pk}"] = _field(detail)


def _field(detail: Detail) -> forms.Field:
    given = {"label": detail.name, "required": False}
    if detail.moment == Detail.Moment.REJECT:
        given["help_text"] = "Pour un rejet seulement."
    elif detail.required:
        given["help_text"] = "Demandé par la nature du dossier."
    if detail.kind == Detail.Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "Choisissez"), *((one, one) for one in detail.choices)], **given)
    if detail.kind == Detail.Kind.DATE:
        return forms.DateField(widget=DateInput, **given)
    return forms.CharField(max_length=500, **given)


def details_of(form: forms.Form) -> dict[str, str]:
    """What was answered, by question."""
    said = {}
    for detail in form.asked:
        value = form.cleaned_data.get(f"detail_{detail.pk}")
        said[detail.name] = value.isoformat() if hasattr(value, "isoformat") else str(value or "")
    return said
