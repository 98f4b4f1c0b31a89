"""The record of a circuit: who decided what, when, in what name, with which signature; and what was written on pages.

Alone as a PDF, or in a ZIP with the documents, the detached signatures and `premis.xml` (PREMIS 3: objects with their
digests, events, agents), for whoever archives or proves.
"""

import io
import zipfile
from pathlib import Path

from lxml import etree

from beffroi.kernel import journal, pdf
from beffroi.kernel.ui import formats
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import verifying
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Folder, Sending, Step, StepDocument
from beffroi.shared.signing.models.folder import TO_SIGN

TEMPLATE = Path(__file__).parent / "bordereau.typ"
PREMIS = "http://www.loc.gov/premis/v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
ROLES = {
    "main": "document",
    "also": "document",
    "annex": "annexe",
    "signature": "signature détachée",
    "before": "version précédente",
}


def render(folder: Folder) -> bytes:
    """The PDF, dated from the last thing that happened: the same each time. Private notes are left out."""
    steps = list(folder.steps.select_related("desk", "decided_by", "holder").prefetch_related("documents"))
    notes = list(folder.annotations.filter(is_private=False).select_related("author"))
    sendings = list(Sending.objects.filter(step__folder=folder))
    moments = [
        folder.ended_at,
        *(moment for one in sendings for moment in (one.sent_at, one.read_at, one.cancelled_at)),
        folder.submitted_at,
        *(step.decided_at for step in steps),
        *(note.created_at for note in notes),
    ]
    last = max([moment for moment in moments if moment], default=folder.created_at)
    data = {
        "title": f"Bordereau de signature – {folder.title}",
        "body": folder.organisation.name,
        "facts": _facts(folder),
        "files": [[f"{file.name} ({ROLES[file.kind]})", file.blob.sha256] for file in folder.documents()],
        "steps": [
            ["Préparation", str(folder.author), f"Fait {formats.moment(folder.created_at)}", folder.note],
            *(_line(step) for step in steps),
        ],
        "notes": [
            [f"page {note.page}", str(note.author), formats.moment(note.created_at), note.text] for note in notes
        ],
        "certificates": _certificates(folder),
        "sendings": [_sending(one) for one in sendings],
    }
    return pdf.render(TEMPLATE, data, at=last)


def _facts(folder: Folder) -> list[list[str]]:
    facts = [
        ["Circuit", folder.circuit.name],
        ["Préparé par", f"{folder.author}, {formats.moment(folder.created_at)}"],
        ["Envoyé", formats.moment(folder.submitted_at) if folder.submitted_at else "pas encore"],
        ["État", folder.get_state_display()],
    ]
    if folder.nature is not None:
        facts.insert(0, ["Nature", str(folder.nature)])
    return facts + [[name, said] for name, said in folder.details.items()]


def _line(step: Step) -> list[str]:
    who = f"{step.decided_by}, {step.capacity}" if step.decided_by else str(step.holder or step.desk)
    told = f"{step.get_outcome_display()} {formats.moment(step.decided_at)}" if step.decided_at else ""
    short = f"Niveau demandé non atteint : {step.shortfall}." if step.shortfall else ""
    said = [f"{name} : {value}" for name, value in step.details.items()]
    several = [_document(one) for one in step.documents.all()]
    texts = (*(several or [step.level, short]), *said, step.comment)
    return [step.get_kind_display(), who, told or step.get_outcome_display(), "\n".join(text for text in texts if text)]


def _sending(one: Sending) -> list[str]:
    """To whom the documents were sent, and when they said that they received them; never their address."""
    if one.read_at is not None:
        told = f"Réception accusée {formats.moment(one.read_at)}"
    elif one.cancelled_at is not None:
        told = f"Lien retiré {formats.moment(one.cancelled_at)}"
    else:
        told = "Pas de réception accusée"
    return [one.name, formats.moment(one.sent_at), told]


def _document(one: StepDocument) -> str:
    """What was done to one of several documents."""
    short = f" Niveau demandé non atteint : {one.shortfall}." if one.shortfall else ""
    return f"« {one.name} » : {one.level or 'lu'}, SHA-256 {one.sha256[:16]}….{short}"


