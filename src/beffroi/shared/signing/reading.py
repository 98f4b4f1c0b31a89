"""What anyone may have verified: the kind of the file says how, the records of the installation who signed."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import F

from beffroi.kernel.ui import formats
from beffroi.shared.signing import cades, verifying, xades
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Kind, Step
from beffroi.shared.signing.verifying import Found

WAYS = {
    Kind.SIGNATURE: "qui a signé avec son compte",
    Kind.EXTERNAL: "qui a signé par un code reçu à son adresse",
}


def read(content: bytes, payload: bytes | None = None) -> list[Found]:
    """The signatures of a PDF, of an XML file, or of a `.p7s` or `.xml` beside `payload`; for those that this
    installation sealed, in whose name.

    Raises Refused, with the reason, for what cannot be read.
    """
    return with_records([signatures(content, payload)])[0]


def with_records(files: Iterable[list[Found]]) -> list[list[Found]]:
    """The signatures of some files, with what the records say of those that this installation sealed; one query."""
    files = list(files)
    sealed = [one.mark for found in files for one in found if _is_sealed(one)]
    kept = _steps(sealed) if sealed else {}
    return [
        [replace(one, said=_said(one, kept.get(one.mark))) if _is_sealed(one) else one for one in found]
        for found in files
    ]


def _steps(marks: list[str]) -> dict[str, Step]:
    """The steps by which these signatures were made, by their marks."""
    marks = [mark for mark in marks if mark]
    alone = Step.objects.filter(mark__in=marks).annotate(found=F("mark"))
    several = Step.objects.filter(documents__mark__in=marks).annotate(found=F("documents__mark"))
    return {step.found: step for step in several.order_by().union(alone.order_by(), all=True)}


def signatures(content: bytes, payload: bytes | None) -> list[Found]:
    """The signatures of a file, by themselves. Raises Refused as `read` does."""
    if content.startswith(b"%PDF"):
        return verifying.verify(content)
    if content[:1] == b"\x30":
        if payload is None:
            raise Refused("Cette signature est faite à côté d’un autre fichier : donnez aussi ce fichier.")
        return cades.verify(content, payload)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return xades.verify(content, payload)
    raise Refused("Ce fichier n’est pas un PDF lisible, ni un XML signé, ni une signature détachée.")


def _is_sealed(found: Found) -> bool:
    """A name is believed only under our own seal, in a file that has not changed."""
    return found.ours and found.is_good


def _said(found: Found, step: Step | None) -> str:
    """In whose name the seal was put, as the signed content says it, and how, as the records do. The name is never
    taken from the records: whoever holds the file reads nothing here that it does not show them."""
    if step is None or step.decided_at is None:
        trace = "Cette installation n’en a pas de trace au parapheur."
        return f"Scellé au nom de {found.named}, dit la signature. {trace}" if found.named else ""
    when = formats.moment(step.decided_at)
    if step.kind == Kind.SEAL:
        words = f"Cachet posé par Beffroi au nom de {found.named}" if found.named else "Cachet posé par Beffroi"
        return f"{words} le {when} : le parapheur en garde la trace."
    whom = f"de {found.named}" if found.named else "d’une personne"
    return f"Scellé par Beffroi au nom {whom}, {WAYS[Kind(step.kind)]} le {when} : le parapheur en garde la trace."
