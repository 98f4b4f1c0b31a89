"""Form fields: label, hint, errors, mention, autocomplete, and the behaviours of each kind of field."""

from typing import Any

from django.forms import BoundField, CheckboxInput, FileInput, PasswordInput, Textarea
from django.utils.safestring import SafeString

from beffroi.kernel.ui.tags import register

# WCAG 1.3.5, RGAA 11.13: names understood by browsers, by the last word of our usual field names.
AUTOCOMPLETE = {
    "email": "email",
    "first_name": "given-name",
    "last_name": "family-name",
    "phone": "tel",
    "address": "street-address",
    "street": "address-line1",
    "postal_code": "postal-code",
    "city": "address-level2",
    "birth_date": "bday",
    "login": "username",
}


def _autocomplete(bound: BoundField, given: str | None) -> str:
    """The token to write: the one given, the widget's own, or the usual one for the person's own data."""
    if given is not None:
        return given
    if "autocomplete" in bound.field.widget.attrs or not getattr(bound.form, "own_data", True):
        return ""
    return AUTOCOMPLETE.get(bound.name, "")


def _attributes(bound: BoundField, hint: str, autocomplete: str | None, count: bool) -> dict[str, Any]:
    described = [f"{bound.auto_id}_error"] if bound.errors else []
    described += [f"{bound.auto_id}_hint"] if hint else []
    widget = bound.field.widget
    attributes = {"aria-describedby": " ".join(described)} if described and not widget.use_fieldset else {}
    token = _autocomplete(bound, autocomplete)
    if token:
        attributes["autocomplete"] = token
    if count and isinstance(widget, Textarea) and getattr(bound.field, "max_length", None):
        attributes["data-count"] = ""
    if isinstance(widget, FileInput):
        attributes["data-upload"] = ""
    if isinstance(widget, PasswordInput):
        attributes["data-password"] = ""
    return attributes


def field_context(bound: BoundField, **options) -> dict:
    """What `ui/parts/field.html` shows of a bound field."""
    widget = bound.field.widget
    hint = str(options["hint"] if options["hint"] is not None else bound.help_text)
    attributes = _attributes(bound, hint, options["autocomplete"], options["count"])
    mention = options["mention"]
    if mention is True:
        mention = "obligatoire" if bound.field.required else "facultatif"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "hint": hint,
        "label": options["label"] or bound.label,
        "mention": mention or "",
        "single": isinstance(widget, CheckboxInput),
        "group": widget.use_fieldset,
        "choices": bound if widget.use_fieldset and hasattr(widget, "choices") else None,
        "layout": options["layout"],
        "classes": options["classes"],
        "hide_label": options["hide_label"],
    }


@register.inclusion_tag("ui/parts/field.html")
def field(
    bound,
    label="",
    hint=None,
    autocomplete=None,
    mention=True,
    layout="",
    classes="",
    count=True,
    hide_label=False,
):
    """`{% field form.email %}`.

    `layout` of a choice field: "" (a column), "row" or "cards". `mention=False` hides « obligatoire » and
    « facultatif », words take their place. `autocomplete="off"` for somebody else's data (or `own_data = False` on the
    form).
    """
    if bound.is_hidden:
        return {"hidden": SafeString(bound.as_hidden())}
    return field_context(
        bound,
        label=label,
        hint=hint,
        autocomplete=autocomplete,
        mention=mention,
        layout=layout,
        classes=classes,
        count=count,
        hide_label=hide_label,
    )


@register.inclusion_tag("ui/parts/fields.html")
def fields(form, mention=True):
    """`{% fields form %}`: every visible field in order, then the hidden ones."""
    return {"form": form, "mention": mention}


@register.inclusion_tag("ui/parts/error_summary.html")
def error_summary(form, *others):
    """`{% error_summary form formset… %}`: what must be corrected, each line leading to its field; else nothing."""
    given = [one for one in (form, *others) if one is not None and one.is_bound]
    forms = [each for one in given for each in getattr(one, "forms", [one]) if each.errors]
    lines = [
        (bound.id_for_label or bound.auto_id, bound.label, error)
        for one in forms
        for bound in one.visible_fields()
        for error in bound.errors
    ]
    general = [error for one in forms for error in one.non_field_errors()]
    return {"lines": lines, "general": general, "total": len(lines) + len(general)}
