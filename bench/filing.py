"""The measures of `bench/documents`."""

import argparse
import contextlib
import os
import random
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import requests

from bench import measure
from bench.report import number

RESULTS = measure.PROJECT / "bench" / "documents.md"
PAGES, SEEN, COUNT, A_FILE = 1000, 1000, 100_000, 10
AIM = 50.0
AGENT = "administration@example.invalid"
# Asked one after the other, as many times: rare, usual and very common words, several words, a word with filters.
ASKED = (
    "q=vicinal",
    "q=lampadaire",
    "q=convention",
    "q=commune",
    "q=travaux voirie",
    "q=délibération budget annexe",
    "q=école&annee=2024",
    "q=marché&fichier=pdf",
    "q=facture&tri=date",
    "q=association subvention 2023",
    "q=assainiss",
    "q=introuvable xyz",
)
SYLLABLES = ("ba", "cho", "dre", "fi", "gan", "lo", "mi", "nou", "pra", "que", "ri", "so", "ta", "ver", "zel", "tion")
TEXT = (
    "commune convention travaux voirie délibération budget annexe école marché facture association subvention "
    "assainissement lampadaire vicinal conseil séance arrêté dossier courrier demande usager service agent réponse "
    "budget mairie président contrat durée montant paiement entreprise chantier réunion compte rendu programme projet"
)
KNOWN = TEXT.split()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="Mesure les documents.")
    parser.add_argument("--pages", type=int, default=PAGES, help="pages de PDF lues")
    parser.add_argument("--seen", type=int, default=SEEN, help="pages reconnues dans leur image")
    parser.add_argument("--count", type=int, default=COUNT, help="documents de la recherche")
    parser.add_argument("--turns", type=int, default=40, help="fois que chaque recherche est faite")
    parser.add_argument("--write", action="store_true", help="écrire bench/documents.md")
    options = parser.parse_args(arguments)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="beffroi-banc-")))
        home.chmod(0o755)
        server = _prepare(stack, home)
        lines = [*_read(options.pages, scans=False), *_read(options.seen, scans=True)]
        _fill(options.count)
        cookie = _session()
        measure.close()
        with measure.serving(measure.SERVERS["granian, 2 processus"]) as address:
            lines += _search(address, cookie, options.turns, options.count)
        del server
    text = _told(lines)
    print(text)
    if options.write:
        RESULTS.write_text(text)
    return 0


def _prepare(stack: contextlib.ExitStack, home: Path):
    """A fresh base with a body, its administrator and a space: the demonstration would add its own documents."""
    os.environ |= {"BEFFROI_HOME": str(home), "DJANGO_SETTINGS_MODULE": "beffroi.config.settings"}
    os.environ |= {"PYTHONPATH": str(measure.PROJECT / "src"), "BEFFROI_LOG_LEVEL": "ERROR"}
    os.environ.pop("DATABASE_URL", None)
    from beffroi.config import preparation, runtime

    server = stack.enter_context(runtime.database())
    runtime.setup_django()
    preparation.migrate()
    preparation.collect_static()
    from allauth.mfa.totp.internal import auth as totp

    from beffroi.kernel.models import User
    from beffroi.shared.documents import actions
    from beffroi.shared.organisations.models import Membership, Organisation

    body = Organisation.objects.create(kind="epci", name="Essai", slug="essai", is_operator=True)
    user = User.objects.create_user(AGENT, first_name="Agent", last_name="Essai")
    Membership.objects.create(user=user, organisation=body, role="admin", start=date(2020, 1, 1))
    totp.TOTP.activate(user, totp.generate_totp_secret())  # the desk opens to nobody without a second factor
    actions.create_space(actor=user, organisation=body, name="Essais")
    return server


def _user():
    from beffroi.kernel.models import User

    return User.objects.get(email=AGENT)


def _words(draw: random.Random, count: int) -> str:
    """A text whose words are as unequal as those of a language: a few everywhere, most of them rare."""
    found = []
    for _word in range(count):
        if draw.random() < 0.25:
            found.append(KNOWN[min(int(draw.paretovariate(0.7)) - 1, len(KNOWN) - 1)])
        else:
            found.append("".join(draw.choice(SYLLABLES) for _part in range(draw.randint(1, 4))))
    return " ".join(found)


