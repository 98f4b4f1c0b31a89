"""The measures of `bench/signatures`."""

import argparse
import contextlib
import os
import signal
import tempfile
import time
import uuid
from pathlib import Path

from bench import measure, sections
from bench.report import mark, number

COUNT = 200
AUTHOR, SIGNER = "accueil@example.invalid", "elue@example.invalid"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure le parapheur.")
    parser.add_argument("--count", type=int, default=COUNT, help="dossiers d’un lot")
    parser.add_argument("--home", type=Path, help="garder la démonstration dans ce dossier")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        server = measure.prepare(stack, home)
        found = [_level(level, options.count) for level in ("B", "T", "LT", "LTA")]
        killed = _killed(options.count)
        measure.close()
        del server
    text = _told(found, killed, options.count)
    print(text)
    if options.count == COUNT:
        sections.put("signatures", text)
    return 0


def _folders(level: str, count: int) -> list[int]:
    """So many folders that wait for one signature at this level; each of its own document."""
    from django.contrib.auth import get_user_model
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from beffroi.kernel import pdf
    from beffroi.shared.files.actions import store_upload
    from beffroi.shared.signing import actions
    from beffroi.shared.signing.demo import TEMPLATE
    from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind, Nature

    author = get_user_model().objects.get(email=AUTHOR)
    desk = Desk.objects.get(name="La présidence", organisation__is_operator=True)
    circuit = Circuit(organisation=desk.organisation, name=f"Banc {level} {uuid.uuid4().hex[:6]}")
    steps = [CircuitStep(position=1, kind=Kind.SIGNATURE, desk=desk)]
    actions.save_circuit(circuit, actor=author, steps=steps)
    nature = Nature(organisation=desk.organisation, type="Banc", name=circuit.name, circuit=circuit, level=level)
    actions.save_nature(nature, actor=author, details=[], rules=[])
    made = []
    for rank in range(count):
        title = f"Dossier {level} {rank}"
        content = pdf.render(TEMPLATE, {"title": title}, at=timezone.now())
        document = store_upload(SimpleUploadedFile("document.pdf", content), actor=author)
        folder = actions.create_folder(actor=author, nature=nature, title=title, document=document)
        made.append(actions.submit_folder(folder, actor=author).pk)
    return made


def _ask(folders: list[int]):
    """The batch, asked twice with the same key as by a double press."""
    from django.contrib.auth import get_user_model

    from beffroi.shared.signing import actions

    signer, key = get_user_model().objects.get(email=SIGNER), uuid.uuid4()
    batches = {actions.ask_batch(folders, actor=signer, key=key).pk for _turn in range(2)}
    (batch,) = batches
    return batch


def _counts(batch: int) -> dict:
    from beffroi.kernel.models import Entry
    from beffroi.shared.signing.models import BatchLine, Step

    lines = BatchLine.objects.filter(batch=batch)
    folders = list(lines.values_list("step__folder", flat=True))
    return {
        "done": lines.filter(state="done").count(),
        "failed": lines.filter(state="failed").count(),
        "facts": Entry.objects.filter(verb="signing.approve", target_id__in=folders).count(),
        "levels": sorted(set(Step.objects.filter(folder__in=folders).values_list("reached", flat=True))),
    }


def _level(level: str, count: int) -> dict:
    from beffroi.shared.signing.actions import batches

    batch = _ask(_folders(level, count))
    started = time.perf_counter()
    batches.run(batch)
    return {"level": level, "seconds": time.perf_counter() - started} | _counts(batch)


def _killed(count: int) -> dict:
    """A process takes the batch and is killed in the middle; another goes on."""
    from beffroi.shared.signing.actions import batches
    from beffroi.shared.signing.models import BatchLine

    batch = _ask(_folders("B", count))
    measure.close()
    child = os.fork()
    if child == 0:
        batches.run(batch)
        os._exit(0)
    taken = BatchLine.objects.filter(batch=batch).exclude(state="waiting")
    while taken.count() < count // 2:
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    before = taken.count()
    batches.run(batch)
    return {"before": before} | _counts(batch)


def _told(found: list[dict], killed: dict, count: int) -> str:
    rows = [
        f"| B-{one['level']} | {number(one['seconds'], 1)} s | {number(one['seconds'] * 1000 / count)} ms | "
        f"{one['done']} {mark(one['done'] == count and one['levels'] == [one['level']])} |"
        for one in found
    ]
    whole = killed["done"] == count and killed["facts"] == count
    return "\n".join(
        [
            f"## Parapheur : {count} signatures par lot",
            "",
            f"Écrit par `bench/signatures`. Machine : {measure.machine()}.",
            "",
            "Chaque dossier a son propre PDF, signé du compte par le cachet de l’installation (RSA 3072), horodaté par "
            "son horloge interne ; le lot est demandé deux fois avec la même clé.",
            "",
            "| niveau | durée du lot | par signature | signés au niveau demandé |",
            "|---|---:|---:|---:|",
            *rows,
            "",
            f"Tué (SIGKILL) après {killed['before']} dossiers, le lot repris en signe {killed['done']} en tout, et le "
            f"journal compte {killed['facts']} décisions {mark(whole)}.",
        ]
    )
