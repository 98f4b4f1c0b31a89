"""The invented documents of the demonstration: PDF by Typst, DOCX, ODT, messages, and scans with their noise."""

import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import docx
import numpy
from django.utils import timezone
from odfdo import Document as OdfDocument
from odfdo import Header, Paragraph
from PIL import Image

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.documents.reading import pages

TEMPLATE = Path(__file__).parent / "demo.typ"
OURS = "Communauté de communes, service administratif"
ADDRESS = "1 place de l’Hôtel-de-Ville, 80600 Doullens"
COMPANIES = (
    ("Menuiserie Vasseur-Delattre", "4 rue du Fossé, 80300 Albert", "Portes de l’école"),
    ("Papeterie de l’Authie", "12 rue des Tanneurs, 80600 Doullens", "Fournitures scolaires"),
    ("Transports Caudron et fils", "Route de Frévent, 62270 Frévent", "Cars des sorties d’été"),
    ("Électricité Lenglet", "8 rue du Moulin, 80370 Bernaville", "Éclairage de la salle des fêtes"),
    ("Espaces verts Daullé", "22 Grande Rue, 80630 Beauval", "Tonte et taille des haies"),
    ("Cuisine du Ternois", "Zone des Deux Vallées, 62130 Saint-Pol", "Repas de la cantine"),
)
ORDER = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


@dataclass(frozen=True)
class Made:
    """A file as somebody would send it."""

    name: str
    content: bytes
    day: datetime.date
    sender: str = ""
    scan: bool = False


def _pdf(title: str, paragraphs, *, day, sender=OURS, address=ADDRESS, rows=()) -> bytes:
    part = {
        "sender": sender,
        "address": address,
        "place": "Doullens",
        "day": formats.short_day(day),
        "title": title,
        "paragraphs": list(paragraphs),
        "rows": [list(row) for row in rows],
        "last": True,
    }
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    return pdf.render(TEMPLATE, {"title": title, "parts": [part]}, at=moment)


def _docx(title: str, paragraphs) -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_heading(title, level=1)
    for line in paragraphs:
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def _odt(title: str, paragraphs) -> bytes:
    document = OdfDocument("text")
    document.body.clear()
    document.body.append(Header(1, title))
    for line in paragraphs:
        document.body.append(Paragraph(line))
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def scanned(content: bytes, *, seed: int = 1, dpi: int = 150, tilt: float = 0.6) -> bytes:
    """A page as a copier gives it: grey, tilted, speckled; a PDF without text."""
    page = pages.draw(content, "application/pdf", 1, dpi=dpi).convert("L")
    page = page.rotate(tilt, fillcolor=255, resample=Image.Resampling.BILINEAR)
    grain = numpy.random.default_rng(seed).normal(0, 9, (page.height, page.width))
    noisy = numpy.clip(numpy.asarray(page, dtype=float) * 0.95 + grain, 0, 255).astype("uint8")
    kept = io.BytesIO()
    Image.fromarray(noisy).save(kept, "PDF", resolution=dpi, quality=70)
    return kept.getvalue()


def _bill(year: int, rank: int) -> Made:
    company, address, object_ = COMPANIES[rank % len(COMPANIES)]
    month = rank % 12 + 1
    day = datetime.date(year, month, 3 + rank % 24)
    amount = 180 + (rank * 137 + year * 11) % 4200
    number = f"{year}-{rank + 1:04d}"
    words = (
        "Communauté de communes, service des finances.",
        f"Facture numéro {number} pour : {object_.lower()}, {ORDER[month - 1]} {year}.",
        "Règlement par mandat administratif sous trente jours à réception, par le service de gestion comptable.",
    )
    rows = (
        (object_, str(1 + rank % 4), f"{amount} €"),
        ("Déplacement", "1", "35 €"),
        ("Total TTC", "", f"{amount + 35} €"),
    )
    content = _pdf(f"Facture {number}", words, day=day, sender=company, address=address, rows=rows)
    return Made(f"Facture {number} {company}.pdf", content, day, company)