def _files(pages: int) -> list[bytes]:
    """PDF files of `A_FILE` pages of 300 words."""
    from datetime import UTC, datetime

    from beffroi.kernel import pdf
    from beffroi.shared.documents.demo_texts import TEMPLATE

    made = []
    for rank in range(-(-pages // A_FILE)):
        draw = random.Random(rank)
        parts = [
            {
                "sender": "Essai",
                "address": "80600 Doullens",
                "place": "Doullens",
                "day": "1er mars 2024",
                "title": f"Pièce {rank}-{page}",
                "rows": [],
                "last": page == A_FILE - 1,
                "paragraphs": [_words(draw, 100) for _line in range(3)],
            }
            for page in range(A_FILE)
        ]
        data = {"title": f"Pièce {rank}", "parts": parts}
        made.append(pdf.render(TEMPLATE, data, at=datetime(2024, 3, 1, tzinfo=UTC)))
    return made


def _scanned(content: bytes) -> bytes:
    """The same pages as a copier gives them at 200 dots an inch."""
    import io

    from beffroi.shared.documents.reading import pages

    leaves = [pages.draw(content, "application/pdf", page, dpi=200).convert("L") for page in range(1, A_FILE + 1)]
    kept = io.BytesIO()
    leaves[0].save(kept, "PDF", save_all=True, append_images=leaves[1:], resolution=200, quality=70)
    return kept.getvalue()


def _read(pages: int, *, scans: bool) -> list[tuple[str, str]]:
    """File and read so many pages, by one process; the files are made before the clock starts."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from beffroi.shared.documents import actions
    from beffroi.shared.documents.models import Space
    from beffroi.shared.documents.reading import job
    from beffroi.shared.files.actions import store_upload

    files = [_scanned(content) if scans else content for content in _files(pages)]
    space, user, waits = Space.objects.get(), _user(), []
    started = time.perf_counter()
    for rank, content in enumerate(files):
        begun = time.perf_counter()
        name = f"{'scan' if scans else 'texte'}-{rank}.pdf"
        file = store_upload(SimpleUploadedFile(name, content), actor=user, kind="document")
        document = actions.add_document(actor=user, space=space, folder=None, file=file, name=name, read=False)
        job.read(document.current_id)
        waits.append(time.perf_counter() - begun)
    spent, count = time.perf_counter() - started, len(files) * A_FILE
    how = "reconnues dans l’image (français), PDF/A compris" if scans else "avec leur texte"
    return [
        (f"{number(count)} pages {how}, un seul processus", f"{spent:.0f} s ({number(count / spent, 1)} pages/s)"),
        (f"un PDF de {A_FILE} pages, de l’envoi à la recherche (médiane)", f"{number(statistics.median(waits), 2)} s"),
    ]


def _fill(count: int) -> None:
    """Documents for the search, written straight into the tables: two hundred words each, over ten years."""
    from django.db import connection

    from beffroi.shared.documents import fences
    from beffroi.shared.documents.models import Document, Reading, Space, Version

    space, user = Space.objects.get(), _user()
    fence, today = fences.of_space(space), date(2026, 1, 1)
    for start in range(0, count, 2000):
        draw, size = random.Random(start), min(2000, count - start)
        documents = Document.objects.bulk_create(
            Document(
                space=space,
                fence=fence,
                name=f"{_words(draw, 3)} {start + rank}.pdf",
                created_by=user,
                dated_on=today - timedelta(days=draw.randint(0, 3650)),
            )
            for rank in range(size)
        )
        versions = Version.objects.bulk_create(
            Version(document=one, number=1, sha256=f"{one.pk:064x}", size=1000, mime="application/pdf", author=user)
            for one in documents
        )
        Reading.objects.bulk_create(
            Reading(version=one, status="done", method="inside", text=_words(draw, 200), pages=1, pages_done=1)
            for one in versions
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE documents_document d SET current_id = v.id FROM documents_version v"
            " WHERE v.document_id = d.id AND d.current_id IS NULL"
        )
        cursor.execute(
            "INSERT INTO documents_searchline (document_id, fence_id, space_id, family, state, day, year, vector)"
            " SELECT d.id, d.fence_id, d.space_id, 'pdf', d.state, d.dated_on, extract(year FROM d.dated_on),"
            " documents_vector(d.name, '', r.text) FROM documents_document d"
            " JOIN documents_reading r ON r.version_id = d.current_id"
            " WHERE NOT EXISTS (SELECT 1 FROM documents_searchline l WHERE l.document_id = d.id)"
        )
        connection.commit()
        cursor.execute("VACUUM ANALYZE documents_searchline")
        cursor.execute("VACUUM ANALYZE documents_document")


def _session() -> str:
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(_user())
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _search(address: str, cookie: str, turns: int, count: int) -> list[tuple[str, str]]:
    """The page of results through HTTP, one person who asks without pause."""
    from django.conf import settings

    session = requests.Session()
    session.cookies.set(settings.SESSION_COOKIE_NAME, cookie)
    times: dict[str, list[float]] = {asked: [] for asked in ASKED}
    for turn in range(turns + 3):
        for asked in ASKED:
            begun = time.perf_counter()
            answer = session.get(f"{address}/bureau/documents/rechercher/?{asked}", timeout=30)
            if answer.status_code != 200 or "Rechercher dans les documents" not in answer.text:
                sys.exit(f"{asked} : réponse {answer.status_code}, {answer.url}")
            if turn >= 3:
                times[asked].append((time.perf_counter() - begun) * 1000)
    every = sorted(one for some in times.values() for one in some)
    p95 = every[int(len(every) * 0.95)]
    verdict = "tenu" if p95 <= AIM else "dépassé"
    lines = [
        (f"recherche parmi {number(count)} documents, à travers HTTP : médiane", f"{statistics.median(every):.0f} ms"),
        (
            f"recherche parmi {number(count)} documents, à travers HTTP : 95 % (visé : {AIM:.0f} ms, {verdict})",
            f"{p95:.0f} ms",
        ),
    ]
    for asked, some in times.items():
        lines.append(
            (
                f"« {asked} », médiane et 95 %",
                f"{statistics.median(some):.0f} et {sorted(some)[int(len(some) * 0.95)]:.0f} ms",
            )
        )  # noqa: E501
    return lines


def _told(lines: list[tuple[str, str]]) -> str:
    heading = f"Écrit par `bench/documents --write`. Machine : {measure.machine()}."
    rows = "\n".join(f"| {label} | {value} |" for label, value in lines)
    return f"# Les documents : lire et retrouver\n\n{heading}\n\n| mesure | résultat |\n|---|---:|\n{rows}\n"
