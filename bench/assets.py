"""Mesure l’inventaire avec 50 000 points lumineux : carte, liste, importation, exportation.

    .venv/bin/python -m bench.assets            écrit bench/equipements.md
    .venv/bin/python -m bench.assets --rows 5000

Une démonstration est faite dans un dossier temporaire ; rien n’est laissé.
"""

import argparse
import contextlib
import io
import statistics
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "src")]
RESULTS = PROJECT / "bench" / "equipements.md"
TURNS = 20
AIM = 100  # milliseconds at the 95th percentile, page made anew each time
PATHS = {
    "Carte : tout le territoire": "/carte/couches/equipements.geojson?bbox=1.9,49.9,2.8,50.4",
    "Carte : une commune": "/carte/couches/equipements.geojson?bbox=2.30,50.13,2.38,50.18",
    "Carte : une rue": "/carte/couches/equipements.geojson?bbox=2.335,50.155,2.345,50.160",
    "Carte du bureau : tout le territoire": "/carte/couches/equipements-bureau.geojson?bbox=1.9,49.9,2.8,50.4",
    "Liste": "/bureau/equipements/",
    "Liste : dernière page": "/bureau/equipements/?page=9999",
    "Liste : recherche d’un mot": "/bureau/equipements/?q=banc-4321",
    "Liste : type et commune": "/bureau/equipements/?type=candelabre&commune=doullens",
    "Arbre": "/bureau/equipements/arbre/",
}


def main() -> int:
    parser = argparse.ArgumentParser(description="Mesure l’inventaire.")
    parser.add_argument("--rows", type=int, default=50_000, help="nombre de points lumineux importés")
    options = parser.parse_args()
    from bench import measure

    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.chmod(0o755)
        server = measure.prepare(stack, home)
        times = imported(options.rows)
        pages = measured()
        times |= exported()
        measure.close()
        del server
    RESULTS.write_text(told(options.rows, times, pages, measure.machine()))
    print(RESULTS.read_text())
    return 0


def street_lights(count: int) -> bytes:
    """A CSV of lights on a grid over the territory, their network first."""
    lines = ["ref;nom;source;puissance;longitude;latitude;commune"]
    for number in range(count):
        longitude, latitude = 2.0 + (number % 1000) * 7e-4, 50.0 + (number * 37 % 991) * 3e-4
        lines.append(f"BANC-{number};Point lumineux {number};LED;36;{longitude:.6f};{latitude:.6f};Doullens")
    return "\n".join(lines).encode()


def imported(count: int) -> dict[str, float]:
    """Seconds to read, to try and to keep a file, as the job does."""
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.db import connection

    from beffroi.shared.assets import actions
    from beffroi.shared.assets.importing import reading, writing
    from beffroi.shared.assets.models import AssetKind
    from beffroi.shared.organisations.models import Organisation

    owner = Organisation.objects.get(is_operator=True)
    kind = AssetKind.objects.get(code="candelabre")
    data, found = street_lights(count), {}
    started = time.perf_counter()
    content = reading.read(SimpleUploadedFile("banc.csv", data), "banc.csv")
    run = actions.receive_import(content, actor=None, organisation=owner, kind=kind, name="banc.csv")
    found["Lire le fichier"] = time.perf_counter() - started
    for label, gesture, work in (
        ("Le vérifier", lambda: actions.check_columns(run, run.mapping, actor=None), writing.check),
        ("L’importer", lambda: actions.start_import(run, actor=None), writing.write),
    ):
        started = time.perf_counter()
        gesture()
        work(run.pk)
        found[label] = time.perf_counter() - started
    run.refresh_from_db()
    if run.status != "done" or run.faulty or run.created != count:
        sys.exit(f"importation : {run.status}, {run.created} créés, {run.faulty} fautives, {run.faults[:3]}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return found


def agent_client():
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(email="voirie@example.invalid"))
    return client


def measured() -> dict[str, tuple[int, float, float, int]]:
    """For each page: queries, median and 95th percentile in milliseconds, bytes."""
    from django.core.cache import caches
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, found = agent_client(), {}
    for label, path in PATHS.items():
        times = []
        for _turn in range(TURNS + 2):
            caches["pages"].clear()
            with CaptureQueriesContext(connection) as captured:
                started = time.perf_counter()
                answer = client.get(path)
                times.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{path} répond {answer.status_code}")
        kept = sorted(times[2:])
        found[label] = (len(captured), statistics.median(kept), kept[int(len(kept) * 0.95) - 1], len(answer.content))
    return found


def exported() -> dict[str, float]:
    """Seconds to take everything away in each format."""
    client, found = agent_client(), {}
    for kind in ("csv", "geojson", "gpkg", "shp"):
        started = time.perf_counter()
        answer = client.get(f"/bureau/equipements/export.{kind}?type=candelabre")
        found[f"Exporter en {kind}"] = time.perf_counter() - started
        if answer.status_code != 200 or not io.BytesIO(answer.content).read(1):
            sys.exit(f"export {kind} : {answer.status_code}")
    return found


def told(rows: int, times: dict, pages: dict, machine: str) -> str:
    from bench.report import mark, number

    lines = [
        "# L’inventaire avec beaucoup d’équipements",
        "",
        f"Écrit par `python -m bench.assets` : une démonstration, et {number(rows)} points lumineux de plus, importés",
        f"d’un fichier CSV par le travail de fond. Sans cache, un client, {TURNS} fois chaque page.",
        f"Machine : {machine}.",
        "",
        f"Visé : 95 % des réponses en {AIM} ms au plus ; douze requêtes SQL, session et compte compris à part.",
        "",
        "| page | requêtes | médiane (ms) | p95 (ms) | octets | visé |",
        "|---|---:|---:|---:|---:|---|",
    ]
    for label, (queries, median, slow, size) in pages.items():
        good = mark(slow <= AIM)
        lines.append(f"| {label} | {queries} | {number(median, 1)} | {number(slow, 1)} | {number(size)} | {good} |")
    lines += ["", "| travail | secondes |", "|---|---:|"]
    lines += [f"| {label} | {number(value, 1)} |" for label, value in times.items()]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    sys.exit(main())
