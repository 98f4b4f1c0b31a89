"""Put a signature on the document of a folder, in the format and at the level that it asks for."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import etree

from beffroi.kernel.ui import formats
from beffroi.shared.files import storage
from beffroi.shared.files.actions import SIGNED as SIGNED_FILES
from beffroi.shared.files.actions import attach, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import cades, clocks, keys, pades, stamps, trust, verifying, xades
from beffroi.shared.signing.keys import SigningKey
from beffroi.shared.signing.levels import WORDS, Fallback, Format, Level, Refused, Strength
from beffroi.shared.signing.lists import judging
from beffroi.shared.signing.models import Kind, ModuleKey, Step
from beffroi.shared.signing.pades import Signed

PDF, XML = "application/pdf", "application/xml"
# How far each format goes.
MOST = {Format.PADES: Level.LTA, Format.CADES: Level.T, Format.XADES: Level.T, Format.PES: Level.B}


@dataclass(frozen=True)
class Key:
    """How a signature is made: with the person's own certificate (a file, not kept; or a key of the module, by its
    PIN, not kept either), or from a copy signed elsewhere. Nothing = with the account."""

    pkcs12: bytes = b""
    password: str = ""
    signed_copy: bytes = b""
    module: ModuleKey | None = None


@dataclass(frozen=True)
class Made:
    """What a signature is worth: `words` for people, `level` as the norm names it, `why` it is not higher, the `mark`
    by which one that the platform sealed is known again."""

    words: str
    level: Level
    why: str = ""
    mark: str = ""


def content_of(file: StoredFile) -> bytes:
    return b"".join(storage.contents().read(storage.address(file.blob.sha256)))


def format_of(wanted: str, mime: str, content: bytes) -> Format:
    """The format in which this document is signed."""
    if wanted != Format.AUTO:
        return Format(wanted)
    if mime == PDF:
        return Format.PADES
    return Format.PES if mime == XML and xades.is_pes(content) else Format.XADES


def sign(step: Step, actor, key: Key | None) -> Made:
    """Sign the document of the step's folder. Raises Refused or ValidationError, with the reason."""
    main, content, format_ = _to_sign(step)
    if key is not None and key.signed_copy:
        return _take_back(step, actor, main, content, format_, key.signed_copy)
    with _open(step, actor, key) as signing:
        by_account = signing.is_seal and step.kind == Kind.SIGNATURE
        worth = trust.UNKNOWN if by_account else trust.worth_of(signing.chain)
        _check_strength(step, worth.strength)
        signed = _make(step, actor, main, content, format_, signing)
        words = _seal_words(step, signed.level) if signing.is_seal else _key_words(signing, worth, signed.level)
    _keep(step, actor, main, format_, signed.content)
    return Made(words, signed.level, signed.why, _mark(format_, signed.content) if signing.is_seal else "")


def sign_outside(step: Step, name: str, quality: str, signed_copy: bytes) -> Made:
    """Sign in the name of somebody outside, whose address was verified by a code; or take the copy that they signed.
    Raises Refused or ValidationError, with the reason."""
    main, content, format_ = _to_sign(step)
    if signed_copy:
        return _take_back(step, None, main, content, format_, signed_copy)
    if format_ == Format.PES:
        raise Refused("Un fichier PES se signe par l’ordonnateur, non de l’extérieur.")
    _check_strength(step, Strength.SIMPLE)
    with keys.of_seal() as sealing:
        signed = _make(step, f"{name}\n{quality}" if quality else name, main, content, format_, sealing)
    _keep(step, None, main, format_, signed.content)
    words = f"Signature simple de {name}, adresse vérifiée par un code, scellée par la plateforme : "
    return Made(words + seal_words(signed.level), signed.level, signed.why, _mark(format_, signed.content))


def _mark(format_: Format, content: bytes) -> str:
    """The mark of the signature that was just made."""
    if format_ == Format.PADES:
        return verifying.last_mark(content)
    return cades.mark_of(content) if format_ == Format.CADES else xades.last_mark(content)


