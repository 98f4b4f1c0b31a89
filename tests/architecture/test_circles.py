"""No circle between our files, no import of ours hidden in a function, and jobs that are named exist."""

import inspect

import grimp
import pytest
from procrastinate.contrib.django import app

from beffroi.config.env import PROJECT
from tests.architecture import circles, rules

SOURCES = list(rules.python_files(PROJECT / "src" / "beffroi"))
# What is left: each list only shrinks.
CIRCLES_LEFT = 7
HIDDEN_LEFT = {
    "beffroi/kernel/notices/bell.py",
    "beffroi/modules/roadmap/models/plan.py",
    "beffroi/modules/transparency/importing/budgets.py",
    "beffroi/shared/billing/actions/advances.py",
    "beffroi/shared/documents/workflow.py",
    "beffroi/shared/people/apps.py",
}


@pytest.fixture(scope="module")
def imports():
    graph = grimp.build_graph("beffroi", cache_dir=None)
    return {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}


def test_files_import_each_other_without_circles(imports):
    assert len(circles.circles(imports)) == CIRCLES_LEFT


def test_circles_are_found():
    assert circles.circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert circles.circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_imports_of_ours_are_seen_at_the_head_of_their_file():
    found = [fault for path, text in SOURCES for fault in circles.hidden_imports(path, text)]
    assert {fault.split(":")[0] for fault in found} == HIDDEN_LEFT


@pytest.mark.parametrize(
    "line", ["from beffroi.kernel import journal", "import beffroi.kernel", "from . import models"]
)
def test_hidden_imports_are_found(line):
    source = f"class A:\n def ready(self):\n  {line}"
    assert list(circles.hidden_imports("beffroi/modules/a/apps.py", source)) == []
    assert list(circles.hidden_imports("beffroi/config/a.py", source)) == []
    assert list(circles.hidden_imports("beffroi/modules/a/views.py", source)) != []
    assert list(circles.hidden_imports("beffroi/modules/a/views.py", f"def f():\n {line}")) != []
    assert list(circles.hidden_imports("beffroi/modules/a/views.py", "def f():\n import numpy")) == []


def test_jobs_that_are_asked_for_exist_and_take_what_they_are_given():
    asked = [one for path, text in SOURCES for one in circles.jobs_asked(path, text)]
    assert len(asked) > 15
    for where, name, given in asked:
        assert name in app.tasks, f"{where} : aucune tâche « {name} »"
        inspect.signature(app.tasks[name].func).bind(**dict.fromkeys(given))


def test_jobs_that_are_asked_for_are_found():
    source = 'jobs.defer("a.one" if here else "a.two", lock="x", pk=1)'
    assert [(name, given) for _where, name, given in circles.jobs_asked("a.py", source)] == [
        ("a.one", {"pk"}),
        ("a.two", {"pk"}),
    ]
