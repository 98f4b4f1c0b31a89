"""Desks, circuits and a few invented folders of the EPCI, made by the real actions; a second load changes nothing."""

from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.signing import actions
from beffroi.shared.signing.models import Circuit, CircuitStep, Delegation, Desk, Kind

TEMPLATE = Path(__file__).parent / "demo.typ"
ADMIN, AGENT, ELECTED = "administration@example.invalid", "accueil@example.invalid", "elue@example.invalid"
LETTERS = (
    ("Réponse à une association : salle du mardi", "Courrier"),
    ("Bon de commande de fournitures scolaires", "Courrier"),
    ("Convention de prêt de matériel", "Délibérations et conventions"),
    ("Arrêté de régie", "Délibérations et conventions"),
)


def load() -> None:
    """Three desks, two circuits, four folders at different places of their way."""
    users = {user.email: user for user in get_user_model().objects.filter(email__in=(ADMIN, AGENT, ELECTED))}
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or len(users) < 3 or Desk.objects.exists():
        return
    with transaction.atomic():
        desks = _desks(operator, users)
        circuits = _circuits(operator, desks, users[ADMIN])
        folders = [_folder(title, circuits[name], users[AGENT]) for title, name in LETTERS]
        for folder in folders[:3]:
            actions.submit_folder(folder, actor=users[AGENT])
        for folder in folders[:2]:
            actions.decide_step(folder.steps.first(), actor=users[ADMIN], approve=True, comment="Conforme.")
        signed = folders[1]
        actions.decide_step(signed.steps.get(kind=Kind.SIGNATURE), actor=users[ELECTED], approve=True)
        today = timezone.localdate()
        absence = Delegation(
            desk=desks["Direction générale"], user=users[AGENT], start=today + timedelta(days=20),
            end=today + timedelta(days=34),
        )  # fmt: skip
        actions.save_delegation(absence, actor=users[ADMIN], may_manage=True)


def _desks(operator, users) -> dict[str, Desk]:
    president = Desk(organisation=operator, name="La présidence")
    actions.save_desk(president, actor=users[ADMIN], holders=[users[ELECTED]])
    direction = Desk(organisation=operator, name="Direction générale", head=president)
    actions.save_desk(direction, actor=users[ADMIN], holders=[users[ADMIN]])
    welcome = Desk(organisation=operator, name="Accueil et secrétariat", head=direction)
    actions.save_desk(welcome, actor=users[ADMIN], holders=[users[AGENT]])
    return {desk.name: desk for desk in (president, direction, welcome)}


def _circuits(operator, desks, actor) -> dict[str, Circuit]:
    president, direction = desks["La présidence"], desks["Direction générale"]
    letters = Circuit(organisation=operator, name="Courrier")
    steps = [
        CircuitStep(position=1, kind=Kind.VISA, desk=None, days=2),
        CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=3),
    ]
    actions.save_circuit(letters, actor=actor, steps=steps)
    acts = Circuit(organisation=operator, name="Délibérations et conventions")
    steps = [
        CircuitStep(position=1, kind=Kind.VISA, desk=direction, days=3),
        CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=5),
        CircuitStep(position=3, kind=Kind.SEAL, desk=direction, days=2),
    ]
    actions.save_circuit(acts, actor=actor, steps=steps)
    return {circuit.name: circuit for circuit in (letters, acts)}


def _folder(title: str, circuit: Circuit, author):
    content = pdf.render(TEMPLATE, {"title": title}, at=timezone.now())
    document = store_upload(SimpleUploadedFile("document.pdf", content, "application/pdf"), actor=author)
    return actions.create_folder(actor=author, circuit=circuit, title=title, document=document)
