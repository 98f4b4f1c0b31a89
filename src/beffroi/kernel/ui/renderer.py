"""Django's own ways of writing a form (`{{ form }}`, `{{ field.as_field_group }}`) give our fields.

Drop-down lists are written here rather than by templates: Django includes two of them for each option, which is a
quarter of the time of a page that filters by commune.
"""

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from beffroi.kernel.ui.formats import words

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(TemplatesSetting):
    """Named by FORM_RENDERER in the settings."""

    form_template_name = "ui/parts/form.html"
    field_template_name = "ui/parts/field_group.html"

    def render(self, template_name, context, request=None):
        if template_name == SELECT:
            groups = context["widget"]["optgroups"]
            if all(option["template_name"] == OPTION for _name, options, _index in groups for option in options):
                return select(context["widget"])
        return super().render(template_name, context, request)


def attributes(attrs: dict[str, Any]) -> SafeString:
    """What `attrs.html` writes: a name alone for True, nothing for False."""
    written = [
        f" {conditional_escape(name)}"
        if value is True
        else f' {conditional_escape(name)}="{conditional_escape(value)}"'
        for name, value in attrs.items()
        if value is not False
    ]
    return mark_safe("".join(written))  # noqa: S308  every part is escaped


def select(widget: dict[str, Any]) -> SafeString:
    """What `select.html` and `select_option.html` write."""
    parts: list[str] = [format_html('<select name="{}"{}>', widget["name"], attributes(widget["attrs"]))]
    for group, options, _index in widget["optgroups"]:
        if group:
            parts.append(format_html('<optgroup label="{}">', words(group)))
        for option in options:
            value, label = conditional_escape(str(option["value"])), conditional_escape(words(option["label"]))
            parts.append(f'<option value="{value}"{attributes(option["attrs"])}>{label}</option>')
        if group:
            parts.append("</optgroup>")
    return mark_safe("".join([*parts, "</select>"]))  # noqa: S308  every part is escaped
