"""Two years of invented mail of the EPCI and of five communes; a second load changes nothing.

The past is written at once (`demo_years`); what is under way is made by the real actions.
"""

import datetime
import io
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from pypdf import PdfWriter

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.modules.mail import actions, demo_texts, demo_years, paper
from beffroi.modules.mail.models import (
    Dispatch,
    Kind,
    Letter,
    LetterType,
    NumberRange,
    Priority,
    Register,
    Rule,
    Template,
)
from beffroi.modules.mail.workflow import State
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.actions import put_team
from beffroi.shared.organisations.demo import commune_by_code
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing.models import Circuit, CircuitStep, Desk, Step
from beffroi.shared.signing.models import Kind as SignKind

TEMPLATE = Path(__file__).parent / "demo.typ"
TOWNS = ("80253", "80071", "80086", "80070", "80202")
CLERK, AGENT, LIGHTS = "courrier@example.invalid", "accueil@example.invalid", "voirie@example.invalid"
ADMIN, ELECTED, MAYOR = "administration@example.invalid", "elue@example.invalid", "maire.adjoint@example.invalid"


def load() -> None:
    """Registers, types, rules, directory, two years of letters, and a dozen under way at the EPCI."""
    operator = Organisation.objects.filter(is_operator=True).first()
    users = {user.email: user for user in get_user_model().objects.filter(email__endswith="@example.invalid")}
    if operator is None or Register.objects.exists() or not {CLERK, AGENT, LIGHTS, ADMIN, ELECTED} <= users.keys():
        return
    with transaction.atomic():
        operator_teams = _set_up(operator, users[CLERK], demo_texts.TYPES, teams=True)
        towns = [commune_by_code(code) for code in TOWNS]
        for town in towns:
            _set_up(town, users[CLERK], demo_texts.TOWN_TYPES, teams=False)
        demo_years.load(operator, towns, users[CLERK], users[AGENT], operator_teams)
        _under_way(operator, users, operator_teams)
        _town_circuit(towns[0], users)


def _set_up(body, actor, types, *, teams: bool) -> dict:
    """The registers, the types, the rules of one body; returns its teams by name."""
    if teams:
        put_team(actor=None, organisation=body, name="Ressources humaines")
    found = {team.name: team for team in body.teams.all()}
    books = [(Kind.INCOMING, "A", "Arrivée", None), (Kind.OUTGOING, "D", "Départ", None)]
    if teams:
        books += [
            (Kind.INTERNAL, "I", "Notes internes", None),
            (Kind.REGISTERED, "R", "Recommandés", None),
            (Kind.INCOMING, "RH", "Ressources humaines", found["Ressources humaines"]),
        ]
    for kind, code, name, team in books:
        actions.save_register(Register(organisation=body, kind=kind, code=code, name=name, team=team), actor=actor)
    made = {}
    for name, regime, months, basis, days, team in types:
        kind = LetterType(
            organisation=body,
            name=name,
            regime=regime,
            months=months,
            basis=basis,
            team=found.get(team),
            normal_days=days[0],
            urgent_days=days[1],
            very_urgent_days=days[2],
        )
        made[name] = actions.save_type(kind, actor=actor)
    for name, text in demo_texts.TEMPLATES:
        actions.save_template(Template(organisation=body, name=name, body=text), actor=actor)
    if teams:
        for rank, (words, kind, team) in enumerate(demo_texts.RULES, start=1):
            rule = Rule(organisation=body, position=rank * 10, words=words, type=made.get(kind), team=found[team])
            actions.save_rule(rule, actor=actor)
        block = NumberRange(organisation=body, service="2C", first=1234500, last=1234999)
        actions.save_range(block, actor=actor)
    return found


def _page(title: str, sender: str, day: datetime.date) -> bytes:
    """The PDF of an invented letter, which says that it is a demonstration."""
    data = {"title": title, "sender": sender, "day": formats.day(day)}
    return pdf.render(TEMPLATE, data, at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))))


def _scan(title: str, sender: str, day: datetime.date):
    upload = SimpleUploadedFile("courrier.pdf", _page(title, sender, day), "application/pdf")
    return store_upload(upload, actor=None)


def _receive(register, actor, title: str, sender: str, days: int, **more) -> Letter:
    today = timezone.localdate()
    arrived = today - datetime.timedelta(days=days)
    letter = Letter(
        register=register, object=title, arrived_on=arrived, document_date=arrived - datetime.timedelta(days=2), **more
    )
    pieces = [_scan(title, sender, arrived)]
    details = {"address": "3 rue du Moulin", "postal_code": "80600", "city": "Doullens"}
    return actions.register_letter(letter, actor=actor, sender=sender, sender_details=details, pieces=pieces)


