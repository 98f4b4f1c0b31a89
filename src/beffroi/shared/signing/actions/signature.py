"""Put signatures on the documents of a folder, in the format and at the level that it asks for."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
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
from beffroi.shared.signing.models import Kind, ModuleKey, Step, StepDocument
from beffroi.shared.signing.pades import Signed

PDF, XML = "application/pdf", "application/xml"
# How far each format goes.
MOST = {Format.PADES: Level.LTA, Format.CADES: Level.T, Format.XADES: Level.T, Format.PES: Level.B}


@dataclass(frozen=True)
class Key:
    """How a signature is made: with the person's own certificate (a file, not kept; or a key of the module, by its
    PIN, not kept either), or from copies signed elsewhere, one for each document. Nothing = with the account."""

    pkcs12: bytes = b""
    password: str = ""
    signed_copy: bytes = b""
    module: ModuleKey | None = None
    others: tuple[bytes, ...] = ()

    @property
    def copies(self) -> list[bytes]:
        """The copies signed elsewhere."""
        return [copy for copy in (self.signed_copy, *self.others) if copy]


@dataclass(frozen=True)
class Made:
    """What a signature is worth: `words` for people, `level` as the norm names it, `why` it is not higher, the `mark`
    by which one that the platform sealed is known again, `ends` = when its last timestamp must be renewed."""

    words: str
    level: Level
    why: str = ""
    mark: str = ""
    ends: datetime | None = None


@dataclass(frozen=True)
class ToSign:
    """A document of a folder: its file, what it holds, how it is signed."""

    file: StoredFile
    content: bytes
    format: Format


def content_of(file: StoredFile) -> bytes:
    return b"".join(storage.contents().read(storage.address(file.blob.sha256)))


def format_of(wanted: str, mime: str, content: bytes) -> Format:
    """The format in which this document is signed."""
    if wanted != Format.AUTO:
        return Format(wanted)
    if mime == PDF:
        return Format.PADES
    return Format.PES if mime == XML and xades.is_pes(content) else Format.XADES


def sign(step: Step, actor, key: Key | None) -> list[Made]:
    """Sign every document of the step's folder, by one gesture: all of them or none. Raises Refused or
    ValidationError, with the reason and, where there are several, the document."""
    documents = _to_sign(step)
    if key is not None and key.copies:
        return _take_all_back(step, actor, documents, key.copies)
    with _open(step, actor, key) as signing:
        by_account = signing.is_seal and step.kind == Kind.SIGNATURE
        worth = trust.UNKNOWN if by_account else trust.worth_of(signing.chain)
        _check_strength(step, worth.strength)

        def words(level: Level) -> str:
            return _seal_words(step, level) if signing.is_seal else _key_words(signing, worth, level)

        return _each(documents, step, lambda one: _sign_one(step, actor, actor, one, signing, words))


def sign_outside(step: Step, name: str, quality: str, signed_copies: Sequence[bytes] = ()) -> list[Made]:
    """Sign in the name of somebody outside, whose address was verified by a code; or take the copies that they signed.
    Raises Refused or ValidationError, with the reason."""
    documents = _to_sign(step)
    if signed_copies:
        return _take_all_back(step, None, documents, signed_copies)
    if any(one.format == Format.PES for one in documents):
        raise Refused("Un fichier PES se signe par l’ordonnateur, non de l’extérieur.")
    _check_strength(step, Strength.SIMPLE)
    shown = f"{name}\n{quality}" if quality else name
    start = f"Signature simple de {name}, adresse vérifiée par un code, scellée par la plateforme : "
    with keys.of_seal() as sealing:
        return _each(
            documents,
            step,
            lambda one: _sign_one(step, None, shown, one, sealing, lambda level: start + seal_words(level)),
        )


def _sign_one(step: Step, actor, named, one: ToSign, key: SigningKey, words: Callable[[Level], str]) -> Made:
    """Sign a document and keep it. `named` = who is shown on it."""
    signed = _make(step, named, one.file, one.content, one.format, key)
    ends = _keep(step, actor, one.file, one.format, signed.content)
    mark = _mark(one.format, signed.content) if key.is_seal else ""
    return Made(words(signed.level), signed.level, signed.why, mark, ends)


def _each(documents: list[ToSign], step: Step, act: Callable[[ToSign], Made]) -> list[Made]:
    """Do it to each document, in order; the first that cannot be signed is named, and the caller undoes the others."""
    made = []
    for one in documents:
        try:
            made.append(act(one))
        except Refused as fault:
            if len(documents) == 1:
                raise
            raise Refused(f"« {one.file.name} » : {fault} Aucun document n’est signé.") from fault
    if any(one.format == Format.PADES for one in documents):
        step.folder.proof_ends = min((one.ends for one in made if one.ends), default=None)
        step.folder.save(update_fields=["proof_ends"])
    return made


def note(step: Step, made: Sequence[Made]) -> None:
    """What the signatures are worth, on the step itself: the weakest of the levels, and all that is missing."""
    files = step.folder.to_sign()
    step.level, step.mark = made[0].words[:400], made[0].mark
    step.reached = min((one.level for one in made), key=lambda level: level.rank)
    missing = [(file.name, one.why) for file, one in zip(files, made, strict=True) if one.why]
    if len(made) == 1:
        step.shortfall = made[0].why[:300]
    else:
        step.shortfall = " ; ".join(f"« {name} », {why}" for name, why in missing)[:300]


def trace(step: Step, made: Sequence[Made] = ()) -> None:
    """Where a folder has several documents, keep what each one was when the step was decided, and its signature."""
    files = step.folder.to_sign()
    step.sha256 = files[0].blob.sha256 if files else ""
    step.save(update_fields=["sha256"])
    if len(files) < 2:
        return
    rows = []
    for rank, file in enumerate(files):
        row = StepDocument(step=step, rank=rank, name=file.name, sha256=file.blob.sha256)
        if made:
            one = made[rank]
            row.level, row.reached = one.words[:400], one.level
            row.shortfall, row.mark = one.why[:300], one.mark
        rows.append(row)
    StepDocument.objects.bulk_create(rows)


def _mark(format_: Format, content: bytes) -> str:
    """The mark of the signature that was just made."""
    if format_ == Format.PADES:
        return verifying.last_mark(content)
    return cades.mark_of(content) if format_ == Format.CADES else xades.last_mark(content)


def _to_sign(step: Step) -> list[ToSign]:
    """The documents of the step's folder, the first at the head. Raises ValidationError when one is gone."""
    files = step.folder.to_sign()
    if not files or files[0].kind != "main":
        raise ValidationError("Le document à signer n’est plus là.")
    found = []
    for file in files:
        try:
            content = content_of(file)
        except FileNotFoundError as fault:
            raise ValidationError(
                "Le contenu du document n’est plus dans le stockage : prévenez l’administrateur."
            ) from fault
        found.append(ToSign(file, content, format_of(step.folder.format, file.blob.mime, content)))
    return found


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
        text=stamp_text(step, actor),
        reason=f"{step.get_kind_display()} – {step.desk}",
        level=level,
        floor=floor,
        fallback=Fallback(folder.fallback),
        place=stamps.Wish(step.kind, nth, folder.stamp_page),
        name=_named(step, actor) if key.is_seal else "",
    )
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
        signed = pades.reach(
            order, lambda one: xades.sign_beside(content, key, name=name, mime=mime, level=one, for_whom=order.name)
        )
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


