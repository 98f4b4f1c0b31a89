"""Boxes of the EPCI and of four communes, a slip in each state, transfers; made by the real actions, and a second load
changes nothing."""

import datetime
from decimal import Decimal
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.modules.archives import actions, ledger
from beffroi.modules.archives.models import (
    Box,
    Elimination,
    Handover,
    Loan,
    Profile,
    Setup,
    Shelf,
    Transfer,
    UnitProfile,
)
from beffroi.modules.archives.seda import standin
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Folder, Series, Space
from beffroi.shared.documents.reading import job
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.organisations.demo import commune_by_code
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Kind

TEMPLATE = Path(__file__).parent / "demo.typ"
PROFILE = Path(__file__).parent / "demo_profile.rng"
UNIT_PROFILE = Path(__file__).parent / "demo_unit_profile.json"
TOWNS = ("80253", "80071", "80086", "80202")
KEEPER, ADMIN, ELECTED, AGENT = (
    "archives@example.invalid",
    "administration@example.invalid",
    "elue@example.invalid",
    "accueil@example.invalid",
)
# One file for each slip, by the state that it reaches; the last two are on the slip under way.
SLIPS = (
    ("draft", "Bons de commande de l’économat"),
    ("signing", "Relevés de la régie de la piscine"),
    ("signed", "Dossiers de factures d’eau"),
    ("visaed", "Pièces comptables du camping"),
    ("confirmed", "Factures de carburant"),
    ("destroyed", "Justificatifs de déplacement"),
    ("refused", "Souches de carnets de tickets"),
    ("cancelled", "Copies de mandats"),
    ("destroying", "Factures de fournitures"),
    ("destroying", "Factures de téléphone"),
)
KEPT = ("Budget primitif et annexes", "Comptes administratifs", "Budget annexe des ordures ménagères")
TEXT = "{name}\n\nPièce {number}, invention de la démonstration.\nMontant : {amount},00 euros.\n"
CONTENTS = ("Registre des délibérations", "Listes électorales", "Rôle des taxes", "Permis de construire")


def load() -> None:
    """The whole, unless it is there already."""
    operator = Organisation.objects.filter(is_operator=True).first()
    users = {user.email: user for user in get_user_model().objects.filter(email__endswith="@example.invalid")}
    series = {one.code: one for one in Series.objects.filter(activity__organisation__is_operator=True)}
    if operator is None or Shelf.objects.exists() or not {KEEPER, ADMIN, ELECTED, AGENT} <= users.keys():
        return
    if not {"2 FIN 1", "2 FIN 2", "1 ADM 3"} <= series.keys():
        return
    with transaction.atomic():
        space = documents.create_space(
            actor=users[ADMIN],
            organisation=operator,
            name="Archives intermédiaires",
            about="Dossiers clos, qui attendent la fin de leur durée d’utilité.",
        )
        circuit = _set_up(operator, users)
        _slips(operator, _files(space, series["2 FIN 1"], [name for _state, name in SLIPS], users), users, circuit)
        _transfers(operator, _files(space, series["2 FIN 2"], KEPT, users), users)
        _files(space, series["1 ADM 3"], ("Litige du parking", "Litige de la halle"), users)
        _paper(operator, series, users[KEEPER], users[AGENT])
        for code in TOWNS:
            _paper_of_town(commune_by_code(code), operator)
        _handovers(operator, users[KEEPER])
    for slip in Elimination.objects.filter(state="destroying"):
        actions.resume(slip)
    ledger.crown()


def _set_up(operator, users) -> Circuit:
    president = Desk.objects.get(organisation=operator, name="La présidence")
    circuit = Circuit(organisation=operator, name="Éliminations d’archives")
    signing.save_circuit(
        circuit, actor=users[ADMIN], steps=[CircuitStep(position=1, kind=Kind.SIGNATURE, desk=president, days=5)]
    )
    setup = Setup(
        organisation=operator,
        agency_name="Archives départementales de la Somme",
        agency_identifier="FRAD080",
        agreement="ACCORD-EXEMPLE-2026",
        circuit=circuit,
    )
    actions.save_setup(setup, actor=users[KEEPER])
    return circuit