def bills(year: int, count: int) -> Iterator[Made]:
    """The bills of a year; the last one of each year arrived on paper."""
    for rank in range(count):
        made = _bill(year, rank)
        if rank == count - 1:
            yield Made(made.name, scanned(made.content, seed=year), made.day, "", scan=True)
        else:
            yield made


def market(year: int) -> Iterator[Made]:
    """What makes a public contract."""
    day = datetime.date(year, 6, 12)
    for name, words in (
        ("Règlement de la consultation", ("Procédure adaptée ouverte, deux lots.", "Critères : prix 50, qualité 50.")),
        ("Cahier des clauses", ("Repas livrés en liaison froide, quatre jours par semaine.", "Produits bio : 20 %.")),
        ("Acte d’engagement", ("La société Cuisine du Ternois s’engage sur les prix du bordereau.", "Durée : un an.")),
        ("Rapport d’analyse des offres", ("Trois offres reçues, une écartée.", "Classement et notes par critère.")),
    ):
        yield Made(f"{name}.pdf", _pdf(name, words, day=day), day, OURS)


def offers(year: int) -> Iterator[Made]:
    """The offers that were not chosen."""
    day = datetime.date(year, 5, 20)
    for company, address, _object in COMPANIES[:2]:
        title = f"Offre de {company}"
        words = ("Mémoire technique et bordereau de prix.", "Livraison avant onze heures, suivi des températures.")
        yield Made(f"{title}.pdf", _pdf(title, words, day=day, sender=company, address=address), day, company)


SUBJECTS = (
    ("Demande de salle", "Notre association souhaite disposer de la salle des fêtes le mardi soir."),
    ("Haie qui déborde", "La haie de la parcelle voisine gêne le passage des poussettes sur le trottoir."),
    ("Remerciements", "Nous remercions les agents pour le nettoyage après l’orage."),
    ("Éclairage de la rue", "Le lampadaire devant le numéro douze reste éteint depuis une semaine."),
    ("Inscription au transport", "Je voudrais connaître les horaires du car du collège."),
)
WRITERS = (
    "Association Les Amis du Moulin",
    "Mme Odette Warin",
    "M. Firmin Lecat",
    "Club de gymnastique",
    "M. Léon Roy",
)


def letters(year: int) -> Iterator[Made]:
    """Letters: messages, ODT drafts, scans."""
    for rank, (subject, body) in enumerate(SUBJECTS):
        day = datetime.date(year, 1, 8 + 3 * rank)
        writer = WRITERS[rank]
        lines = (f"Objet : {subject.lower()}", "Madame la présidente,", body, f"{writer}")
        if rank == 0:
            yield Made(f"{subject}.eml", message(writer, subject, body, day), day, writer)
        elif rank == 1:
            paper = _pdf(subject, lines, day=day, sender=writer, address="Doullens")
            yield Made(f"{subject}.pdf", scanned(paper, seed=7, tilt=-0.8), day, "", scan=True)
        else:
            yield Made(f"Réponse – {subject}.odt", _odt(f"Réponse : {subject}", lines), day, OURS)


def message(writer: str, subject: str, body: str, day: datetime.date) -> bytes:
    """An e-mail message with an attachment."""
    mail = EmailMessage()
    mail["From"] = f'"{writer}" <courriel@example.invalid>'
    mail["To"] = "contact@example.invalid"
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.datetime.combine(day, datetime.time(10), tzinfo=datetime.UTC))
    mail["Message-ID"] = f"<{day:%Y%m%d}@example.invalid>"
    mail.set_content(f"Madame la présidente,\n\n{body}\n\n{writer}\n")
    mail.add_attachment(b"Lundi, mardi et jeudi, de 18 h a 20 h.\n", "text", "plain", filename="creneaux.txt")
    return mail.as_bytes()


