"""The measures of `bench/run`, and the page that tells them."""

import argparse
import contextlib
import io
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
RESULTS = PROJECT / "bench" / "resultats.md"
ROWS = 10_000
BEFORE = os.getloadavg()[0]  # what the machine was doing when it was asked to measure
CLIENTS = 8
AGENT = "voirie@example.invalid"
ANONYMOUS = {
    "Accueil": "/",
    "Page d’une commune": "/communes/doullens/",
    "Recherche": "/recherche/?q=mairie",
    "Liste des signalements": "/signalements/",
    "Feuille de route": "/feuille-de-route/",
}
AGENTS = {"Liste de l’agent": "/bureau/demandes/", "Corbeille de l’agent": "/bureau/"}
VISITS = {"première visite": "/", "deuxième visite": "/", "page suivante": "/communes/doullens/"}
SERVERS = {
    "granian, 2 processus": ["granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "2"],
    "gunicorn, 2 processus": ["gunicorn", "--workers", "2", "--worker-class", "sync"],
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure Beffroi.")
    parser.add_argument("--seconds", type=int, default=10, help="durée de chaque mesure de débit")
    parser.add_argument("--only", choices=["queries", "load", "bytes"], help="une seule sorte de mesures")
    parser.add_argument("--home", type=Path, help="garder la démonstration dans ce dossier")
    options = parser.parse_args(arguments)
    if not shutil.which("wrk"):
        sys.exit("Il faut wrk : apt install wrk")
    with contextlib.ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        server = prepare(stack, home)
        found: dict = {"machine": machine()}
        few = queries() if options.only in (None, "queries") else {}
        found["rows"] = fill()
        if options.only in (None, "queries"):
            found["queries"] = {page: (few[page][0], many[0], many[1]) for page, many in queries().items()}
            found["locate"] = locate()
        cookie = session()
        close()
        if options.only in (None, "load"):
            found["load"] = {name: load(command, cookie, options.seconds) for name, command in SERVERS.items()}
        if options.only in (None, "bytes"):
            with serving(SERVERS["granian, 2 processus"]) as address:
                found["bytes"] = visits(address)
        del server
    print(json.dumps(found, ensure_ascii=False, indent=1))
    if options.only is None:
        from bench import report, sections

        others = sections.kept()
        RESULTS.write_text(f"{report.written(found)}\n{others}\n" if others else report.written(found))
    return 0


def prepare(stack: contextlib.ExitStack, home: Path):
    """The demonstration, as `./beffroi demo` makes it, and Django on it."""
    os.environ |= {"BEFFROI_HOME": str(home), "BEFFROI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "beffroi.config.settings"}
    os.environ |= {"PYTHONPATH": str(PROJECT / "src"), "BEFFROI_LOG_LEVEL": "ERROR"}
    os.environ.pop("DATABASE_URL", None)
    from beffroi.config import preparation, runtime

    server = stack.enter_context(runtime.database())
    runtime.setup_django()
    preparation.migrate()
    preparation.load_demonstration()
    preparation.collect_static()
    return server


def fill() -> int:
    """Ten thousand reports, in the lists and in the search."""
    from django.core.management import call_command

    from beffroi.modules.reports.models import Report
    from bench import rows

    if Report.objects.count() < ROWS:
        rows.reports(ROWS)
        call_command("reindex", stdout=io.StringIO())
    return Report.objects.count()


def queries() -> dict[str, tuple[int, float]]:
    """For each page, rendered by nobody before: its queries, and its median time in milliseconds."""
    from django.contrib.auth import get_user_model
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    agent = get_user_model().objects.get(email=AGENT)
    found = {}
    for label, path in {**ANONYMOUS, **AGENTS}.items():
        client = Client(headers={"host": "127.0.0.1"})
        if label in AGENTS:
            client.force_login(agent)
        counts, times = [], []
        for _turn in range(8):
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                response = client.get(path)
                elapsed = time.perf_counter() - started
            if response.status_code != 200:
                sys.exit(f"{path} répond {response.status_code}")
            counts.append(len(captured))
            times.append(elapsed * 1000)
        found[label] = (counts[-1], statistics.median(times[1:]))
    return found


def locate() -> dict[str, float]:
    """Milliseconds to say in which commune a point is: asked to the database alone, and answered in full."""
    from beffroi.shared.organisations import places

    points = [(2.2 + n * 0.002, 50.05 + n * 0.0015) for n in range(200)]
    found = {}
    for label, ask in (("commune du point", places.commune_at), ("lieu complet", places.locate)):
        times = []
        for point in points:
            started = time.perf_counter()
            ask(*point)
            times.append((time.perf_counter() - started) * 1000)
        found[label] = statistics.median(times)
    return found


def session() -> str:
    """A cookie of the agent, as signing in gives it."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(email=AGENT))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def close() -> None:
    """Leave the database, its pool too: a child process would read the answers of the same connections."""
    from django.db import connections

    connections.close_all()
    connections["default"].close_pool()


@contextlib.contextmanager
def serving(command: list[str]) -> Iterator[str]:
    """The site under that server; gives its address."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    if command[0] == "granian":
        full = [*command, "--port", str(port), "--log-level", "warning", "beffroi.config.wsgi:application"]
    else:
        full = [*command, "--bind", f"127.0.0.1:{port}", "--log-level", "warning", "beffroi.config.wsgi:application"]
    process = subprocess.Popen([sys.executable, "-m", *full], start_new_session=True)
    try:
        for _try in range(300):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/sante/?vital", timeout=5):
                break
            time.sleep(0.2)
        yield address
    finally:
        os.killpg(process.pid, 15)
        process.wait(20)


def load(command: list[str], cookie: str, seconds: int) -> dict[str, tuple[float, float, float]]:
    """For each page: requests per second, median and 95th percentile in milliseconds, with 8 clients."""
    found = {}
    with serving(command) as address:
        for label, path in {**ANONYMOUS, **AGENTS}.items():
            heading = ["-H", f"Cookie: {cookie}"] if label in AGENTS else []
            wrk = ["wrk", "-t2", f"-c{CLIENTS}", "-T10s", "-s", str(PROJECT / "bench" / "p95.lua"), *heading]
            subprocess.run([*wrk, "-d2s", address + path], capture_output=True, check=True)
            said = subprocess.run(
                [*wrk, f"-d{seconds}s", address + path], capture_output=True, text=True, check=True
            ).stdout
            rate, median, p95, faults = said.rpartition("RESULT ")[2].split()
            if int(faults):
                sys.exit(f"{path} : {faults} réponses fautives\n{said}")
            found[label] = (float(rate), float(median), float(p95))
            print(f"{command[0]} {label} : {rate} req/s, p95 {p95} ms", file=sys.stderr, flush=True)
    return found


def visits(address: str) -> dict[str, int]:
    """Bytes received by a real browser: the home page for the first time, again, then another page."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    found = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        received: list[float] = []
        wire.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        for label, path in VISITS.items():
            received.clear()
            page.goto(address + path, wait_until="networkidle")
            found[label] = int(sum(received))
        browser.close()
    return found


def machine() -> str:
    model = "processeur inconnu"
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{os.cpu_count()} cœurs ({model}), {memory:.0f} Go, Linux {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, le {date.today():%d/%m/%Y}, charge avant mesure {BEFORE:.1f}"
    )