def _under_way(operator, users, teams) -> None:
    """One letter at each place of its way."""
    clerk, agent = users[CLERK], users[AGENT]
    books = {register.code: register for register in Register.objects.filter(organisation=operator)}
    types = {kind.name: kind for kind in LetterType.objects.filter(organisation=operator)}
    _receive(books["A"], clerk, "Question sur les chemins de randonnée", "Ludivine Jumel", 0)
    _receive(books["A"], clerk, "Demande d’entretien d’un calvaire", "Marius Flahaut", 1)
    mine = _receive(books["A"], clerk, "Prêt de tables pour une brocante", "Zélie Obry", 3)
    actions.route_letter(
        mine, actor=clerk, type=types["Demande de renseignements"], team=teams["Accueil"], assignee=agent
    )
    missing = _receive(books["A"], clerk, "Subvention pour une école de musique", "Octave Poiret", 8)
    until = timezone.localdate() + datetime.timedelta(days=20)
    actions.ask_pieces(missing, actor=agent, pieces="Les statuts, le budget et un relevé bancaire.", until=until)
    actions.acknowledge_letter(missing, actor=agent)
    late = _receive(books["A"], clerk, "Éclairage trop fort devant une chambre", "Violette Wallet", 40)
    actions.copy_letter(late, actor=clerk, users=[agent])
    actions.ask_opinion(
        late,
        actor=clerk,
        asked_of=users[LIGHTS],
        question="Qui a réglé ce point lumineux ?",
        due_on=timezone.localdate() + datetime.timedelta(days=4),
    )
    asked = _receive(books["A"], clerk, "Renseignement sur la navette du marché", "Isidore Sannier", 12)
    actions.route_letter(
        asked,
        actor=clerk,
        type=types["Demande de renseignements"],
        team=teams["Accueil"],
        assignee=agent,
        priority=Priority.URGENT,
    )
    _answer(asked, books["D"], agent, users)
    note = Letter(
        register=books["I"],
        object="Préparation du budget de la voirie",
        arrived_on=timezone.localdate(),
        sender_team=teams["Accueil"],
    )
    actions.register_letter(note, actor=clerk)
    _sent(books, operator, agent, clerk)
    _scanned(books["A"], teams["Environnement et déchets"], clerk)


def _answer(asked: Letter, book, agent, users) -> None:
    """Written, visaed, and waiting for the signature of the president."""
    letter = Letter(state=State.DRAFT, register=book, object=asked.object, answers=asked)
    actions.write_letter(letter, actor=agent, recipient=asked.correspondent.label, body=demo_texts.ANSWER)
    circuit = Circuit.objects.filter(organisation=asked.organisation_id, name="Courrier").first()
    if circuit is not None:
        folder = actions.sign_letter(letter, actor=agent, circuit=circuit)
        step = folder.steps.filter(outcome=Step.Outcome.CURRENT).first()
        signing.decide_step(step, actor=users[ADMIN], approve=True)
    draft = Letter(state=State.DRAFT, register=book, object="Invitation à la réunion des maires")
    actions.write_letter(draft, actor=agent, recipient="Mairie d’essai", body=demo_texts.ANSWER)


def _signed(book, agent, title: str, recipient: str) -> Letter:
    letter = Letter(state=State.DRAFT, register=book, object=title)
    actions.write_letter(letter, actor=agent, recipient=recipient, body=demo_texts.ANSWER)
    signed = _scan(title, "La présidence", timezone.localdate())
    return actions.sign_on_paper(letter, actor=agent, document=signed)


def _sent(books, operator, agent, clerk) -> None:
    """A registered letter on its list, another that waits for one, one sent by e-mail, one that may leave."""
    titles = ("Mise en demeure de remettre un chemin en état", "Résiliation d’un contrat de maintenance")
    for title in titles:
        letter = _signed(books["R"], agent, title, "Réseaux et Travaux")
        actions.send_letter(letter, actor=clerk, mode=Dispatch.Mode.REGISTERED)
        if title == titles[0]:
            actions.deposit_registered(operator, actor=clerk)
    letter = _signed(books["D"], agent, "Réponse au comité des fêtes", "Comité des fêtes d’Authie")
    actions.send_letter(letter, actor=clerk, mode=Dispatch.Mode.EMAIL, address="comite@example.invalid")
    _signed(books["D"], agent, "Accord pour le prêt du podium", "Foyer rural de l’Authie")


def _scanned(register, team, clerk) -> None:
    """Three letters that came out of the scanner together, with a sheet before each."""
    writer = PdfWriter()
    day = timezone.localdate()
    for title, sender, given in (
        ("Demande de badge de déchèterie", "Tiphaine Quignon", team),
        ("Signalement d’une haie trop haute", "Urbain Debray", None),
        ("Proposition de don d’archives", "Rosalie Hénocque", None),
    ):
        for content in (paper.separators(register, [given], 1), _page(title, sender, day)):
            writer.append(io.BytesIO(content))
    output = io.BytesIO()
    writer.write(output)
    upload = SimpleUploadedFile("numerisation-du-matin.pdf", output.getvalue(), "application/pdf")
    batch = actions.receive_batch(register, actor=clerk, document=store_upload(upload, actor=clerk))
    actions.cut_batch(batch)


def _town_circuit(town, users) -> None:
    """A commune signs its own mail."""
    if MAYOR not in users or Desk.objects.filter(organisation=town).exists():
        return
    mayor = Desk(organisation=town, name="Le maire")
    signing.save_desk(mayor, actor=users[MAYOR], holders=[users[MAYOR]])
    circuit = Circuit(organisation=town, name="Courrier")
    signing.save_circuit(
        circuit, actor=users[MAYOR], steps=[CircuitStep(position=1, kind=SignKind.SIGNATURE, desk=mayor, days=3)]
    )
