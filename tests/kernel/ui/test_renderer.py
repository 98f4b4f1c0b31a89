"""Drop-down lists written by us say what Django's own templates say."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe

from beffroi.kernel.ui.renderer import FormRenderer

CHOICES = [
    ("", "Toutes"),
    ("a&b", "Authie & <Authieule>"),
    (None, mark_safe("<b>gras</b>")),
    ("Mairies", [(1, "Doullens"), (2, "Beauval")]),
]


def _without_blanks(html: str) -> str:
    return re.sub(r">\s+", ">", re.sub(r"\s+<", "<", html))


@pytest.mark.parametrize("value", ["", "a&b", "2", None, "absent"])
@pytest.mark.parametrize("attrs", [{}, {"id": "x", "required": True, "disabled": False, "data-label": 'dit "oui"'}])
@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple])
def test_select_is_that_of_django(value, attrs, kind):
    widget = kind(choices=CHOICES)
    given = [value] if kind is forms.SelectMultiple else value
    ours = FormRenderer().render(widget.template_name, widget.get_context("choice", given, attrs))
    theirs = widget.render("choice", given, attrs=attrs, renderer=DjangoTemplates())
    assert _without_blanks(ours) == _without_blanks(theirs)
