"""Builds the front end only when its sources changed: `python -m beffroi.kernel.ui.build [--force] [--dev]`.

Needs nothing but the standard library. Node is `BEFFROI_NODE` if set, else the system's `node` when its version is 20
or more. npm packages are installed by `npm ci` when `package-lock.json` changed since the last time.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

UI = Path(__file__).resolve().parent
PROJECT = UI.parents[3]
OUTPUT = UI / "static" / "beffroi"
STAMP = OUTPUT / ".stamp"
MINIMUM_NODE = 20


class BuildError(Exception):
    """The front end cannot be built; the message says why and what to do."""


def fingerprint(project: Path = PROJECT, ui: Path = UI) -> str:
    """A hash of everything that the result depends on."""
    digest = hashlib.sha256()
    sources = sorted(path for path in (ui / "assets").rglob("*") if path.is_file())
    for path in [*sources, ui / "build.mjs", project / "package-lock.json"]:
        digest.update(str(path.relative_to(project)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_fresh(stamp: Path = STAMP, project: Path = PROJECT, ui: Path = UI) -> bool:
    """True when the built files match the sources."""
    return stamp.is_file() and stamp.read_text().strip() == fingerprint(project, ui)


def node_version(node: str) -> int:
    """The major version of that Node, 0 when it does not run."""
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30)  # noqa: S603
    except OSError:
        return 0
    text = answer.stdout.strip().lstrip("v").split(".")[0]
    return int(text) if text.isdigit() else 0


def find_node() -> str:
    """The Node to use; raises BuildError when there is none."""
    for candidate in (os.environ.get("BEFFROI_NODE"), shutil.which("node")):
        if candidate and node_version(candidate) >= MINIMUM_NODE:
            return candidate
    raise BuildError(
        f"Node {MINIMUM_NODE} ou plus récent est introuvable. Installez-le, ou indiquez son chemin dans BEFFROI_NODE."
    )


def npm_command(node: str) -> list[str]:
    """How to call the npm that goes with that Node."""
    folder = Path(node).resolve().parent
    for script in (folder.parent / "lib", folder, folder.parent):
        path = script / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if path.is_file():
            return [node, str(path)]
    npm = shutil.which("npm")
    if npm:
        return [npm]
    raise BuildError("npm est introuvable à côté de Node. Installez-le (il est fourni avec Node sur nodejs.org).")


def packages_marker(project: Path, dev: bool) -> str:
    lock = hashlib.sha256((project / "package-lock.json").read_bytes()).hexdigest()
    return f"{lock} {'dev' if dev else 'prod'}"


def install_packages(node: str, *, project: Path = PROJECT, dev: bool = False) -> bool:
    """Run `npm ci` unless the packages already match the lock; True when it ran."""
    marker = project / "node_modules" / ".beffroi"
    wanted = {packages_marker(project, True)} | (set() if dev else {packages_marker(project, False)})
    if marker.is_file() and marker.read_text().strip() in wanted:
        return False
    command = [*npm_command(node), "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    _run(command if dev else [*command, "--omit=dev"], project, "L’installation des paquets npm a échoué.")
    marker.write_text(packages_marker(project, dev) + "\n")
    return True


def ensure(*, force: bool = False, dev: bool = False) -> bool:
    """Make sure that the built files are up to date; True when something was built."""
    if is_fresh() and not force and not dev:
        return False
    node = find_node()
    install_packages(node, dev=dev)
    if is_fresh() and not force:
        return False
    _run([node, str(UI / "build.mjs")], PROJECT, "La construction de l’interface a échoué.")
    STAMP.write_text(fingerprint() + "\n")
    return True


def _run(command: list[str], folder: Path, failure: str) -> None:
    environment = os.environ | {"PATH": f"{Path(command[0]).resolve().parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)  # noqa: S603
    if answer.returncode:
        raise BuildError(f"{failure}\n{(answer.stderr or answer.stdout).strip()[-2000:]}")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m beffroi.kernel.ui.build", description=__doc__.split("\n")[0])
    parser.add_argument("--force", action="store_true", help="construire même si rien n’a changé")
    parser.add_argument("--dev", action="store_true", help="installer aussi les paquets npm des tests")
    options = parser.parse_args(arguments)
    try:
        built = ensure(force=options.force, dev=options.dev)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print("Interface construite." if built else "Interface à jour.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
