"""Two years of documents of the EPCI and of five communes, written at once: 2,900 files, each with its own words."""

import datetime
import hashlib
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from beffroi.kernel import search
from beffroi.kernel.models import Entry
from beffroi.shared.documents import actions, demo_papers, exports, indexing, retention
from beffroi.shared.documents.models import (
    Activity,
    Document,
    DocumentType,
    Folder,
    Reading,
    Series,
    Space,
    Tag,
    Version,
)
from beffroi.shared.files import storage
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.organisations.demo import commune_by_code

TOWNS = ("80253", "80071", "80086", "80070", "80202")
TOTAL, OF_A_TOWN = 2900, 240
DAYS = 730
PDF, EML = "application/pdf", "message/rfc822"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
OURS = "service administratif"
COMPANIES = (
    "Menuiserie Vasseur-Delattre",
    "Papeterie de l’Authie",
    "Transports Caudron et fils",
    "Électricité Lenglet",
    "Espaces verts Daullé",
    "Cuisine du Ternois",
    "Maçonnerie Hennequin",
    "Imprimerie des Remparts",
    "Garage du Bourg",
    "Plomberie Thuillier",
    "Fioul et bois du Doullennais",
    "Informatique des Hauts-Plateaux",
)
THINGS = (
    "portes de l’école",
    "fournitures scolaires",
    "cars des sorties d’été",
    "éclairage de la salle des fêtes",
    "tonte et taille des haies",
    "repas de la cantine",
    "reprise du mur du cimetière",
    "bulletin d’information",
    "entretien du camion",
    "chauffe-eau du stade",
    "bois de chauffage",
    "postes de la mairie",
)
PLACES = (
    "rue du Bourg",
    "place de l’Église",
    "chemin des Meuniers",
    "rue de l’Authie",
    "route de Doullens",
    "rue Haute",
    "impasse du Lavoir",
    "quai de l’Authie",
    "rue du Château",
    "allée du Stade",
    "rue des Écoles",
    "chemin de Halage",
)
WRITERS = (
    "Association Les Amis du Moulin",
    "Mme Odette Warin",
    "M. Firmin Lecat",
    "Club de gymnastique",
    "M. Léon Roy",
    "Mme Aline Cordier",
    "Comité des fêtes",
    "M. Marius Leclercq",
    "Mme Suzanne Bouvier",
    "Société de chasse",
    "Mme Berthe Masson",
    "Chorale de la vallée",
    "M. Émile Wattel",
    "Mme Rose Duval",
    "Collectif des parents d’élèves",
)
WISHES = (
    ("Demande de salle", "souhaite disposer de la salle des fêtes"),
    ("Éclairage public", "signale un lampadaire éteint"),
    ("Haie qui déborde", "signale une haie qui gêne le passage"),
    ("Autorisation de voirie", "demande à poser un échafaudage"),
    ("Subvention", "demande une aide pour sa saison"),
    ("Inscription au transport", "demande les horaires du car du collège"),
    ("Stationnement", "demande un arrêté pour un déménagement"),
    ("Eau et assainissement", "conteste le relevé du compteur"),
)
TAGS = ("urgent", "à relire", "conseil", "travaux", "écoles")


@dataclass(frozen=True)
class Sheet:
    """A document to be: what it says, how it is written."""

    name: str
    title: str
    lines: list[str]
    mime: str
    day: datetime.date
    sender: str = ""
    scan: int | None = None
    values: dict | None = None

    def content(self, number: int) -> bytes:
        if self.mime == PDF:
            return demo_papers.pdf(self.title, self.lines, scan=self.scan)
        if self.mime == DOCX:
            return demo_papers.word(self.title, self.lines)
        if self.mime == ODT:
            return demo_papers.open_text(self.title, self.lines)
        return demo_papers.message(self.sender, self.title, self.lines, self.day, number)


def _number(rank: int, day: datetime.date) -> str:
    return f"{day.year}-{rank:04d}"