def _keep(step: Step, actor, main: StoredFile, format_: Format, content: bytes) -> datetime | None:
    """The signed version in the place of the document, or the signature beside it; when its proof must be renewed."""
    if format_ in (Format.PADES, Format.PES):
        _replace(step, actor, main, content)
        return pades.ends_of_proof(content) if format_ == Format.PADES else None
    ending = "p7s" if format_ == Format.CADES else "xml"
    beside = StoredFile.objects.about(step.folder).filter(kind="signature", name__startswith=f"{main.name}.signature-")
    name = f"{main.name}.signature-{beside.count() + 1}.{ending}"
    attach([stored(name, content, actor)], step.folder, kind="signature")
    return None


def _replace(step: Step, actor, main: StoredFile, content: bytes) -> None:
    kind, main.kind = main.kind, "before"
    main.save(update_fields=["kind"])
    attach([stored(main.name, content, actor)], step.folder, kind=kind)


def stored(name: str, content: bytes, actor) -> StoredFile:
    uploaded = SimpleUploadedFile(name, b"", "application/octet-stream")
    uploaded.file, uploaded.size = BytesIO(content), len(content)
    return store_upload(uploaded, actor=actor, kind=SIGNED_FILES)


def _take_all_back(step: Step, actor, documents: list[ToSign], copies: Sequence[bytes]) -> list[Made]:
    """Copies signed elsewhere, one for each document, in any order."""
    if len(copies) != len(documents):
        count = len(documents)
        raise Refused(
            "Ce dossier a un seul document : déposez une seule copie signée."
            if count == 1
            else f"Ce dossier a {count} documents à signer : déposez les {count} copies signées."
        )
    left = list(copies)

    def take(one: ToSign) -> Made:
        fitting = left if len(documents) == 1 else [copy for copy in left if _fits(one, copy)]
        if not fitting:
            raise Refused("Aucune des copies déposées n’est ce document, signé.")
        copy = fitting[0]
        left.remove(copy)
        return _take_back(step, actor, one, copy)

    return _each(documents, step, take)


def _fits(one: ToSign, returned: bytes) -> bool:
    """Is it this document, signed?"""
    try:
        return _checked(one.file, one.content, one.format, returned).is_good
    except Refused:
        return False


def _take_back(step: Step, actor, one: ToSign, returned: bytes) -> Made:
    """A copy signed elsewhere: it must be the document, signed, by a key as strong as the step asks."""
    last = _checked(one.file, one.content, one.format, returned)
    if not last.is_good:
        raise Refused("La signature de ce fichier n’est pas valable.")
    _check_strength(step, last.strength)
    if last.level.rank < Level(step.floor).rank:
        raise Refused(f"Cette étape demande le niveau {Level(step.floor).code} : ce fichier est {last.level.code}.")
    ends = _keep(step, actor, one.file, one.format, returned)
    words = (
        f"signé ailleurs par {last.signer}, certificat délivré par {last.issuer} ({last.worth}),"
        f" {last.level.code}, {WORDS[last.level]}"
    )
    short = last.level.rank < Level(step.folder.level).rank
    return Made(words, last.level, "l’outil de signature n’est pas allé plus haut" if short else "", ends=ends)


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
