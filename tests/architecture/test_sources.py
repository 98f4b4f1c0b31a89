"""Each house rule holds on the sources, and fails on an injected fault."""

import re

import pytest

from beffroi.config.env import PROJECT
from tests.architecture import rules

SRC = PROJECT / "src" / "beffroi"
TESTS = PROJECT / "tests"
SOURCES = list(rules.python_files(SRC))
# Exceptions to the limits, each with its reason: they shrink (docs/chantiers.md).
LONG_FILES: set[str] = set()


def faults(rule, files=SOURCES):
    return [fault for path, text in files for fault in rule(path, text)]


def test_files_stay_under_the_limit():
    tests = list(rules.python_files(TESTS))
    assert [f for f in faults(rules.long_file, SOURCES + tests) if f.split(" ")[0] not in LONG_FILES] == []
    assert list(rules.long_file("x.py", "a\n" * 501)) != []


def test_functions_stay_under_the_limit():
    assert faults(rules.long_functions) == []
    assert list(rules.long_functions("x.py", "def f():\n" + "    a = 1\n" * 61)) != []


def test_state_is_assigned_only_by_the_workflow():
    others = [(p, t) for p, t in SOURCES if not p.endswith("kernel/workflow.py")]
    allowed = {"beffroi/kernel/"}  # the outbox has a state of its own, which no person moves
    found = [f for f in faults(rules.state_assignments, others) if not f.startswith(tuple(allowed))]
    assert found == []
    for source in ("r.state = 'x'", "Q.objects.update(state='x')", "setattr(r, 'state', 'x')"):
        assert list(rules.state_assignments("x.py", source)) != []


def test_views_do_not_write():
    views = [(p, t) for p, t in SOURCES if "/views" in p or p.endswith("views.py")]
    assert faults(rules.writes_in_views, views) == []
    assert list(rules.writes_in_views("v.py", "Report.objects.create(a=1)")) != []
    assert list(rules.writes_in_views("v.py", "report.save()")) != []
    assert list(rules.writes_in_views("v.py", "form.save(commit=False)")) == []


def test_templates_hold_no_inline_code():
    pages = [(str(p.relative_to(PROJECT)), p.read_text()) for p in sorted(SRC.rglob("templates/**/*.html"))]
    pages = [(p, t) for p, t in pages if "/email/" not in p and "/notices/" not in p]
    assert faults(rules.inline_code, pages) == []
    for fault in ("<script>x()</script>", '<p style="color:red">', '<a onclick="x()">', "<style>"):
        assert list(rules.inline_code("x.html", fault)) != [], fault
    assert list(rules.inline_code("x.html", '<script type="module" src="/x.js"></script>')) == []


@pytest.mark.parametrize("word", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_for_later(word):
    found = [p for p, t in SOURCES if re.search(rf"\b{word}\b", t)]
    assert found == []


def test_no_function_lives_for_its_tests_alone():
    others = "\n".join(p.read_text() for kind in ("html", "txt", "xml", "js") for p in SRC.rglob(f"*.{kind}"))
    product = [(p, t) for p, t in SOURCES if "/migrations/" not in p]
    assert list(rules.unused_functions(product, others)) == []
    assert list(rules.unused_functions([("a.py", "def used(): pass\ndef left(): used()")], "")) != []
    assert list(rules.unused_functions([("a.py", "def used(): pass\nused()")], "")) == []
    assert list(rules.unused_functions([("a.py", "def tag(): pass")], "{% tag %}")) == []