def _bill(rank: int, day, body: str) -> Sheet:
    company, thing = COMPANIES[rank % len(COMPANIES)], THINGS[(rank * 5) % len(THINGS)]
    amount, number = 90 + (rank * 173) % 5200, _number(rank, day)
    lines = [
        company,
        f"Client : {body}.",
        f"Facture {number} du {day:%d/%m/%Y} pour : {thing}, {PLACES[rank % 12]}.",
        f"Montant hors taxes : {amount},00 euros. TVA 20 %. Total : {amount * 6 // 5},{amount % 5 * 2}0 euros.",
        "Règlement par mandat administratif sous trente jours.",
    ]
    scan = rank if rank % 5 == 0 else None
    values = {"numero": number, "montant": amount, "payee": rank % 4 != 0}
    return Sheet(f"Facture {number} {company}.pdf", f"Facture {number}", lines, PDF, day, company, scan, values)


def _letter(rank: int, day, body: str) -> Sheet:
    writer, (subject, wish) = WRITERS[rank % len(WRITERS)], WISHES[(rank * 3) % len(WISHES)]
    lines = [
        f"À l’attention de : {body}.",
        "Madame, Monsieur,",
        f"{writer}, {rank % 60 + 1} {PLACES[(rank * 7) % 12]}, {wish} à compter du {day:%d/%m/%Y} (dossier {rank}).",
        "Dans l’attente de votre réponse, veuillez agréer nos salutations.",
        writer,
    ]
    mime, ending = ((EML, "eml"), (PDF, "pdf"), (PDF, "pdf"))[rank % 3]
    scan = rank if rank % 3 == 1 else None
    title = f"{subject} {PLACES[(rank * 7) % 12]}"
    return Sheet(f"{title} {_number(rank, day)}.{ending}", title, lines, mime, day, writer, scan)


def _answer(rank: int, day, body: str) -> Sheet:
    writer, (subject, _wish) = WRITERS[(rank * 2) % len(WRITERS)], WISHES[rank % len(WISHES)]
    lines = [
        f"{body}, le {day:%d/%m/%Y}.",
        f"Objet : {subject.lower()}, {PLACES[(rank * 3) % 12]} (dossier {rank}).",
        f"{writer}, votre demande a été examinée par le service.",
        "Une suite favorable lui est donnée." if rank % 3 else "Il ne peut pas y être donné suite cette année.",
    ]
    mime, ending = ((ODT, "odt"), (DOCX, "docx"))[rank % 2]
    return Sheet(f"Réponse {subject} {_number(rank, day)}.{ending}", f"Réponse : {subject}", lines, mime, day, OURS)


def _first(words: str) -> str:
    return words[0].upper() + words[1:]


def _minutes(rank: int, day, body: str) -> Sheet:
    lines = [
        f"Réunion du {day:%d/%m/%Y}, {body}.",
        f"1. {_first(THINGS[rank % 12])} : le devis est accepté.",
        f"2. {_first(PLACES[(rank * 5) % 12])} : la circulation est limitée pendant le chantier {rank}.",
        "3. Divers : prochaine réunion dans un mois.",
    ]
    title = f"Compte rendu de réunion {_number(rank, day)}"
    return Sheet(f"{title}.docx", title, lines, DOCX, day, OURS)


def _works(rank: int, day, body: str) -> Sheet:
    place = PLACES[(rank * 11) % 12]
    lines = [
        f"{body} : {place}, tronçon {rank}.",
        f"Fouille de {1 + rank % 3},{rank % 10}0 m, réseau d’eau, branchements.",
        f"Constat du {day:%d/%m/%Y} : bordures reprises sur {20 + rank % 200} mètres, réserves levées.",
    ]
    title = f"Constat de chantier {place} {_number(rank, day)}"
    return Sheet(f"{title}.pdf", title, lines, PDF, day, COMPANIES[(rank * 7) % 12], rank if rank % 4 == 0 else None)