def _files(space: Space, series: Series, names, users) -> dict[str, Folder]:
    """Closed files, each with three short documents, whose useful life is over."""
    year = timezone.localdate().year - 13
    made = {}
    for rank, name in enumerate(names):
        when = year - rank % 3
        folder = documents.create_folder(
            actor=users[ADMIN],
            space=space,
            name=f"{name} {when}",
            series=series,
            reference=f"ARC-{when}-{rank + 1}",
            opened_on=datetime.date(when, 1, 2),
        )
        for number in (1, 2, 3):
            text = TEXT.format(name=name, number=number, amount=rank * 37 + number * 12)
            sent = SimpleUploadedFile(f"piece-{number}.txt", text.encode())
            document = documents.add_document(
                actor=users[ADMIN],
                space=space,
                folder=folder,
                read=False,
                name=sent.name,
                file=store_upload(sent, actor=users[ADMIN], kind=DOCUMENT),
                dated_on=datetime.date(when, 2 * number, 9),
            )
            job.read(document.current_id)
        documents.close_folder(folder, actor=users[ADMIN], day=datetime.date(when, 12, 20))
        made[name] = folder
    return made


def _slips(operator, files: dict[str, Folder], users, circuit: Circuit) -> None:
    for state, name in SLIPS[:-1]:
        chosen = [files[name]]
        if state == "destroying":
            chosen.append(files[SLIPS[-1][1]])
        if state == "visaed":
            bills = Folder.objects.eliminable().filter(name__startswith="Factures ", reference__startswith="FIN")
            chosen += list(bills.order_by("pk")[:1])
        slip = actions.prepare_elimination(operator, actor=users[KEEPER], folders=chosen, title=f"Élimination : {name}")
        _lead(slip, state, users, circuit)


def _lead(slip: Elimination, state: str, users, circuit: Circuit) -> None:
    """Take a slip to its state, by the real steps."""
    keeper = users[KEEPER]
    if state == "draft":
        return
    if state == "cancelled":
        actions.cancel_elimination(slip, actor=keeper, reason="Préparé deux fois.")
        return
    folder = actions.sign_elimination(slip, actor=keeper, circuit=circuit)
    if state == "signing":
        return
    signing.decide_step(folder.steps.get(), actor=users[ELECTED], approve=True)
    slip.refresh_from_db()
    if state == "signed":
        return
    lines = list(slip.lines.all())
    refused = lines if state == "refused" else lines[1:] if state == "visaed" else []
    actions.record_visa(
        slip,
        actor=keeper,
        visa_on=timezone.localdate(),
        visa_name="Adèle Vimeux",
        visa_quality="Directrice des archives départementales",
        visa_reference=f"80-{slip.year}-{slip.number:03d}",
        scan=_visaed(slip),
        refused=refused,
        refusal="À conserver comme spécimen." if refused else "",
    )
    if state in ("visaed", "refused"):
        return
    actions.confirm_elimination(slip, actor=keeper)
    if state == "confirmed":
        return
    if state == "destroying":
        held = lines[-1].folder
        documents.set_hold(held, actor=users[ADMIN], reason="Contrôle de la chambre régionale des comptes")
    actions.start_destruction(slip, actor=keeper, typed=slip.reference)


def _visaed(slip: Elimination):
    """The invented scan of a slip with its visa, which says what it is."""
    data = {"title": f"Bordereau visé {slip.reference}", "body": slip.organisation.name, "agency": slip.agency_name}
    content = pdf.render(TEMPLATE, data, at=timezone.now())
    return store_upload(SimpleUploadedFile("bordereau-vise.pdf", content, "application/pdf"), actor=None)


def _transfers(operator, files: dict[str, Folder], users) -> None:
    """One acknowledged, one taken in charge, and a file that waits in the list."""
    now = timezone.localtime()
    profile = Profile(organisation=operator, name="Budgets et comptes", identifier="EXEMPLE-BUDGETS-1")
    actions.save_profile(profile, actor=users[KEEPER], schema=PROFILE.read_bytes())
    series = files[KEPT[0]].effective_series
    if series is not None:
        unit = UnitProfile(organisation=operator, name="Dossier de conseil", identifier="EXEMPLE-AUP-1", series=series)
        actions.save_unit_profile(unit, actor=users[KEEPER], given=UNIT_PROFILE.read_bytes())
    for rank, name in enumerate(KEPT[:2]):
        title = f"Versement : {name}"
        made: Transfer = actions.prepare_transfer(operator, actor=users[KEEPER], folders=[files[name]], title=title)
        made = actions.update_transfer(made, actor=users[KEEPER], title=title, note="", seda=made.seda, profile=profile)
        actions.pack_transfer(made, actor=users[KEEPER])
        actions.send_transfer(
            made, actor=users[KEEPER], sent_on=now.date(), channel="Support remis en main propre (démonstration)"
        )
        actions.take_message(standin.acknowledgement(made, at=now), actor=users[KEEPER])
        if rank:
            actions.take_message(standin.transfer_reply(made, at=now), actor=users[KEEPER])