def _to_sign(step: Step) -> tuple[StoredFile, bytes, Format]:
    """The document of the step's folder, what it holds, how it is signed. Raises ValidationError when it is gone."""
    main = step.folder.main()
    if main is None:
        raise ValidationError("Le document à signer n’est plus là.")
    try:
        content = content_of(main)
    except FileNotFoundError as fault:
        raise ValidationError(
            "Le contenu du document n’est plus dans le stockage : prévenez l’administrateur."
        ) from fault
    return main, content, format_of(step.folder.format, main.blob.mime, content)


def _open(step: Step, actor, key: Key | None) -> AbstractContextManager[SigningKey]:
    if key is None or step.kind == Kind.SEAL:
        return keys.of_seal()
    if key.module is not None:
        if key.module.user_id != actor.pk or not key.module.is_active:
            raise Refused("Cette clé n’est pas la vôtre.")
        return keys.of_module(key.module.token, key.module.label, key.password)
    return keys.of_file(key.pkcs12, key.password)


def _check_strength(step: Step, strength: Strength) -> None:
    wanted = Strength(step.strength)
    if strength.rank < wanted.rank:
        why = ""
        if wanted == Strength.QUALIFIED and not judging.is_consulted():
            why = " La liste européenne de confiance n’est pas lue ici : demandez à l’administrateur."
        raise Refused(
            f"Cette étape demande une signature « {wanted.label.lower()} » ; celle-ci est « {strength.label.lower()} »."
            f"{why}"
        )


def _make(step: Step, actor, main, content: bytes, format_: Format, key: SigningKey) -> Signed:
    folder, floor = step.folder, Level(step.floor)
    level, why = _limited(step, max(Level(folder.level), floor, key=lambda one: one.rank), MOST[format_])
    nth = folder.steps.filter(kind=step.kind, outcome=Step.Outcome.APPROVED).count()
    order = pades.Order(
        text=stamp_text(step, actor), reason=f"{step.get_kind_display()} – {step.desk}", level=level, floor=floor,
        fallback=Fallback(folder.fallback), place=stamps.Wish(step.kind, nth, folder.stamp_page),
        name=_named(step, actor) if key.is_seal else "",
    )  # fmt: skip
    if format_ == Format.PADES:
        if main.blob.mime != PDF:
            raise ValidationError("Ce dossier se signe dans un PDF : son document n’en est pas un.")
        return pades.sign(content, key, order)
    if format_ == Format.CADES:
        signed = pades.reach(order, lambda one: cades.sign_beside(content, key, one))
    elif format_ == Format.PES:
        signed = Signed(xades.sign_pes(content, key, city=folder.organisation.name[:60]), level)
    else:
        name, mime = main.name, main.blob.mime
        signed = pades.reach(order, lambda one: xades.sign_beside(
            content, key, name=name, mime=mime, level=one, for_whom=order.name
        ))  # fmt: skip
    return Signed(signed.content, signed.level, " ; ".join(one for one in (why, signed.why) if one))


def _named(step: Step, actor) -> str:
    """In whose name the platform seals: the person who signs, as the stamp shows them; the body, for its seal."""
    return str(step.folder.organisation) if step.kind == Kind.SEAL else ", ".join(str(actor).splitlines())


def _limited(step: Step, level: Level, most: Level) -> tuple[Level, str]:
    """The level for a format whose levels stop at `most`: refuse or go down, as the folder says."""
    if level.rank <= most.rank:
        return level, ""
    why = f"ce format ne va pas au-delà du niveau {most.code}"
    if Level(step.floor).rank > most.rank or step.folder.fallback == Fallback.REFUSE:
        raise Refused(f"Rien n’est signé : {why}, et ce dossier demande {level.code}.")
    return most, why


def _keep(step: Step, actor, main: StoredFile, format_: Format, content: bytes) -> None:
    """The signed version in the place of the document, or the signature beside it."""
    if format_ in (Format.PADES, Format.PES):
        _replace(step, actor, main, content)
        if format_ == Format.PADES:
            step.folder.proof_ends = pades.ends_of_proof(content)
            step.folder.save(update_fields=["proof_ends"])
        return
    ending = "p7s" if format_ == Format.CADES else "xml"
    count = StoredFile.objects.about(step.folder).filter(kind="signature").count()
    name = f"{main.name}.signature-{count + 1}.{ending}"
    attach([stored(name, content, actor)], step.folder, kind="signature")


