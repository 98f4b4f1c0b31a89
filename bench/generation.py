"""The measure of `bench/plans`: open the orders of many plans, then look again when nothing is due."""

import argparse
import contextlib
import os
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

from bench import measure

RESULTS = measure.PROJECT / "bench" / "plans.md"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure l’ouverture des ordres des plans d’entretien.")
    parser.add_argument("--count", type=int, default=5000, help="nombre de plans")
    parser.add_argument("--write", action="store_true", help="écrire bench/plans.md")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.chmod(0o755)
        _start(stack, home)
        found = _measure(options.count)
        measure.close()
    text = _text(found)
    print(text)
    if options.write:
        RESULTS.write_text(text)
    return 0


def _start(stack: contextlib.ExitStack, home: Path) -> None:
    os.environ |= {"BEFFROI_HOME": str(home), "BEFFROI_DEMO": "1", "DJANGO_SETTINGS_MODULE": "beffroi.config.settings"}
    os.environ |= {"PYTHONPATH": str(measure.PROJECT / "src"), "BEFFROI_LOG_LEVEL": "ERROR"}
    os.environ.pop("DATABASE_URL", None)
    from beffroi.config import preparation, runtime

    stack.enter_context(runtime.database())
    runtime.setup_django()
    preparation.migrate()


def _measure(count: int) -> dict:
    from django.db import connection
    from django.utils import timezone

    from beffroi.modules.maintenance import actions
    from beffroi.modules.maintenance.models import Checklist, Occurrence, Order, Plan
    from beffroi.shared.organisations.models import Organisation

    body = Organisation.objects.create(kind="epci", name="CC du banc", slug="cc-banc", is_operator=True)
    checklist = actions.save_checklist(
        Checklist(
            organisation=body, name="Contrôle", lines=[{"label": f"Point {n}", "kind": "yesno"} for n in range(5)]
        ),
        actor=None,
    )
    today = timezone.localdate()
    Plan.objects.bulk_create(
        [
            Plan(
                organisation=body,
                name=f"Plan {number:05d}",
                start=today - timedelta(days=number % 28),
                unit="month",
                every=1 + number % 6,
                shift="next",
                checklist=checklist if number % 2 else None,
                ahead_days=0,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )
    opened: list[int] = []

    def run() -> None:
        try:
            opened.append(actions.generate(today=today))
        finally:
            connection.close()

    started = time.perf_counter()
    both = [threading.Thread(target=run) for _ in range(2)]  # two workers at once, as after a restart
    for one in both:
        one.start()
    for one in both:
        one.join()
    first = time.perf_counter() - started
    started = time.perf_counter()
    again = actions.generate(today=today)
    second = time.perf_counter() - started
    orders = Order.objects.count()
    if (orders, Occurrence.objects.count(), sum(opened), again) != (count, count, count, 0):
        raise SystemExit(
            f"{orders} ordres, {opened} ouverts, puis {again} : {count} étaient attendus, une fois chacun."
        )
    return {"count": count, "first": first, "second": second, "machine": measure.machine()}


def _text(found: dict) -> str:
    count, first, second = found["count"], found["first"], found["second"]
    number = f"{count:,}".replace(",", "\u202f")
    rate = f"{count / first:.0f}"
    return (
        "# Ouvrir les ordres des plans d’entretien\n\n"
        f"Écrit par `bench/plans --write`. Machine : {found['machine']}.\n\n"
        "| mesure | résultat |\n|---|---:|\n"
        f"| {number} plans dus, la moitié avec une liste de 5 points, deux passages en même temps | "
        f"{first:.1f} s ({rate} ordres/s) |\n"
        "| ordres ouverts deux fois | 0 |\n"
        f"| passage suivant, rien n’est dû | {second:.1f} s |\n"
    )