# folder, series, what it holds, share of the whole
SHELVES = (
    ("Factures", "2 FIN 1", _bill, 34),
    ("Courriers reçus", "1 ADM 2", _letter, 26),
    ("Réponses", "1 ADM 2", _answer, 18),
    ("Réunions", "1 ADM 1", _minutes, 10),
    ("Chantiers", "5 TEC 2", _works, 12),
)


def load(operator, spaces: dict[str, Space], admin) -> int:
    """Write them all; returns how many."""
    made = _body(operator, _shelves(operator, spaces, admin), TOTAL - len(TOWNS) * OF_A_TOWN, admin, seed=0)
    for seed, code in enumerate(TOWNS, start=1):
        town = commune_by_code(code)
        actions.copy_plan(operator, town, actor=None)
        space = actions.create_space(actor=None, organisation=town, name="Mairie", about="Ce que la mairie garde.")
        DocumentType.objects.create(organisation=town, name="Facture", fields=_bill_fields(operator))
        made += _body(town, _shelves(town, {"": space}, None), OF_A_TOWN, None, seed=seed)
    return made


def _bill_fields(operator) -> list:
    return DocumentType.objects.get(organisation=operator, name="Facture").fields


HOMES = {"Factures": "Finances", "Chantiers": "Voirie"}


