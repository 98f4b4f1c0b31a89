"""Django's own ways of writing a form (`{{ form }}`, `{{ field.as_field_group }}`) give our fields."""

from django.forms.renderers import TemplatesSetting


class FormRenderer(TemplatesSetting):
    """Named by FORM_RENDERER in the settings."""

    form_template_name = "ui/parts/form.html"
    field_template_name = "ui/parts/field_group.html"
