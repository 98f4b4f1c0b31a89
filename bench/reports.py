"""The measures of `bench/signalements`."""

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests

from bench import measure, rows, sections
from bench.report import mark, number

ROWS = 100_000
PHONES, EACH = 50, 4
AIM = 50.0
SERVER = measure.SERVERS["granian, 2 processus"]
PAGES = {
    "Open311, les derniers signalements (1 000)": "/open311/v2/requests.json",
    "Open311, une semaine": "/open311/v2/requests.json?start_date={week}",
    "Open311, en cours, une catégorie": "/open311/v2/requests.xml?status=open&service_code=lampadaire-eteint",
    "Open311, un signalement": "/open311/v2/requests/{reference}.json",
    "Open311, les étapes": "/open311/v2/servicerequestupdates.json?start_date={week}",
    "Carte, tout le territoire": "/carte/couches/signalements.geojson?bbox=2.0,49.9,2.8,50.4",
    "Carte, une commune": "/carte/couches/signalements.geojson?bbox=2.30,50.13,2.38,50.18",
    "Carte, une rue": "/carte/couches/signalements.geojson?bbox=2.338,50.155,2.345,50.159",
    "Liste publique": "/signalements/",
}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure les signalements.")
    parser.add_argument("--rows", type=int, default=ROWS, help="nombre de signalements")
    parser.add_argument("--seconds", type=int, default=6, help="durée de chaque mesure")
    parser.add_argument("--home", type=Path, help="garder la démonstration dans ce dossier")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        os.environ["BEFFROI_BEHIND_PROXY"] = "1"
        server = measure.prepare(stack, home)
        from beffroi.modules.reports.models import Report

        if Report.objects.count() < options.rows:
            rows.reports(options.rows)
        total = Report.objects.count()
        addresses = _addresses(Report)
        bare = {label: _bare(path) for label, path in addresses.items()}
        measure.close()
        with measure.serving(SERVER) as address:
            busy = {label: _load(address + path, options.seconds) for label, path in addresses.items()}
            phones = _phones(address)
        phones |= _kept(phones.pop("numbers"))
        measure.close()
        del server
    text = _told(total, bare, busy, phones)
    print(text)
    if options.rows == ROWS:
        sections.put("signalements", text)
    return 0


def _addresses(model) -> dict[str, str]:
    week = (datetime.now(UTC) - timedelta(days=7)).strftime("%Y-%m-%dT%H:%M:%SZ")
    reference = model.objects.public().order_by("-pk").values_list("reference", flat=True).first()
    return {label: path.format(week=week, reference=reference) for label, path in PAGES.items()}


def _bare(path: str) -> tuple[int, float, float]:
    """Queries, median and 95th percentile in milliseconds of an answer that nothing had kept."""
    from django.core.cache import caches
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, times = Client(headers={"host": "127.0.0.1"}), []
    client.get(path)
    caches["pages"].clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    asked = len(captured)  # now: the next request empties the list
    for _turn in range(30):
        caches["pages"].clear()
        started = time.perf_counter()
        answer = client.get(path)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            sys.exit(f"{path} répond {answer.status_code}")
    return asked, statistics.median(times), sorted(times)[28]


def _load(address: str, seconds: int) -> tuple[float, float, float]:
    """Requests per second, median and 95th percentile in milliseconds with eight clients."""
    wrk = ["wrk", "-t2", f"-c{measure.CLIENTS}", "-T10s", "-s", str(measure.PROJECT / "bench" / "p95.lua")]
    subprocess.run([*wrk, "-d1s", address], capture_output=True, check=True)
    said = subprocess.run([*wrk, f"-d{seconds}s", address], capture_output=True, text=True, check=True).stdout
    rate, median, p95, faults = said.rpartition("RESULT ")[2].split()
    if int(faults):
        sys.exit(f"{address} : {faults} réponses fautives\n{said}")
    return float(rate), float(median), float(p95)


