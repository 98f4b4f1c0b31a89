"""The formatter of templates: short lines, the same page, and nothing left to change the second time."""

import importlib.util
import sys

import pytest

from beffroi.config import env
from beffroi.kernel.ui.blanks import compact

SPEC = importlib.util.spec_from_file_location("templates", env.PROJECT / ".ci" / "templates.py")
templates = importlib.util.module_from_spec(SPEC)
sys.modules["templates"] = templates
SPEC.loader.exec_module(templates)

LONG = (
    '<section class="card"><h2>{{ title }}</h2><p>Un texte <b>assez long</b> pour ne pas tenir sur une ligne de cent'
    ' vingt colonnes, avec <a class="btn btn-plain" href="{% url "kernel:map" %}?commune={{ slug }}">un lien</a>, une'
    " virgule collée et {{ count }} valeurs.</p>{% if more %}<ul>{% for one in more %}<li>{{ one }}</li>{% empty %}"
    "<li>Rien</li>{% endfor %}</ul>{% else %}<p>Fin.</p>{% endif %}</section>"
)


def test_long_line_is_cut_without_changing_the_page():
    written = templates.layout(LONG)
    assert compact(written) == compact(LONG)
    assert max(map(len, written.splitlines())) <= templates.WIDTH
    assert len(written.splitlines()) > 5
    assert templates.layout(written) == written


@pytest.mark.parametrize("source", ["{% if a %}<p>sans fin</p>", "{% for a in b %}{{ a }}"])
def test_tag_that_nothing_closes_is_named(source):
    with pytest.raises((ValueError, IndexError)) as refusal:
        templates.layout(source + "{% if b %}x{% endif %}{% for c in d %}y{% endfor %}")
    assert "n’est pas fermé" in str(refusal.value)


def test_every_line_of_our_templates_is_short():
    long = [
        f"{path.relative_to(templates.ROOT)}:{number}"
        for path in templates.ROOT.rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > templates.WIDTH
    ]
    assert long == []