def _certificates(folder: Folder) -> list[list[str]]:
    """The certificates of the signatures that the documents bear, each once: holder, issuer, level, worth."""
    lines: list[list[str]] = []
    for file in folder.to_sign():
        if file.blob.mime != "application/pdf":
            continue
        try:
            found = verifying.verify(_content(file))
        except (Refused, FileNotFoundError):
            continue
        lines += [[one.signer, one.issuer, one.level.code, one.worth] for one in found]
    return [line for rank, line in enumerate(lines) if line not in lines[:rank]]


def _content(file: StoredFile) -> bytes:
    return b"".join(storage.contents().read(storage.address(file.blob.sha256)))


def pack(folder: Folder) -> bytes:
    """The ZIP of a folder: its documents of every version, the bordereau, `premis.xml`."""
    files = [file for file in StoredFile.objects.about(folder) if file.kind in ROLES]
    record = render(folder)
    names = _names(files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for file in files:
            packed.writestr(names[file.pk], _content(file))
        packed.writestr("bordereau.pdf", record)
        packed.writestr("premis.xml", premis(folder, files, names))
    return made.getvalue()


def _names(files: list[StoredFile]) -> dict:
    """A name of its own for each file, in the folder of its role."""
    places = {"main": "document", "annex": "annexes", "signature": "signatures", "before": "versions"}
    places["also"] = places["main"]
    return {file.pk: f"{places[file.kind]}/{rank:02d}-{file.name}" for rank, file in enumerate(files, 1)}


def premis(folder: Folder, files: list[StoredFile], names: dict) -> bytes:
    """What happened to the files, in PREMIS 3: an object for each, an event for each fact, an agent for each person."""
    root = etree.Element(f"{{{PREMIS}}}premis", nsmap={None: PREMIS, "xsi": XSI}, version="3.0")
    for file in files:
        _object(root, file, names[file.pk])
    agents: dict[str, str] = {}
    lines = journal.lines_about(folder)
    for line in lines:
        agent = agents.setdefault(str(line.actor) if line.actor else "la plateforme", f"agent-{len(agents) + 1}")
        _event(root, line, agent, files)
    for name, identifier in agents.items():
        agent = _add(root, "agent")
        _identifier(agent, "agent", identifier)
        _add(agent, "agentName", name)
        _add(agent, "agentType", "software" if name == "la plateforme" else "person")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _add(parent, name: str, text: str | None = None):
    made = etree.SubElement(parent, f"{{{PREMIS}}}{name}")
    made.text = text
    return made


def _identifier(parent, kind: str, value: str) -> None:
    made = _add(parent, f"{kind}Identifier")
    _add(made, f"{kind}IdentifierType", "local")
    _add(made, f"{kind}IdentifierValue", value)


def _object(root, file: StoredFile, name: str) -> None:
    made = _add(root, "object")
    made.set(f"{{{XSI}}}type", "file")
    _identifier(made, "object", str(file.pk))
    about = _add(made, "objectCharacteristics")
    fixity = _add(about, "fixity")
    _add(fixity, "messageDigestAlgorithm", "SHA-256")
    _add(fixity, "messageDigest", file.blob.sha256)
    _add(about, "size", str(file.blob.size))
    _add(_add(_add(about, "format"), "formatDesignation"), "formatName", file.blob.mime)
    _add(made, "originalName", name)


def _event(root, line, agent: str, files: list[StoredFile]) -> None:
    made = _add(root, "event")
    _identifier(made, "event", str(line.pk))
    _add(made, "eventType", journal.words(line.verb))
    _add(made, "eventDateTime", line.at.isoformat())
    link = _add(made, "linkingAgentIdentifier")
    _add(link, "linkingAgentIdentifierType", "local")
    _add(link, "linkingAgentIdentifierValue", agent)
    for file in files:
        if file.kind in TO_SIGN:
            link = _add(made, "linkingObjectIdentifier")
            _add(link, "linkingObjectIdentifierType", "local")
            _add(link, "linkingObjectIdentifierValue", str(file.pk))
