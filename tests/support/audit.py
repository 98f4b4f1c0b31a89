"""Looking at every page of every manifest with axe and with the HTML checker of the W3C (Nu), as each visitor.

A page is examined as each visitor who may open it: wide and light, in dark, and on a telephone. Two renderings of the
same structure (the same elements with the same roles, classes and names) are examined once.
"""

import json
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page as BrowserPage

from beffroi.config import env
from beffroi.kernel import access, modules
from tests.contract import visit
from tests.support.browser import overflows

AXE = env.PROJECT / "node_modules" / "axe-core" / "axe.min.js"
NU = env.PROJECT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
TAGS = ["RGAAv4", "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# What makes two renderings the same for the checks: everything but texts, values and addresses. Read on the answer of
# the server: what the scripts make of the same structure is the same.
SIGNATURE = """([text, selectors]) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  const kept = ["class", "role", "type", "scope", "hidden", "alt", "lang", "open", "required", "tabindex"];
  const of = (element) => element.tagName + kept.filter((n) => element.hasAttribute(n))
    .map((n) => n + "=" + (n === "class" ? element.getAttribute(n) : "")).join()
    + [...element.attributes].filter((a) => a.name.startsWith("aria-")).map((a) => a.name).join()
    + (element.children.length ? "" : element.textContent.trim() ? "t" : "");
  return selectors.map((one) => [...new Set([...page.querySelectorAll(one)].map(of))].sort().join(";"));
}"""
PARTS = ("main *", "body > :not(main) *")
# The height of the whole page once the pictures in view have come (the others are fetched when they come in view; a
# hidden one never is).
HEIGHT = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const late = [...document.images].filter((one) => !one.complete && one.getBoundingClientRect().top < innerHeight);
  const come = Promise.allSettled(late.map((one) => one.decode()));
  await Promise.race([come, new Promise((done) => setTimeout(done, 1000))]);
  return document.documentElement.scrollHeight;
}"""
RUN = """async ([tags, only]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  await frame();
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
  await frame();
  const runOnly = only ? {type: "rule", values: only} : {type: "tag", values: tags};
  const found = await axe.run(document, {runOnly, resultTypes: ["violations"]});
  return found.violations.map((v) => ({rule: v.id, help: v.help, impact: v.impact,
    nodes: v.nodes.slice(0, 5).map((n) => n.target.join(" ") + " — " + n.html.slice(0, 160)
      + " — " + (n.any.concat(n.all, n.none)[0]?.message ?? ""))}));
}"""


@dataclass(frozen=True)
class Violation:
    """One fault found; `mode` is light, dark, narrow or html."""

    page: str
    visitor: str
    mode: str
    rule: str
    help: str
    nodes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.page} [{self.visitor}, {self.mode}] {self.rule} : {self.help}" + "".join(
            f"\n      {node}" for node in self.nodes
        )


@dataclass
class Report:
    """What was examined and what was found."""

    pages: set[str] = field(default_factory=set)
    visitors: set[str] = field(default_factory=set)
    renderings: int = 0
    violations: list[Violation] = field(default_factory=list)
    sources: dict[str, str] = field(default_factory=dict)

    def write(self, path: Path) -> None:
        """Keep the results where the declaration of accessibility reads them."""
        by_rule: dict[str, dict] = {}
        for one in self.violations:
            line = by_rule.setdefault(one.rule, {"rule": one.rule, "help": one.help, "where": set()})
            line["where"].add(one.page)
        content = {
            "date": timezone.localdate().isoformat(),
            "tool": f"axe-core {_version('axe-core')} (RGAA 4, WCAG 2.2 AA) et Nu {_version('vnu-jar')} (HTML)",
            "pages": len(self.pages),
            "renderings": self.renderings,
            "violations": [
                {**line, "pages": len(line["where"]), "where": sorted(line["where"])}
                for _rule, line in sorted(by_rule.items())
            ],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _version(package: str) -> str:
    """As the lock says: some packages do not know their own."""
    lock = json.loads((env.PROJECT / "package-lock.json").read_text(encoding="utf-8"))
    return lock["packages"][f"node_modules/{package}"]["version"]


def pages() -> Iterator[tuple[str, modules.Page]]:
    """Every page of every manifest, once for each address: (name, page)."""
    for config, module in modules.installed():
        if config.name.startswith("beffroi."):
            for page in module.pages:
                yield f"{config.label}-{visit.name(page)}", page


class Auditor:
    """Examines pages in one browser, skipping what it has already seen."""

    def __init__(self, open_context, url: str):
        if not AXE.is_file():
            pytest.skip("the npm package axe-core is not installed (./beffroi test installs it)")
        self.open_context, self.url = open_context, url
        self.script = AXE.read_text(encoding="utf-8")
        self.report = Report()
        self.tabs: dict[str, BrowserPage] = {}
        self.seen: set[tuple[str, str]] = set()

    def tab(self, visitor) -> BrowserPage:
        if visitor.name not in self.tabs:
            context = self.open_context(viewport=WIDE, reduced_motion="reduce")
            if "sessionid" in visitor.client.cookies:
                value = visitor.client.cookies["sessionid"].value
                context.add_cookies([{"name": "sessionid", "value": value, "url": self.url}])
            self.tabs[visitor.name] = context.new_page()
        return self.tabs[visitor.name]

    def examine(self, name: str, page: modules.Page, visitors: Iterable) -> None:
        path = visit.address(page)
        if path is None:
            return
        for visitor in visitors:
            if _may_open(page, visitor):
                self._examine_as(name, path, visitor)

    def _examine_as(self, name: str, path: str, visitor) -> None:
        tab = self.tab(visitor)
        answer = tab.request.get(self.url + path)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            return
        self.report.pages.add(name)
        self.report.visitors.add(visitor.name)
        text = answer.text()
        if not self._is_new(tab, text):
            return
        self.report.renderings += 1
        self.report.sources.setdefault(f"{name} [{visitor.name}]", text)
        tab.goto(path)
        tab.evaluate(self.script)
        self._run(tab, name, visitor.name, "light")
        tab.emulate_media(color_scheme="dark")
        self._run(tab, name, visitor.name, "dark", ["color-contrast"])
        tab.emulate_media(color_scheme="light")
        tab.set_viewport_size(NARROW)
        # The whole page at once: what the bar of the foot hides now is reached by scrolling.
        shown = NARROW["height"]
        while (height := tab.evaluate(HEIGHT)) > shown:  # pictures that come late make it longer
            shown = height + 100
            tab.set_viewport_size({**NARROW, "height": shown})
        self._run(tab, name, visitor.name, "narrow")
        if overflows(tab):
            self._add(name, visitor.name, "narrow", "overflow", "La page défile de côté à 390 pixels.")
        tab.set_viewport_size(WIDE)

    def _is_new(self, tab: BrowserPage, text: str) -> bool:
        """Is the content, or what surrounds it, of a structure that was not examined yet?"""
        keys = set(zip(PARTS, tab.evaluate(SIGNATURE, [text, PARTS]), strict=True))
        new = not keys <= self.seen
        self.seen |= keys
        return new

    def _run(self, tab: BrowserPage, name: str, visitor: str, mode: str, only: list[str] | None = None) -> None:
        for found in tab.evaluate(RUN, [TAGS, only]):
            self._add(name, visitor, mode, found["rule"], found["help"], tuple(found["nodes"]))

    def _add(self, name: str, visitor: str, mode: str, rule: str, help: str, nodes: tuple[str, ...] = ()) -> None:
        self.report.violations.append(Violation(name, visitor, mode, rule, help, nodes))


def _may_open(page: modules.Page, visitor) -> bool:
    if not page.permission:
        return True
    user = visitor.user
    return user.is_authenticated and (page.permission == "login" or access.can(user, page.permission))


def check_html(sources: dict[str, str], folder: Path) -> list[Violation]:
    """The faults of HTML, by the Nu checker in one run over all the pages."""
    java = shutil.which("java")
    if not java:
        pytest.skip("Java is absent: the Nu checker cannot run (apt install default-jre-headless)")
    if not NU.is_file():
        pytest.skip("the npm package vnu-jar is not installed (./beffroi test installs it)")
    names = {}
    for number, (name, text) in enumerate(sources.items()):
        path = folder / f"{number}.html"
        path.write_text(text, encoding="utf-8")
        names[path.name] = name
    command = [java, "-jar", str(NU), "--format", "json", "--errors-only", *map(str, folder.glob("*.html"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = []
    for message in json.loads(done.stderr)["messages"]:
        name = names.get(Path(message.get("url", "")).name, "?")
        nodes = (f"ligne {message.get('lastLine')} : {message.get('extract', '')[:160]!r}",)
        found.append(Violation(name, "", "html", "html", message["message"], nodes))
    return found
