"""Transfers: pack, send, take in what the archives answer, then destroy the local copy (Code du patrimoine, L212-6)."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.html import format_html
from lxml import etree

from beffroi.kernel import journal
from beffroi.kernel.ui.formats import typo
from beffroi.modules.archives import contents, eligibility, ledger, paper, rights
from beffroi.modules.archives.actions import keeping
from beffroi.modules.archives.models import Message, Profile, Transfer, TransferFolder, UnitProfile, setup_of
from beffroi.modules.archives.seda import gathering, package, profiles, units, writing
from beffroi.modules.archives.seda.model import Envelope
from beffroi.modules.archives.seda.reading import Received, Unreadable, read
from beffroi.modules.archives.workflow import Sending, transfer_workflow
from beffroi.shared.documents.actions import transfer_folder
from beffroi.shared.documents.models import Folder
from beffroi.shared.documents.reading import pages
from beffroi.shared.files.actions import store_made
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import pades

MOST_FAULTS = 20
ZIP, XML, PDF = "application/zip", "application/xml", "application/pdf"


@transaction.atomic
def prepare_transfer(organisation, *, actor, folders: Iterable[Folder], title: str = "", note: str = "") -> Transfer:
    """Open a transfer of these files, with the addresses of the settings of the body. Records "archives.deposit".

    Raises ValidationError, and takes nothing, when one of them may not leave.
    """
    rights.require(actor, rights.TRANSFER, organisation)
    wanted = [folder.pk for folder in folders]
    if not wanted:
        raise ValidationError("Cochez au moins un dossier.")
    asked = eligibility.to_transfer().filter(pk__in=wanted, space__organisation=organisation)
    found = {folder.pk: folder for folder in asked}
    if len(found) < len(set(wanted)):
        raise ValidationError("L’un d’eux n’est plus à verser : rechargez la liste.")
    for folder in found.values():
        if why := eligibility.obstacle(folder, destroying=False):
            raise ValidationError(f"« {folder.name} » : {why.text}")
    setup = setup_of(organisation)
    if not setup.agency_identifier:
        raise ValidationError("Dites d’abord à quel service d’archives vous versez : Archives, réglages.")
    year = timezone.localdate().year
    made = Transfer(
        organisation=organisation,
        year=year,
        title=title.strip() or "Versement d’archives",
        note=note.strip(),
        seda=setup.seda,
        agency_name=setup.agency_name,
        agency_identifier=setup.agency_identifier,
        own_identifier=setup.identifier,
        agreement=setup.agreement,
        created_by=actor,
        identifier=f"{setup.identifier}-{timezone.now():%Y%m%d%H%M%S%f}",
    )
    made.full_clean(validate_constraints=False)
    made.save(force_insert=True)
    made.refresh_from_db(fields=["number"])
    sums = contents.sums_of(found.values())
    try:
        with transaction.atomic():
            for pk in wanted:
                TransferFolder.objects.create(
                    transfer=made,
                    folder=found[pk],
                    title=found[pk].name,
                    documents=sums[pk].documents,
                    octets=sums[pk].octets,
                )
    except IntegrityError as fault:
        if "archives_transfer_folder_once" in str(fault):
            raise ValidationError("L’un d’eux est déjà dans un versement.") from None
        raise
    journal.record("archives.deposit", made, actor=actor, data={"folders": len(wanted)})
    return made


@transaction.atomic
def update_transfer(
    made: Transfer, *, actor, title: str, note: str, seda: str, profile: Profile | None = None
) -> Transfer:
    """Change the words, the version of SEDA or the profile before the package is made. Records "archives.update".
    Raises ValidationError for the profile of another body or version."""
    rights.require(actor, rights.TRANSFER, made.organisation_id)
    found = Transfer.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if found.state != Sending.DRAFT:
        raise ValidationError(f"Ce versement est « {found.get_state_display()} » : il ne change plus.")
    if profile is not None and profile.organisation_id != found.organisation_id:
        raise ValidationError({"profile": "Ce profil est d’une autre collectivité."})
    if profile is not None and profile.seda != seda:
        raise ValidationError({"profile": f"Ce profil est en SEDA {profile.seda} : choisissez cette version."})
    found.title, found.note, found.seda, found.profile = title.strip(), note.strip(), seda, profile
    found.full_clean(validate_constraints=False)
    found.save(update_fields=["title", "note", "seda", "profile"])
    journal.record("archives.update", found, actor=actor)
    return found


@transaction.atomic
def pack_transfer(made: Transfer, *, actor) -> StoredFile:
    """Make the package: manifest, contents, digests; sealed. Records "archives.pack".

    Raises ValidationError when a content is missing, when it is too large, or when it, or one of its units, does not
    follow its profile.
    """
    transfer_workflow.fire("pack", made, actor=actor)
    lines = list(made.folders.select_related("folder__space"))
    try:
        own = list(UnitProfile.objects.filter(organisation=made.organisation_id, is_active=True))
        gathered = gathering.units_of(
            [line.folder for line in lines], copies=setup_of(made.organisation).copies, profiles=_applied(own)
        )
        manifest = writing.transfer(_envelope(made), gathered.units)
        _check_profile(made.profile, manifest)
        _check_units(own, manifest)
        with package.make(manifest, gathered.units) as whole:
            file = store_made(whole, name=f"{made.reference}.zip", mime=ZIP, actor=actor, target=made, kind="package")
    except gathering.TooLarge as fault:
        raise ValidationError(str(fault)) from fault
    except FileNotFoundError as fault:
        raise ValidationError("Un contenu de ces dossiers manque au magasin : reprenez-le d’une sauvegarde.") from fault
    keeping.seal(file, organisation=made.organisation, label="Paquet SEDA", reference=made.reference)
    for line in lines:
        line.unit = gathered.roots[line.folder_id]
        line.save(update_fields=["unit"])
    ledger.write("transfer.packed", organisation=made.organisation, reference=made.reference, seda=made.seda)
    return file


def _check_profile(profile: Profile | None, manifest: bytes) -> None:
    if profile is None or not profile.schema:
        return
    try:
        found = profiles.faults(bytes(profile.schema), manifest)
    except profiles.Unusable as fault:
        raise ValidationError(format_html(typo("Profil « {} » : {}"), profile, str(fault))) from fault
    if found:
        said = typo("Le paquet ne suit pas le profil « {} » : {}")
        raise ValidationError([format_html(said, profile, one.shown()) for one in found])


def _applied(own: list[UnitProfile]) -> gathering.UnitProfiles:
    """To which files and documents the profiles of units go."""
    return gathering.UnitProfiles(
        series={one.series_id: one.identifier for one in own if one.series_id is not None},
        kinds={one.kind_id: one.identifier for one in own if one.kind_id is not None},
    )


def _check_units(own: list[UnitProfile], manifest: bytes) -> None:
    """Each unit that names a profile follows it. Raises ValidationError, with the unit and what is wrong in it."""
    known = {writing.token(one.identifier): one for one in own if one.schema}
    said: list[str] = []
    for unit in etree.fromstring(manifest).iter("{*}ArchiveUnit"):
        profile = known.get(unit.findtext("{*}ArchiveUnitProfile") or "")
        if profile is not None:
            title = unit.findtext("{*}Content/{*}Title") or ""
            words = typo("« {} » ne suit pas le profil d’unité « {} » : {}")
            said += [words.format(title, profile, fault) for fault in units.faults(profile.schema, unit)]
    if said:
        left = len(said) - MOST_FAULTS
        raise ValidationError([*said[:MOST_FAULTS], *([f"Et {left} autres."] if left > 0 else [])])


def _envelope(made: Transfer) -> Envelope:
    return Envelope(
        version=made.seda,
        identifier=made.identifier,
        at=timezone.localtime(),
        agency=made.agency_identifier,
        own=made.own_identifier,
        comment=f"{made.reference} : {made.title}. {made.note}".strip(),
        agreement=made.agreement,
        profile=made.profile.identifier if made.profile is not None else "",
    )


@transaction.atomic
def unpack_transfer(made: Transfer, *, actor) -> Transfer:
    """Think again before sending: the package is dropped. Records "archives.unpack"."""
    transfer_workflow.fire("unpack", made, actor=actor)
    _drop_package(made, "Paquet défait avant l’envoi")
    return made


def _drop_package(made: Transfer, reason: str) -> list[str]:
    files = StoredFile.objects.about(made).filter(kind="package")
    return keeping.drop(files, organisation=made.organisation, reference=made.reference, reason=reason)


@transaction.atomic
def send_transfer(made: Transfer, *, actor, sent_on: datetime.date, channel: str) -> Transfer:
    """Note that the package left, and by which way: the platform keeps it, it does not send it. Records
    "archives.send"."""
    if sent_on > timezone.localdate():
        raise ValidationError({"sent_on": "La date d’envoi ne peut pas être à venir."})
    update = {"sent_on": sent_on, "channel": channel.strip()}
    transfer_workflow.fire("send", made, actor=actor, update=update)
    ledger.write("transfer.sent", organisation=made.organisation, reference=made.reference, day=sent_on.isoformat())
    return made


def find_transfer(received: Received, user) -> Transfer:
    """The transfer to which a message answers, among those of the person. Raises ValidationError for a foreign one."""
    found = Transfer.objects.visible_to(user).filter(identifier=received.about).select_related("organisation").first()
    if found is None:
        raise ValidationError(
            {"file": f"Ce message répond à « {received.about[:80]} », qui n’est aucun de vos versements."}
        )
    return found


@transaction.atomic
def take_message(content: bytes, *, actor) -> Message:
    """Read an acknowledgement or a reply, and take it in: the transfer moves on, the identifiers that the archives gave
    are kept. The same message taken again changes nothing. Records "archives.message".

    Raises ValidationError, in plain words, for a message that is unreadable, foreign, from another service, in another
    version, or that contradicts the reply already taken.
    """
    try:
        received = read(content)
    except Unreadable as fault:
        raise ValidationError({"file": str(fault)}) from fault
    made = find_transfer(received, actor)
    rights.require(actor, rights.TRANSFER, made.organisation_id)
    made = Transfer.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=made.pk)
    known = made.messages.filter(kind=received.kind, identifier=received.identifier).first()
    if known is not None:
        return known
    _check(made, received)
    message = Message(
        transfer=made,
        kind=received.kind,
        identifier=received.identifier,
        code=received.code,
        text=received.text,
        dated_at=received.at,
        read_by=actor,
    )
    message.full_clean(exclude=["transfer"], validate_constraints=False)
    message.save(force_insert=True)
    file = keeping.keep(
        content,
        target=made,
        name=f"{made.reference}-{received.kind}.xml",
        mime=XML,
        actor=actor,
        kind=received.kind,
        label=message.get_kind_display(),
    )
    ledger.write(
        "transfer.message",
        organisation=made.organisation,
        reference=made.reference,
        kind=received.kind,
        identifier=received.identifier,
        outcome=received.outcome,
        sha256=file.blob.sha256,
    )
    _move(made, received, actor)
    journal.record("archives.message", made, actor=actor, data={"kind": received.kind, "outcome": received.outcome})
    return message


def _check(made: Transfer, received: Received) -> None:
    if received.version != made.seda:
        raise ValidationError(
            {"file": f"Ce message est en SEDA {received.version} et le versement en SEDA {made.seda}."}
        )
    if received.agency != made.agency_identifier:
        raise ValidationError(
            {"file": f"Ce message vient de « {received.agency[:80]} », et non de « {made.agency_identifier} »."}
        )
    if received.kind == "reply" and made.messages.filter(kind="reply").exists():
        raise ValidationError({"file": "Une autre réponse a déjà été lue pour ce versement."})
    waiting = (Sending.SENT, Sending.ACKNOWLEDGED)
    late_ack = received.kind == "ack" and made.state in (Sending.ACCEPTED, Sending.REJECTED, Sending.PURGED)
    if made.state not in waiting and not late_ack:
        raise ValidationError(
            {"file": f"Ce versement est « {made.get_state_display()} » : il n’attend pas de message."}
        )


def _move(made: Transfer, received: Received, actor) -> None:
    if received.kind == "ack":
        if made.state == Sending.SENT:
            transfer_workflow.fire("acknowledged", made, actor=actor, check=False)
        return
    if received.outcome == "KO":
        transfer_workflow.fire("rejected", made, actor=actor, check=False, data={"code": received.code})
        return
    for line in made.folders.all():
        line.kept_as = received.kept_as.get(line.unit, "")
        line.save(update_fields=["kept_as"])
    update = {"grant": received.identifier}
    transfer_workflow.fire("accepted", made, actor=actor, update=update, check=False, data={"code": received.code})


def purge_transfer(made: Transfer, *, actor, typed: str) -> Transfer:
    """Destroy the local copy of what the archives have taken charge of: files and package; lines, names and digests
    stay, with a certificate. Records "archives.purge". Raises ValidationError under a hold."""
    with transaction.atomic():
        digests = _purge(made, actor, typed)
    for sha256 in keeping.remove_now(digests):
        pages.forget(sha256)
    return made


def _purge(made: Transfer, actor, typed: str) -> list[str]:
    if typed.strip().upper() != made.reference:
        raise ValidationError({"typed": f"Écrivez le numéro du versement, {made.reference}, pour confirmer."})
    rights.require(actor, rights.TRANSFER, made.organisation_id)
    now = timezone.now()
    transfer_workflow.fire("purge", made, actor=actor, update={"ended_at": now})
    basis = f"{made.reference}, réponse {made.grant}"
    digests, rows = [], []
    for line in made.folders.select_related("folder__space"):
        digests += contents.digests_of(line.folder)
        if why := eligibility.obstacle(_seen(line.folder), destroying=False):
            raise ValidationError(f"« {line.title} » : {why.text}")
        count = transfer_folder(line.folder, actor=actor, basis=basis)
        line.is_open = False
        line.save(update_fields=["is_open"])
        rows.append((line, count))
    digests += _drop_package(made, f"Versement pris en charge, {basis}")
    content = paper.purge_certificate(made, rows, actor, now)
    sealed = pades.sign_with_seal(content, text=f"Attestation scellée\n{made.organisation}"[:80], reason=made.reference)
    keeping.keep(
        sealed,
        target=made,
        name=f"attestation-{made.reference}.pdf",
        mime=PDF,
        actor=actor,
        kind="certificate",
        label="Attestation de destruction de la copie locale",
    )
    ledger.write(
        "transfer.purged",
        organisation=made.organisation,
        reference=made.reference,
        folders=len(rows),
        documents=sum(count for _line, count in rows),
    )
    return digests


def _seen(folder: Folder) -> Folder:
    """The file with what keeps it, this transfer aside."""
    found = eligibility.over().filter(pk=folder.pk).first()
    if found is None:
        raise ValidationError(f"« {folder.name} » n’est plus clos, ou sa durée d’utilité court de nouveau.")
    found.on_transfer = None
    return found


@transaction.atomic
def give_up_transfer(made: Transfer, *, actor, reason: str) -> Transfer:
    """Give a transfer up: its files are free again, its number stays taken. Records "archives.give_up"."""
    transfer_workflow.fire("give_up", made, actor=actor, data={"reason": reason.strip()})
    made.folders.update(is_open=False)
    _drop_package(made, "Versement abandonné")
    return made