def _phones(address: str) -> dict:
    """Fifty telephones send four reports each, with a photo, all together; each report is sent twice at once, as when
    the answer was lost."""
    from beffroi.modules.reports.models import Category

    category = Category.objects.get(code="nid-de-poule").pk  # once: the phones have no connection to the database
    times: list[float] = []
    refused: list[str] = []
    numbers = [[str(uuid.uuid4()) for _rank in range(EACH)] for _phone in range(PHONES)]
    ready, start = threading.Barrier(PHONES + 1), time.perf_counter()

    def phone(rank: int) -> None:
        session = requests.Session()
        session.headers.update({"X-Forwarded-For": f"10.1.{rank // 250}.{rank % 250 + 1}", "X-Forwarded-Proto": "http"})
        session.get(f"{address}/signalements/hors-ligne/", timeout=60).raise_for_status()
        ready.wait(120)
        for one in numbers[rank]:
            with ThreadPoolExecutor(2) as both:
                list(both.map(lambda _turn, one=one: send(session, one), range(2)))

    def send(session: requests.Session, number_: str) -> None:
        data = _report(number_, category) | {"csrfmiddlewaretoken": session.cookies.get("csrftoken", "")}
        photo = {"photos": (f"{number_[:8]}.jpg", _photo(number_), "image/jpeg")}
        before = time.perf_counter()
        answer = requests.post(
            f"{address}/signalements/hors-ligne/",
            data=data,
            files=photo,
            cookies=session.cookies,
            timeout=120,
            headers={**session.headers, "X-Beffroi-Upload": "1"},
        )
        times.append((time.perf_counter() - before) * 1000)
        if answer.status_code != 204:
            refused.append(f"{answer.status_code} {answer.text[:300]}")

    threads = [threading.Thread(target=phone, args=(rank,)) for rank in range(PHONES)]
    for thread in threads:
        thread.start()
    ready.wait(120)
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    if refused:
        sys.exit(f"{len(refused)} envois refusés : {refused[0]}")
    times.sort()
    return {
        "numbers": [one for many in numbers for one in many],
        "seconds": time.perf_counter() - start,
        "median": statistics.median(times),
        "p95": times[int(len(times) * 0.95)],
    }


def _report(number_: str, category: int) -> dict:
    step = int(number_[:4], 16) / 65536
    return {
        "category": category,
        "latitude": 50.155 + step * 0.004,
        "longitude": 2.335 + step * 0.008,
        "description": "Un trou au milieu de la chaussée.",
        "client_uuid": number_,
        "made_at": datetime.now(UTC).isoformat(),
    }


def _photo(seed: str) -> bytes:
    from PIL import Image

    content = io.BytesIO()
    tone = tuple(int(seed[rank : rank + 2], 16) for rank in (0, 2, 4))
    Image.new("RGB", (640, 480), tone).save(content, "JPEG")
    return content.getvalue()


def _kept(numbers: list[str]) -> dict:
    """What the database has of them: none lost, none twice, no number skipped."""
    from beffroi.modules.reports.models import Report
    from beffroi.shared.files.models import StoredFile

    found = list(Report.objects.filter(client_uuid__in=numbers).order_by("pk"))
    ranks = sorted(int(one.reference.rpartition("-")[2]) for one in found)
    return {
        "sent": len(numbers),
        "found": len(found),
        "photos": StoredFile.objects.about(*found[:200]).count(),
        "gap": ranks[-1] - ranks[0] + 1 - len(ranks),
    }


def _told(total: int, bare: dict, busy: dict, phones: dict) -> str:
    lines = [
        f"## Signalements : {number(total)} lignes",
        "",
        f"Écrit par `bench/signalements`. Machine : {measure.machine()}.",
        "",
        f"Visé : p95 ≤ {AIM:.0f} ms. « Sans rien de gardé » : chaque réponse est calculée, une à la fois ; « huit "
        "clients » : `wrk -t2 -c8` sur le serveur, cache des pages publiques compris.",
        "",
        "| adresse | requêtes SQL | rien de gardé, médiane (ms) | p95 (ms) | huit clients, req/s | p95 (ms) | ≤ 50 |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for label, (queries, median, p95) in bare.items():
        rate, _median, busy_p95 = busy[label]
        good = p95 <= AIM and busy_p95 <= AIM
        lines.append(
            f"| {label} | {queries} | {number(median, 1)} | {number(p95, 1)} | {number(rate)} | {number(busy_p95, 1)} "
            f"| {mark(good)} |"
        )
    lines += [
        "",
        f"### {PHONES} téléphones déposent ensemble",
        "",
        f"Chacun envoie {EACH} signalements avec une photo, chaque envoi partant deux fois au même instant, comme "
        "quand la réponse s’est perdue.",
        "",
        "| | |",
        "|---|---:|",
        f"| signalements envoyés | {phones['sent']} |",
        f"| signalements enregistrés | {phones['found']} {mark(phones['sent'] == phones['found'])} |",
        f"| photos gardées | {phones['photos']} {mark(phones['photos'] == phones['sent'])} |",
        f"| numéros sautés | {phones['gap']} {mark(phones['gap'] == 0)} |",
        f"| durée | {number(phones['seconds'], 1)} s |",
        f"| attente médiane d’un envoi | {number(phones['median'])} ms |",
        f"| p95 d’un envoi | {number(phones['p95'])} ms |",
    ]
    return "\n".join(lines)
