"""`needs` is the one list of a part's dependencies; imports and foreign keys must agree with it."""

import grimp
import pytest
from django.apps import apps

from beffroi.kernel import modules
from tests.architecture import rules

FREE = {"kernel", "contenttypes", "auth", "wagtailcore", "wagtailimages", "wagtaildocs", "wagtailsearch", "taggit"}
PARTS = [(c, m) for c, m in modules.installed() if c.name.startswith("beffroi.")]


@pytest.fixture(scope="module")
def graph():
    return grimp.build_graph("beffroi", cache_dir=None)


@pytest.mark.parametrize(("config", "module"), PARTS, ids=[c.label for c, _m in PARTS])
def test_foreign_keys_stay_within_needs(config, module):
    assert list(rules.undeclared_relations(config, FREE | {config.label, *module.needs})) == []


def test_foreign_keys_outside_needs_are_found():
    assert list(rules.undeclared_relations(apps.get_app_config("cases"), FREE | {"cases"})) != []


@pytest.mark.parametrize(("config", "module"), PARTS, ids=[c.label for c, _m in PARTS])
def test_imports_stay_within_needs(config, module, graph):
    parts = {c.name: c.label for c, _m in PARTS if not c.name.startswith("beffroi.kernel")}
    found = []
    for importer in graph.find_descendants(config.name) | {config.name}:
        imported = graph.find_modules_directly_imported_by(importer)
        found += rules.undeclared_imports(importer, imported, config.name, set(module.needs), parts)
    assert found == []


def test_imports_outside_needs_are_found():
    parts = {"beffroi.modules.a": "a", "beffroi.modules.b": "b"}

    def fault(target, needs):
        return list(rules.undeclared_imports("beffroi.modules.a.x", [target], "beffroi.modules.a", needs, parts))

    assert fault("beffroi.modules.b.actions", set()) != []
    assert fault("beffroi.modules.b.views", {"b"}) != []
    assert fault("beffroi.modules.b.actions", {"b"}) == []


def test_verbose_names_are_in_lower_case():
    own = [m for m in apps.get_models() if m.__module__.startswith("beffroi.")]
    assert list(rules.capitals(own)) == []


def test_every_part_says_what_it_is():
    silent = [c.label for c, _m in PARTS if not (c.module.__doc__ or "").strip()]
    assert silent == []