def _shelves(body, spaces, admin) -> list[tuple]:
    """For each kind of document, its folder of each year."""
    series = {one.code: one for one in Series.objects.filter(activity__in=Activity.objects.filter(organisation=body))}
    today = timezone.localdate()
    years = sorted({(today - datetime.timedelta(days=days)).year for days in (0, DAYS // 2, DAYS)})
    shelves = []
    for name, code, make, share in SHELVES:
        home = spaces.get(HOMES.get(name, "Administration générale")) or spaces[""]
        above = actions.create_folder(
            actor=admin,
            space=home,
            name=f"{name} (archives courantes)" if admin else name,
            series=series[code],
            opened_on=datetime.date(years[0], 1, 2),
        )
        yearly = {
            year: actions.create_folder(
                actor=admin, space=home, name=f"{name} {year}", parent=above, opened_on=datetime.date(year, 1, 2)
            )
            for year in years
        }
        shelves.append((yearly, share, make))
    return shelves


def _body(body, shelves, count: int, author, *, seed: int) -> int:
    draw = random.Random(1789 + seed)  # noqa: S311  sample data, the same each time
    today = timezone.localdate()
    shelf_of = [shelf for shelf in shelves for _share in range(shelf[1])]
    kind = DocumentType.objects.get(organisation=body, name="Facture")
    filed: list[tuple[Document, Sheet, bytes]] = []
    for rank in range(count):
        yearly, _share, make = shelf_of[(rank * 37) % len(shelf_of)]
        day = today - datetime.timedelta(days=1 + (rank * 131) % (DAYS - 2))
        sheet = make(10_000 * seed + rank, day, body.name)
        document = _document(sheet, yearly[day.year], author, kind, draw)
        filed.append((document, sheet, sheet.content(10_000 * seed + rank)))
    _write(filed, author)
    _tag(body, [document for document, _sheet, _content in filed])
    return len(filed)


def _moment(day: datetime.date, hour: int, minute: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def _document(sheet: Sheet, folder: Folder, author, kind, draw) -> Document:
    document = Document(
        space=folder.space,
        folder=folder,
        fence_id=folder.fence_id,
        name=sheet.name,
        dated_on=sheet.day,
        sender=sheet.sender,
        source=_source(sheet),
        effective_series=folder.effective_series,
        created_by=author,
        created_at=_moment(sheet.day, draw.randint(8, 17), draw.randint(0, 59)),
    )
    if sheet.values is not None:
        document.kind, document.values = kind, sheet.values
    series = folder.effective_series
    document.retention_start = retention.start_of_document(document, series, folder)
    document.retention_end = retention.end_of(series.years if series else None, document.retention_start)
    return document


def _source(sheet: Sheet) -> str:
    if sheet.scan is not None:
        return Document.Source.SCAN
    return Document.Source.MAIL if sheet.mime == EML else Document.Source.UPLOAD


def _write(filed: list[tuple[Document, Sheet, bytes]], author) -> None:
    """Contents, documents, versions, what was read in them, the journal, both indexes: a few queries each."""
    digests = [hashlib.sha256(content).hexdigest() for _document, _sheet, content in filed]
    storage.contents().put_many(
        (storage.address(digest), io.BytesIO(content)) for digest, (_d, _s, content) in zip(digests, filed, strict=True)
    )
    now = timezone.now()
    blobs = Blob.objects.bulk_create(
        [
            Blob(sha256=digest, size=len(content), mime=sheet.mime, scanned_at=now)
            for digest, (_document, sheet, content) in zip(digests, filed, strict=True)
        ],
        batch_size=1000,
    )
    documents = Document.objects.bulk_create([document for document, _sheet, _content in filed], batch_size=1000)
    versions = Version.objects.bulk_create(
        [
            Version(
                document=document,
                number=1,
                sha256=blob.sha256,
                size=blob.size,
                mime=blob.mime,
                author=author,
                created_at=document.created_at,
            )
            for document, blob in zip(documents, blobs, strict=True)
        ],
        batch_size=1000,
    )
    kind = ContentType.objects.get_for_model(Version)
    StoredFile.objects.bulk_create(
        [
            StoredFile(
                blob=blob, name=sheet.name, kind="version", uploaded_by=author, target_type=kind, target_id=version.pk
            )
            for version, blob, (_document, sheet, _content) in zip(versions, blobs, filed, strict=True)
        ],
        batch_size=1000,
    )
    own = StoredFile.objects.filter(target_type=kind, target_id=OuterRef("pk")).order_by()
    made = Version.objects.filter(pk__in=[version.pk for version in versions])
    made.update(file=Subquery(own.values("pk")[:1]))
    first = Version.objects.filter(document=OuterRef("pk")).order_by()
    written = Document.objects.filter(pk__in=[document.pk for document in documents])
    written.update(current=Subquery(first.values("pk")[:1]))
    for document, version in zip(documents, versions, strict=True):
        document.current = version
    Reading.objects.bulk_create(list(_readings(versions, filed)), batch_size=1000)
    indexing.refresh_many(documents)
    Entry.objects.bulk_create(list(_journal(documents, author)), batch_size=1000)
    search.refresh_all(exports.searched().filter(pk__in=[document.pk for document in documents]))


def _readings(versions, filed) -> Iterator[Reading]:
    for version, (_document, sheet, _content) in zip(versions, filed, strict=True):
        paged = int(sheet.mime == PDF)
        yield Reading(
            version=version,
            status=Reading.Status.DONE,
            method=Reading.Method.INSIDE,
            language="fr",
            pages=paged,
            pages_done=paged,
            text="\n".join([sheet.title, *sheet.lines]),
            moved_at=version.created_at,
        )


def _journal(documents, author) -> Iterator[Entry]:
    kind = ContentType.objects.get_for_model(Document)
    for document in sorted(documents, key=lambda one: one.created_at):
        yield Entry(
            verb="documents.add",
            target_type=kind,
            target_id=document.pk,
            actor=author,
            at=document.created_at,
            data={"source": str(document.source)},
        )


def _tag(body, documents: list[Document]) -> None:
    """A word on one document in twelve."""
    Tag.objects.bulk_create([Tag(organisation=body, name=name) for name in TAGS], ignore_conflicts=True)
    tags = list(Tag.objects.filter(organisation=body, name__in=TAGS).order_by("pk"))
    through = Document.tags.through
    through.objects.bulk_create(
        [through(document_id=one.pk, tag_id=tags[rank % len(tags)].pk) for rank, one in enumerate(documents[::12])]
    )
