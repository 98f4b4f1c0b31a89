"""Templates are typed with plain spaces, and set in French when they are compiled."""

import pytest
from django.template import engines
from django.template.loader import get_template

from beffroi.kernel.ui.typesetting import Loader, typeset

N = "\u202f"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("<p>Sujet : la voirie ; à qui ?</p>", f"<p>Sujet{N}: la voirie{N}; à qui{N}?</p>"),
        ("{{ name }} : {{ value }}", f"{{{{ name }}}}{N}: {{{{ value }}}}"),
        ('{% empty "Rien ?" %}', f'{{% empty "Rien{N}?" %}}'),
        ('data-confirm="Effacer ?"', f'data-confirm="Effacer{N}?"'),
        ("« ouvert »", f"«{N}ouvert{N}»"),
        ("<strong>Vous</strong> !", f"<strong>Vous</strong>{N}!"),
    ],
)
def test_spaces_of_french_are_unbreakable(typed, expected):
    assert typeset(typed) == expected


@pytest.mark.parametrize(
    "kept",
    ['<a href="?page=2">', "https://example.org/?a=b", "{% if a > 3 %}", "10:30", "{{ a|default:b }}", "&amp; &nbsp;"],
)
def test_what_is_not_text_stays(kept):
    assert typeset(kept) == kept


def test_templates_of_libraries_are_left_alone(tmp_path, monkeypatch):
    engine = engines["django"].engine
    loader = Loader(engine)
    for name in ("wagtailadmin/skeleton.html", "django/forms/widgets/input.html"):
        origin = get_template(name).origin
        with open(origin.name, encoding="utf-8") as file:
            assert loader.get_contents(origin) == file.read()