def treaties(year: int) -> Iterator[Made]:
    """Agreements with partners."""
    for rank, partner in enumerate(("Association Les Amis du Moulin", "Syndicat des eaux", "Club de gymnastique")):
        day = datetime.date(year - 1, 2 + rank, 14)
        title = f"Convention avec {partner}"
        words = (
            f"Entre la communauté de communes et {partner.lower()}, il est convenu ce qui suit.",
            "Article 1. Les locaux et le matériel sont prêtés à titre gratuit.",
            "Article 2. La convention vaut trois ans à compter de sa signature.",
            "Article 3. Chaque partie peut y mettre fin par lettre recommandée, avec un préavis de trois mois.",
        )
        yield Made(f"{title}.docx", _docx(title, words), day, OURS)


MEETING = (
    "Présents : la présidente, trois vice-présidents, la directrice.",
    "1. Travaux de la rue du Bourg : le chantier commence en avril.",
    "2. Cantine : vingt enfants de plus à la rentrée.",
    "3. Divers : la salle des fêtes est prêtée au club de gymnastique.",
)


def minutes(year: int) -> Iterator[Made]:
    """Minutes of meetings."""
    for month in (1, 2, 3):
        day = datetime.date(year, month, 15)
        title = f"Compte rendu du bureau de {ORDER[month - 1]} {year}"
        yield Made(f"{title}.docx", _docx(title, MEETING), day, OURS)


def second_version(title: str) -> Made:
    """The same minutes, corrected."""
    lines = [*MEETING[:2], "2. Cantine : vingt-deux enfants de plus à la rentrée.", MEETING[3], "4. Prochain bureau."]
    return Made(f"{title}.docx", _docx(title, lines), datetime.date(2026, 1, 1))


def dispute(year: int) -> Iterator[Made]:
    """A lawsuit."""
    day = datetime.date(year, 1, 6)
    words = ("Le requérant demande l’annulation de l’arrêté de voirie du quai.", "Pièces jointes : trois.")
    yield Made("Requête.pdf", _pdf("Requête introductive d’instance", words, day=day), day, "Cabinet Morel")
    words = ("La collectivité conclut au rejet de la requête.", "Le quai est une dépendance du domaine public.")
    yield Made("Mémoire en défense.docx", _docx("Mémoire en défense", words), day, OURS)


def works(year: int) -> Iterator[Made]:
    """A building site."""
    day = datetime.date(year, 1, 20)
    for name in ("Plan de récolement", "Procès-verbal de réception", "Compte rendu de chantier 1"):
        words = ("Rue du Bourg : reprise des bordures et de la chaussée sur 240 mètres.", "Réserves levées.")
        yield Made(f"{name}.pdf", _pdf(name, words, day=day), day, OURS)


def notices(year: int) -> Iterator[Made]:
    """Declarations of works near networks: those of two years ago may go."""
    for when in (year - 2, year - 1, year):
        for rank in (1, 2):
            day = datetime.date(when, 1, 5 + rank)
            title = f"DICT {when}-{rank:03d}"
            words = ("Fouille de 1,20 m pour un branchement d’eau.", "Réseaux de classe A : réponse sous sept jours.")
            yield Made(
                f"{title}.pdf", _pdf(title, words, day=day, sender="Syndicat des eaux"), day, "Syndicat des eaux"
            )


def leave(year: int) -> Iterator[Made]:
    """Leave."""
    for when in (year - 4, year):
        day = datetime.date(when, 1, 11)
        title = f"Demande de congés {when}"
        yield Made(f"{title}.odt", _odt(title, ("Du 1er au 15 août.", "Avis du chef de service : favorable.")), day)


def models() -> Iterator[Made]:
    """Two office templates, with their fields."""
    lines = (
        "{{ collectivite }}",
        "{{ collectivite_adresse }}",
        "{{ demandeur }}",
        "Le {{ date }}",
        "Objet : {{ objet }} (demande {{ reference }}, reçue le {{ recu_le }})",
        "Madame, Monsieur,",
        "{{ reponse }}",
        "{{ agent }}",
    )
    day = datetime.date(2026, 1, 5)
    yield Made("Modèle de réponse.docx", _docx("Réponse à une demande", lines), day, OURS)
    yield Made("Modèle d’accusé de réception.odt", _odt("Accusé de réception", lines[:5]), day, OURS)
