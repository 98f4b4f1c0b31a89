"""No violation found by axe (RGAA 4, WCAG 2.2 AA) nor by the Nu checker, on any page of any manifest.

`./beffroi test tests/journeys/test_accessibility.py --audit` also writes the results that the declaration of
accessibility shows.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from beffroi.config import env
from tests.support import audit, demo
from tests.support.audit import Auditor, Violation

RESULTS = env.PROJECT / "src" / "beffroi" / "modules" / "portal" / "data" / "accessibilite.json"
FAULTY = """<!doctype html><html><head><title>x</title></head><body><main><h1>Titre</h1><img src="data:,">
<p style="color:#999;background:#fff">pâle</p><input><button></button><p id="a"></p>
<p id="a"></p></main></body></html>"""


@pytest.fixture(scope="module")
def examined(chromium, installation, tmp_path_factory):
    """Everything examined once: the report that both tests read."""
    contexts = []

    def open_context(**options):
        contexts.append(chromium.new_context(locale="fr-FR", base_url=installation.url, **options))
        return contexts[-1]

    auditor = Auditor(open_context, installation.url)
    visitors = demo.visitors()
    for name, page in audit.pages():
        auditor.examine(name, page, visitors)
    for context in contexts:
        context.close()
    return auditor.report


def _told(violations: list[Violation]) -> str:
    return "\n" + "\n".join(str(one) for one in violations)


def test_pages_have_no_violation_found_by_axe(examined):
    assert len(examined.pages) > 20
    assert examined.visitors == {visitor.name for visitor in demo.visitors()}, "each role has been the visitor"
    assert not examined.violations, _told(examined.violations)


def test_pages_have_no_fault_of_html(examined, tmp_path, request):
    found = audit.check_html(examined.sources, tmp_path)
    if request.config.getoption("audit"):
        replace(examined, violations=[*examined.violations, *found]).write(RESULTS)
    assert not found, _told(found)


def test_faults_are_found_by_both(page, tmp_path):
    """The tools see an injected fault of each kind."""
    page.set_content(FAULTY)
    auditor = Auditor(None, "")
    page.evaluate(auditor.script)
    auditor._run(page, "x", "x", "light")
    rules = {one.rule for one in auditor.report.violations}
    assert {"html-has-lang", "image-alt", "label", "button-name", "color-contrast"} <= rules
    assert any("Duplicate ID" in one.help for one in audit.check_html({"x": FAULTY}, Path(tmp_path)))
