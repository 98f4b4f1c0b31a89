"""The certificate of publication: what was published, when, how, by whom, with which fingerprint (CGCT R2131-1)."""

from pathlib import Path

from beffroi.kernel import pdf
from beffroi.kernel.notices.filling import absolute
from beffroi.kernel.ui import formats
from beffroi.modules.deliberations.models import Act, Mode

TEMPLATE = Path(__file__).parent / "certificate.typ"
HOW = {
    Mode.WEB: "Publication électronique",
    Mode.POSTING: "Affichage",
    Mode.PAPER: "Mise à disposition du public sur papier",
}


def render(act: Act) -> bytes:
    """The PDF of a published act, dated from its publication (or its anonymisation): always the same."""
    facts = [
        ("Acte", f"{act.get_nature_display()} {act.number}"),
        ("Objet", act.object),
        ("Date de la décision", formats.day(act.decided_on)),
        ("Auteur", act.author),
        ("Matière", f"{act.matter} {act.matter_name}"),
        ("Reçu par le représentant de l’État", formats.day(act.received_on) if act.received_on else ""),
        ("Accusé de réception", act.receipt),
        ("Mode de publication", HOW[Mode(act.mode)]),
        ("Lieu", act.place),
        ("Date de publication", formats.moment(act.published_at)),
        ("Exécutoire depuis le", formats.day(act.executory_on) if act.executory_on else ""),
        ("Retiré le", formats.moment(act.withdrawn_at) if act.withdrawn_at else ""),
        ("Motif du retrait", act.withdrawal_reason),
        ("Version anonymisée du", formats.moment(act.anonymised_at) if act.anonymised_at else ""),
    ]
    data = {
        "title": f"Certificat de publication – {act.get_nature_display().lower()} {act.number}",
        "body": act.organisation.name,
        "facts": [[label, value] for label, value in facts if value],
        "sha256": [act.sha256[:32], act.sha256[32:]],
        "link": absolute(act.get_absolute_url()) if act.is_online else "",
        "until": formats.day(act.appeal_until),
    }
    return pdf.render(TEMPLATE, data, at=act.withdrawn_at or act.anonymised_at or act.published_at)