def _replace(step: Step, actor, main: StoredFile, content: bytes) -> None:
    main.kind = "before"
    main.save(update_fields=["kind"])
    attach([stored(main.name, content, actor)], step.folder, kind="main")


def stored(name: str, content: bytes, actor) -> StoredFile:
    uploaded = SimpleUploadedFile(name, b"", "application/octet-stream")
    uploaded.file, uploaded.size = BytesIO(content), len(content)
    return store_upload(uploaded, actor=actor, kind=SIGNED_FILES)


def _take_back(step: Step, actor, main, content: bytes, format_: Format, returned: bytes) -> Made:
    """A copy signed elsewhere: it must be the document, signed, by a key as strong as the step asks."""
    last = _checked(main, content, format_, returned)
    if not last.is_good:
        raise Refused("La signature de ce fichier n’est pas valable.")
    _check_strength(step, last.strength)
    if last.level.rank < Level(step.floor).rank:
        raise Refused(f"Cette étape demande le niveau {Level(step.floor).code} : ce fichier est {last.level.code}.")
    _keep(step, actor, main, format_, returned)
    words = (
        f"signé ailleurs par {last.signer}, certificat délivré par {last.issuer} ({last.worth}),"
        f" {last.level.code}, {WORDS[last.level]}"
    )
    short = last.level.rank < Level(step.folder.level).rank
    return Made(words, last.level, "l’outil de signature n’est pas allé plus haut" if short else "")


def _checked(main, content: bytes, format_: Format, returned: bytes) -> verifying.Found:
    """The signature that was added. Raises Refused when the file is not the document of the folder, signed."""
    wrong = Refused("Ce fichier n’est pas le document du dossier, signé : téléchargez-le et signez-le.")
    if format_ == Format.PADES:
        if not verifying.is_signed_copy_of(content, returned):
            raise wrong
        return verifying.verify(returned)[-1]
    if format_ == Format.CADES:
        return cades.verify(returned, content)[-1]
    found = xades.verify(returned, None if format_ == Format.PES else content)
    if not found or format_ == Format.PES and not _is_same_pes(content, returned):
        raise wrong
    return found[-1]


def _is_same_pes(original: bytes, returned: bytes) -> bool:
    """The same file but for its signature, and the name that it gave to its root."""

    def bare(content: bytes) -> bytes:
        root = xades.parse(content)
        for signature in root.findall(f"{{{xades.DS}}}Signature"):
            root.remove(signature)
        root.attrib.pop("Id", None)
        for one in root.iter():
            one.tail = (one.tail or "").strip() or None
            one.text = (one.text or "").strip() or None
        return etree.tostring(root, method="c14n")

    return bare(original) == bare(returned)


def _clock_words(level: Level) -> str:
    by = " par l’horloge de cette installation, non qualifiée" if level != Level.B and clocks.is_internal() else ""
    return f"{level.code}, {WORDS[level]}{by}"


def seal_words(level: Level) -> str:
    """What the seal of the platform is worth, at that level."""
    own = keys.seal_is_own()
    kind = "cachet non qualifié, autorité de cette installation" if own else "cachet du certificat de l’installation"
    return f"{kind}, {_clock_words(level)}"


def _seal_words(step: Step, level: Level) -> str:
    words = seal_words(level)
    if step.kind == Kind.SEAL:
        return f"{words[0].upper()}{words[1:]}"
    return f"Signature simple du compte, scellée par la plateforme : {words}"


def _key_words(key: SigningKey, worth: trust.Worth, level: Level) -> str:
    signer, issuer = trust.name_of(key.certificate.subject), trust.name_of(key.certificate.issuer)
    return f"certificat de {signer}, délivré par {issuer} ({worth.words}), {_clock_words(level)}"


def stamp_text(step: Step, actor) -> str:
    """What is drawn on the document, in lines of a stamp's width."""
    word = "Cachet" if step.kind == Kind.SEAL else "Signé électroniquement"
    capacity = "par un code reçu à son adresse" if step.kind == Kind.EXTERNAL else step.capacity[:44]
    return f"{word}\n{actor}\n{capacity}\n{formats.short_day(step.decided_at)}, {formats.hour(step.decided_at)}"
