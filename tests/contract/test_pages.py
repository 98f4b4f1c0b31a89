"""Every page of every manifest, signed out and as each role."""

from pathlib import Path

import pytest
from django.urls import NoReverseMatch, reverse

from beffroi.kernel import modules
from tests.contract import visit

PAGES = [(c.label, page) for c, module in modules.installed() for page in module.pages]
EACH = [pytest.param(page, id=f"{label}-{visit.name(page)}") for label, page in PAGES]


@pytest.mark.parametrize("page", EACH)
def test_page_of_a_manifest_is_in_order(page, visitors):
    found = list(visit.faults(page, visitors))
    assert not found, "\n" + "\n".join(found)


def test_menu_entries_lead_somewhere_for_those_who_see_them(visitors):
    """Each entry of each menu, opened by the administrator of the installation, who sees all of them."""
    administrator = next(v for v in visitors if v.email and v.user.is_superuser)
    found = []
    entries = [*modules.collect("menu"), *modules.collect("services"), *modules.collect("tiles")]
    for path in sorted({_path(entry) for entry in entries if entry.url_name}):
        answer = visit.ask(administrator, path)
        if answer.status != 200:
            found.append(f"{path} : {answer.status} {answer.fault}")
    assert not found, "\n" + "\n".join(found)


def _path(entry) -> str:
    try:
        path = reverse(entry.url_name)
    except NoReverseMatch:
        return f"/adresse-inconnue/{entry.url_name}/"
    query = getattr(entry, "query", "")
    return f"{path}?{query.lstrip('?')}" if query else path


def test_every_part_with_templates_declares_pages():
    """A page that no manifest declares would be visited by no check."""
    silent = [
        config.label
        for config, module in modules.installed()
        if config.label not in {"ui", "files"}
        and not module.pages
        and any((Path(config.path) / "templates").rglob("*.html"))
    ]
    assert silent == []


@pytest.mark.parametrize("typed", ["eclerage", "éclairge"])
def test_mistyped_word_finds_on_the_first_day_of_a_demonstration(typed, client):
    body = client.get("/recherche/", {"q": typed}).content.decode()
    assert "Voici ce qui s’en approche" in body
