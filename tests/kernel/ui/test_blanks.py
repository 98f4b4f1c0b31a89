"""The ends of lines of a template never reach the page, except where a space is read."""

import pytest
from django.template import engines

from beffroi.kernel.ui.blanks import compact, pieces

CASES = [
    ("between two blocks", "<ul>\n  <li>Un</li>\n  <li>Deux</li>\n</ul>\n", "<ul><li>Un</li><li>Deux</li></ul>"),
    ("around words", "<p>\n  Bonjour à\n  tous\n</p>", "<p>Bonjour à tous</p>"),
    ("between two words, a tag after", "<p>Bonjour\n  <b>vous</b></p>", "<p>Bonjour<b>vous</b></p>"),
    (
        "a space written on the line stays",
        "<p>Bonjour <b>\n  vous</b> et\n moi</p>",
        "<p>Bonjour <b>vous</b> et moi</p>",
    ),
    ("between two values", "{{ a }}\n{{ b }}", "{{ a }} {{ b }}"),
    ("beside a tag of Django", "{% if a %}\n  {{ b }}\n{% endif %}", "{% if a %}{{ b }}{% endif %}"),
    ("inside a tag", '<a class="x"\n   href="{% url "a"\n b %}">A</a>', '<a class="x" href="{% url "a" b %}">A</a>'),
    ("inside a tag of Django", "{% field form.name\n   mention=False %}", "{% field form.name mention=False %}"),
    (
        "what is kept as it is",
        "<pre>a\n  b</pre>\n<textarea>\nc</textarea>",
        "<pre>a\n  b</pre><textarea>\nc</textarea>",
    ),
    ("a mark of comparison is no tag", "<p>1 < 2\n et 3</p>", "<p>1 < 2 et 3</p>"),
]


@pytest.mark.parametrize(("source", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_end_of_line(source, expected):
    assert compact(source) == expected
    assert compact(expected) == expected
    assert "".join(text for _kind, text in pieces(source)) == source


def test_page_of_ours_is_sent_without_the_blanks_of_its_layout(client, db):
    found = engines["django"].engine.get_template("ui/parts/empty.html")
    assert "\n" not in found.source
