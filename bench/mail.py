"""The measures of `bench/courrier`."""

import argparse
import contextlib
import statistics
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import requests

from bench import measure, sections
from bench.report import mark, number

CLERKS, EACH = 20, 25
SERVER = measure.SERVERS["granian, 2 processus"]
CLERK = "courrier@example.invalid"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure le courrier.")
    parser.add_argument("--each", type=int, default=EACH, help="courriers enregistrés par agent")
    parser.add_argument("--home", type=Path, help="garder la démonstration dans ce dossier")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        server = measure.prepare(stack, home)
        found = {"letters": _total(), "register": _register()}
        cookies = [_session() for _clerk in range(CLERKS)]
        before = _last(found["register"])
        measure.close()
        with measure.serving(SERVER) as address:
            found |= _together(address, cookies, found["register"], options.each)
        found |= _kept(found["register"], before, found.pop("keys"))
        measure.close()
        del server
    text = _told(found, options.each)
    print(text)
    if options.each == EACH:
        sections.put("courrier", text)
    return 0


def _total() -> int:
    from beffroi.modules.mail.models import Letter

    return Letter.objects.count()


def _register() -> int:
    from beffroi.modules.mail.models import Register

    return Register.objects.get(organisation__is_operator=True, code="A").pk


def _last(register: int) -> int:
    from beffroi.modules.mail.models import Counter

    found = Counter.objects.filter(register=register, year=date.today().year).first()
    return found.last if found else 0


def _session() -> str:
    """A cookie of the clerk, as signing in gives it."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.get(email=CLERK))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _together(address: str, cookies: list[str], register: int, each: int) -> dict:
    """Each clerk in a session of its own; every form is sent twice at the same moment, as by an impatient hand."""
    from django.conf import settings

    keys = [[str(uuid.uuid4()) for _turn in range(each)] for _clerk in cookies]
    times: list[float] = []
    refused: list[str] = []
    ready = threading.Barrier(len(cookies) + 1)

    def clerk(rank: int) -> None:
        session = requests.Session()
        session.cookies.set(settings.SESSION_COOKIE_NAME, cookies[rank], domain="127.0.0.1")
        page = session.get(f"{address}/bureau/courrier/enregistrer/", timeout=60)
        page.raise_for_status()
        token = page.text.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        ready.wait(120)
        for turn, key in enumerate(keys[rank]):
            form = {
                "csrfmiddlewaretoken": token,
                "register": register,
                "object": f"Pli {rank}-{turn}",
                "channel": "post",
                "arrived_on": date.today().isoformat(),
                "sender": f"Expéditeur {rank}-{turn}",
                "client_uuid": key,
            }

            def send(given=form):
                started = time.perf_counter()
                answer = session.post(
                    f"{address}/bureau/courrier/enregistrer/",
                    data=given,
                    allow_redirects=False,
                    timeout=60,
                    headers={"Referer": address},
                )
                times.append((time.perf_counter() - started) * 1000)
                if answer.status_code != 302:
                    refused.append(f"{answer.status_code}")

            with ThreadPoolExecutor(2) as both:
                for one in [both.submit(send), both.submit(send)]:
                    one.result()

    threads = [threading.Thread(target=clerk, args=(rank,)) for rank in range(len(cookies))]
    for thread in threads:
        thread.start()
    ready.wait(120)
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    if refused:
        sys.exit(f"{len(refused)} envois refusés : {refused[:3]}")
    times.sort()
    return {
        "keys": [key for many in keys for key in many],
        "seconds": time.perf_counter() - started,
        "median": statistics.median(times),
        "p95": times[int(len(times) * 0.95)],
    }


def _kept(register: int, before: int, keys: list[str]) -> dict:
    """What the database has of them: none lost, none twice, no number skipped."""
    from beffroi.modules.mail.models import Letter

    found = Letter.objects.filter(client_uuid__in=keys)
    new = Letter.objects.filter(register=register, year=date.today().year, number__gt=before)
    numbers = sorted(new.values_list("number", flat=True))
    return {
        "sent": len(keys),
        "found": found.count(),
        "gaps": 0 if numbers == list(range(before + 1, before + 1 + len(keys))) else 1,
        "doubles": len(numbers) - len(set(numbers)),
    }


def _told(found: dict, each: int) -> str:
    rate = found["sent"] / found["seconds"]
    return "\n".join(
        [
            f"## Courrier : {CLERKS} agents enregistrent ensemble",
            "",
            f"Écrit par `bench/courrier`. Machine : {measure.machine()}.",
            "",
            f"Chacun enregistre {each} courriers par la page du bureau, dans le même registre qui en compte déjà "
            f"{number(found['letters'])} avec les autres ; chaque envoi part deux fois au même instant.",
            "",
            "| | |",
            "|---|---:|",
            f"| courriers envoyés | {number(found['sent'])} |",
            f"| courriers enregistrés | {number(found['found'])} {mark(found['sent'] == found['found'])} |",
            f"| numéros en double | {found['doubles']} {mark(found['doubles'] == 0)} |",
            f"| suite des numéros interrompue | {'oui' if found['gaps'] else 'non'} {mark(found['gaps'] == 0)} |",
            f"| durée | {number(found['seconds'], 1)} s |",
            f"| courriers par seconde | {number(rate, 1)} |",
            f"| attente médiane d’un envoi | {number(found['median'])} ms |",
            f"| p95 d’un envoi | {number(found['p95'])} ms |",
        ]
    )