def _box(body, shelf, title: str, *, series=None, year: int, lines=(), metres="0.10", actor=None) -> Box:
    box = Box(
        organisation=body,
        title=title,
        series=series,
        shelf=shelf,
        first_on=datetime.date(year, 1, 3),
        last_on=datetime.date(year, 12, 18),
        closed_on=datetime.date(year, 12, 31),
        metres=Decimal(metres),
        contents="\n".join(lines),
    )
    return actions.save_box(box, actor=actor)


def _shelf(body, building: str, room: str, shelf: str, actor=None) -> Shelf:
    return actions.save_shelf(
        Shelf(organisation=body, building=building, room=room, shelf=shelf, metres=Decimal("2.40")), actor=actor
    )


def _paper(operator, series, keeper, agent) -> None:
    year = timezone.localdate().year
    shelves = [_shelf(operator, "Siège", "Magasin du sous-sol", f"Travée {n}, tablette 1", keeper) for n in (1, 2, 3)]
    for rank in range(4):
        when = year - 14 + rank
        lines = [f"Factures, liasse {n}" for n in range(1, 5)]
        _box(
            operator,
            shelves[0],
            f"Factures et mandats {when}",
            series=series["2 FIN 1"],
            year=when,
            lines=lines,
            actor=keeper,
            metres="0.12",
        )
    minutes = _box(
        operator,
        shelves[1],
        "Délibérations du conseil",
        series=series["1 ADM 1"],
        year=year - 8,
        actor=keeper,
        lines=("Registre", "Annexes"),
    )
    market = _box(
        operator,
        shelves[1],
        "Marché de la piscine",
        series=series["3 CP 1"],
        year=year - 4,
        actor=keeper,
        lines=("Avis", "Acte d’engagement", "Procès-verbaux"),
        metres="0.24",
    )
    dispute = _box(
        operator, shelves[2], "Contentieux du parking", series=series["1 ADM 3"], year=year - 13, actor=keeper
    )
    actions.hold_box(dispute, actor=None, reason="Appel en cours devant la cour administrative.")
    _handed_over(operator, series, shelves[2], keeper)
    today = timezone.localdate()
    for box, days in ((minutes, -5), (market, 20)):
        loan = Loan(
            box=box,
            borrower="Nadia Roussel, accueil",
            account=agent,
            reason="Recherche pour un habitant",
            lent_on=today - datetime.timedelta(days=25),
            due_on=today + datetime.timedelta(days=days),
        )
        actions.lend_box(loan, actor=keeper)


def _handed_over(operator, series, shelf, keeper) -> None:
    """Budgets that are kept for ever: a slip in preparation, one whose boxes were handed over, one that waits."""
    year = timezone.localdate().year - 14
    boxes = [
        _box(
            operator,
            shelf,
            f"Budget et comptes {year - rank}",
            series=series["2 FIN 2"],
            year=year - rank,
            actor=keeper,
            lines=("Budget primitif", "Compte administratif"),
            metres="0.08",
        )
        for rank in range(4)
    ]
    actions.prepare_paper(operator, actor=keeper, boxes=boxes[:1], title="Budgets anciens")
    made = actions.prepare_paper(operator, actor=keeper, boxes=boxes[1:3], title="Budgets et comptes")
    actions.deliver_paper(made, actor=keeper, delivered_on=timezone.localdate())


def _paper_of_town(town, operator) -> None:
    """A commune takes the plan of the EPCI, and describes its cupboard."""
    year = timezone.localdate().year
    documents.copy_plan(operator, town, actor=None)
    series = {one.code: one for one in Series.objects.filter(activity__organisation=town)}
    shelf = _shelf(town, "Mairie", "Placard de l’étage", "Tablette haute")
    for rank, title in enumerate(CONTENTS):
        code = "1 ADM 1" if rank == 0 else "2 FIN 1"
        _box(town, shelf, title, series=series[code], year=year - 12 + rank, lines=(title, "Pièces jointes"))


def _handovers(operator, keeper) -> None:
    """A file given back to its service, and a communication that waits."""
    folders = Folder.objects.filter(space__organisation=operator, state="closed", name__startswith="Factures ")
    chosen = folders.exclude(archive_lines__is_open=True).order_by("pk").first()
    if chosen is None:
        return
    for kind, requester, reason in (
        (Handover.Kind.RESTITUTION, "Service des finances", "Contrôle d’une dépense"),
        (Handover.Kind.COMMUNICATION, "Association d’histoire locale", "Étude des dépenses scolaires"),
    ):
        actions.ask_handover(Handover(kind=kind, folder=chosen, requester=requester, reason=reason), actor=keeper)
