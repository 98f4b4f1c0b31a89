"""What an operator is told: each variable that the code reads is explained, and what is copied to a server holds."""

import re
import shutil
import subprocess

import pytest
from django.urls import get_resolver

from beffroi.config import env

GUIDE = (env.PROJECT / "docs" / "exploitation.md").read_text()
DEPLOY = env.PROJECT / "deploy"
READ = re.compile(r"""\b(?:env\.)?(?:text|flag|number|words)\(\s*f?["']([A-Z0-9_]+)["']""")


def _read_by_the_code() -> set[str]:
    sources = (env.PROJECT / "src").rglob("*.py")
    text = "\n".join(path.read_text() for path in sources)
    outside = set(re.findall(r'environ(?:\.get\(|\[)"([A-Z0-9_]+)"', text)) & {"BEFFROI_NODE", "DATABASE_URL"}
    return {f"BEFFROI_{name}" for name in READ.findall(text)} | outside


def test_variables_are_those_of_the_guide():
    told = {name for row in re.findall(r"^\| (`[^|]+) \|", GUIDE, re.M) for name in re.findall(r"`([A-Z0-9_]+)`", row)}
    assert told == _read_by_the_code()


def test_environment_file_names_only_variables_that_are_read():
    named = set(re.findall(r"^([A-Z0-9_]+)=", (DEPLOY / "beffroi.env").read_text(), re.M))
    assert named <= _read_by_the_code()


def test_guide_links_and_anchors_lead_somewhere():
    for path in re.findall(r"\]\((\.\./[^)]+|[\w-]+\.md)\)", GUIDE):
        assert (env.PROJECT / "docs" / path).exists(), path
    titles = {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in re.findall(r"^## (.+)$", GUIDE, re.M)}
    assert set(re.findall(r"\]\(#([^)]+)\)", GUIDE)) <= titles


def _addresses_with_a_secret(resolver=None, start="/"):
    for pattern in (resolver or get_resolver()).url_patterns:
        address = start + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from _addresses_with_a_secret(pattern, address)
        elif "<str:token>" in address:
            yield re.sub(r"<[^>]+>", "secret", address)


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_access_log_forgets_the_secret_of_each_link(name):
    doors = re.search(r"\(((?:\?<door>)?suivi[^)]*)\)/|/\(\?<door>([^)]*)\)/", (DEPLOY / name).read_text())
    hidden = re.compile("^/(?:" + (doors[1] or doors[2]).removeprefix("?<door>") + ")/")
    assert [address for address in _addresses_with_a_secret() if not hidden.match(address)] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not here")
@pytest.mark.parametrize("unit", ["beffroi-web.service", "beffroi-worker.service", "beffroi-backup.service"])
def test_unit_is_understood_by_systemd(unit, tmp_path):
    text = (DEPLOY / unit).read_text().replace("/opt/beffroi/beffroi ", "/bin/true ")
    (tmp_path / unit).write_text(text)
    said = subprocess.run(["systemd-analyze", "verify", tmp_path / unit], capture_output=True, text=True, check=False)
    faults = [line for line in said.stderr.splitlines() if unit in line and ("Unknown" in line or "Invalid" in line)]
    assert faults == []


def test_units_call_verbs_that_exist():
    from beffroi.config import cli

    verbs = {verb for verb, _help in cli.VERBS}
    called = {
        match
        for path in DEPLOY.glob("*.service")
        for match in re.findall(r"ExecStart=/opt/beffroi/beffroi (\w+)", path.read_text())
    }
    assert called == {"serve", "worker", "backup"} <= verbs
