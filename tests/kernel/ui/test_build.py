"""The front end is built when its sources changed, and only then; its weight stays within the budget."""

import gzip
import shutil
import subprocess
import sys

import pytest

from beffroi.kernel.ui import build

BUILT = build.OUTPUT


@pytest.fixture
def project(tmp_path):
    """A copy of the sources of the interface, in a project of its own."""
    ui = tmp_path / "src" / "beffroi" / "kernel" / "ui"
    shutil.copytree(build.UI / "assets", ui / "assets")
    shutil.copy(build.UI / "build.mjs", ui)
    shutil.copy(build.PROJECT / "package-lock.json", tmp_path)
    return tmp_path, ui


def test_fingerprint_changes_with_a_source_and_with_the_lock(project):
    root, ui = project
    seen = {build.fingerprint(root, ui)}
    (ui / "assets" / "icons.txt").write_text("map\n")
    seen.add(build.fingerprint(root, ui))
    (ui / "assets" / "styles" / "_new.scss").write_text("")
    seen.add(build.fingerprint(root, ui))
    (root / "package-lock.json").write_text("{}")
    seen.add(build.fingerprint(root, ui))
    assert len(seen) == 4


def test_stamp_of_other_sources_is_not_fresh(project):
    root, ui = project
    stamp = root / "stamp"
    assert not build.is_fresh(stamp, root, ui)
    stamp.write_text(build.fingerprint(root, ui) + "\n")
    assert build.is_fresh(stamp, root, ui)
    (ui / "assets" / "js" / "beffroi.js").write_text("")
    assert not build.is_fresh(stamp, root, ui)


def test_packages_of_the_tests_also_serve_the_build(project, monkeypatch):
    root, _ui = project
    (root / "node_modules").mkdir()
    marker = root / "node_modules" / ".beffroi"
    marker.write_text(build.packages_marker(root, dev=True))
    assert build.install_packages("no-node", project=root) is False
    marker.write_text(build.packages_marker(root, dev=False))
    assert build.install_packages("no-node", project=root) is False
    monkeypatch.setenv("PATH", "")
    with pytest.raises(build.BuildError, match="npm est introuvable"):
        build.install_packages("no-node", project=root, dev=True)


def test_missing_node_is_told_in_plain_words(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("BEFFROI_NODE", "/nowhere/node")
    with pytest.raises(build.BuildError, match="Node 20 ou plus récent est introuvable"):
        build.find_node()


def test_build_needs_only_the_standard_library():
    code = "import sys; import beffroi.kernel.ui.build; print('django' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(build.PROJECT / "src")},
    )
    assert answer.stdout.strip() == "False", answer.stderr


@pytest.mark.skipif(not BUILT.is_dir(), reason="the front end is not built")
@pytest.mark.parametrize(
    ("names", "limit"),
    [(["beffroi.css"], 14_000), (["beffroi.js"], 8_000), (["map.js", "map.css"], 55_000), (["icons.svg"], 14_000)],
)
def test_weight_on_the_wire_stays_within_the_budget(names, limit):
    assert sum(len(gzip.compress((BUILT / name).read_bytes(), 9)) for name in names) <= limit


@pytest.mark.skipif(not BUILT.is_dir(), reason="the front end is not built")
def test_fonts_weigh_at_most_80_kb():
    assert sum(path.stat().st_size for path in (BUILT / "fonts").iterdir()) <= 80_000


@pytest.mark.skipif(not BUILT.is_dir(), reason="the front end is not built")
def test_sheets_name_no_file_that_is_missing():
    import re

    for sheet in BUILT.glob("*.css"):
        for address in re.findall(r"url\(([^)#]+)\)", sheet.read_text()):
            assert (BUILT / address.strip("\"'")).is_file(), address
