"""Desks, circuits, natures and some forty invented folders of the EPCI and of five communes, in every state, made by
the real actions; a second load changes nothing.

The document of each is written once by kind, so that the loading stays short: the real signatures are few.
"""

from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.shared.documents.actions import acknowledge
from beffroi.shared.documents.models import Space
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.signing import actions
from beffroi.shared.signing.levels import Fallback, Format, Level
from beffroi.shared.signing.models import (
    Circuit,
    CircuitStep,
    Delegation,
    Desk,
    Detail,
    Kind,
    Nature,
    Route,
    Rule,
    Step,
)

TEMPLATE = Path(__file__).parent / "demo.typ"
ADMIN, AGENT, ELECTED = "administration@example.invalid", "accueil@example.invalid", "elue@example.invalid"
FIELD, SECRETARY = "voirie@example.invalid", "mairie.doullens@example.invalid"
MAYORS = {
    "80253": "maire.adjoint@example.invalid",
    "80071": "maire.beauval@example.invalid",
    "80086": "maire.bernaville@example.invalid",
    "80243": "maire.domesmont@example.invalid",
    "80495": "maire.lucheux@example.invalid",
}
LETTERS = (
    ("Réponse à une association : salle du mardi", "Courrier"),
    ("Bon de commande de fournitures scolaires", "Courrier"),
    ("Convention de prêt de matériel", "Délibérations et conventions"),
    ("Arrêté de régie", "Délibérations et conventions"),
)
ORDERS = (
    ("Bon de commande : enrobé pour la route de Bernaville", "1850,00", "Voirie"),
    ("Bon de commande : livres de la médiathèque", "420,50", "Culture"),
    ("Marché de fauchage, avenant n° 1", "32000", "Voirie"),
    ("Bon de commande : jeux de cour", "6400", "Enfance"),
    ("Contrat d’entretien des chaudières", "27500", "Bâtiments"),
)
TOWN = (
    "Arrêté de circulation pour la brocante",
    "Convention de mise à disposition de la salle",
    "Courrier au département sur l’abribus",
    "Devis de réfection du mur du cimetière",
    "Attestation de dépôt pour une subvention",
    "Réponse à une demande de bornage",
)


def load() -> None:
    """Everything, once."""
    users = {user.email: user for user in get_user_model().objects.filter(email__endswith="@example.invalid")}
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or not {ADMIN, AGENT, ELECTED} <= set(users) or Desk.objects.exists():
        return
    with transaction.atomic():
        _operator(operator, users)
        for code, mayor in MAYORS.items():
            town = Commune.objects.filter(code_insee=code).first()
            if town is not None and mayor in users:
                _town(Organisation.objects.get(pk=town.pk), users[mayor], users.get(SECRETARY, users[mayor]))


def _operator(operator, users) -> None:
    desks = _desks(operator, users)
    circuits = _circuits(operator, desks, users[ADMIN])
    natures = _natures(operator, circuits, users[ADMIN])
    folders = [_folder(title, users[AGENT], circuit=circuits[name]) for title, name in LETTERS]
    for folder in folders[:3]:
        actions.submit_folder(folder, actor=users[AGENT])
    for folder in folders[:2]:
        _decide(folder, users[ADMIN], comment="Conforme.")
    _decide(folders[1], users[ELECTED])
    _orders(natures, users)
    _others(circuits, natures, users)
    today = timezone.localdate()
    absence = Delegation(
        desk=desks["Direction générale"],
        user=users[AGENT],
        start=today + timedelta(days=20),
        end=today + timedelta(days=34),
    )
    actions.save_delegation(absence, actor=users[ADMIN], may_manage=True)


def _desks(operator, users) -> dict[str, Desk]:
    made: dict[str, Desk] = {}
    for name, above, holder in (
        ("La présidence", None, ELECTED),
        ("Direction générale", "La présidence", ADMIN),
        ("Finances", "Direction générale", ADMIN),
        ("Accueil et secrétariat", "Direction générale", AGENT),
        ("Services techniques", "Direction générale", FIELD),
    ):
        desk = Desk(organisation=operator, name=name, head=made.get(above or ""))
        made[name] = actions.save_desk(desk, actor=users[ADMIN], holders=[users.get(holder, users[ADMIN])])
    return made


def _circuits(operator, desks, actor) -> dict[str, Circuit]:
    president, direction = desks["La présidence"], desks["Direction générale"]
    finance, technical = desks["Finances"], desks["Services techniques"]
    space = Space.objects.filter(organisation=operator).order_by("pk").first()
    plans: dict[str, list[CircuitStep]] = {
        "Courrier": [
            CircuitStep(position=1, kind=Kind.VISA, route=Route.ABOVE, days=2),
            CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=3),
        ],
        "Délibérations et conventions": [
            CircuitStep(position=1, kind=Kind.VISA, desk=direction, days=3),
            CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=5),
            CircuitStep(position=3, kind=Kind.SEAL, desk=direction, days=2),
        ],
        "Petits achats": [CircuitStep(position=1, kind=Kind.VISA, desk=finance, days=2)],
        "Achats importants": [
            CircuitStep(position=1, kind=Kind.OPINION, desk=technical, days=3),
            CircuitStep(position=1, kind=Kind.VISA, desk=finance, days=3),
            CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=4),
        ],
        "Visa de l’un ou de l’autre": [
            CircuitStep(position=1, kind=Kind.VISA, desk=direction, days=2, alternative=True),
            CircuitStep(position=1, kind=Kind.VISA, desk=finance, days=2, alternative=True),
        ],
        "Bordereaux de la régie": [CircuitStep(position=1, kind=Kind.SIGNATURE, desk=president, days=3)],
        "Convention signée par un partenaire": [
            CircuitStep(position=1, kind=Kind.EXTERNAL, desk=direction, days=15),
            CircuitStep(position=2, kind=Kind.SIGNATURE, desk=president, days=5),
        ],
        "Signature puis envoi au dehors": [
            CircuitStep(position=1, kind=Kind.SIGNATURE, desk=president, days=3),
            CircuitStep(position=2, kind=Kind.MAIL, desk=direction, days=3),
        ],
        "Cachet et archivage": [
            CircuitStep(position=1, kind=Kind.SEAL, desk=direction, days=2),
            CircuitStep(position=2, kind=Kind.ARCHIVE, desk=direction, days=5),
        ],
    }
    made = {}
    for name, steps in plans.items():
        circuit = Circuit(organisation=operator, name=name, archive_to=space if "archivage" in name else None)
        made[name] = actions.save_circuit(circuit, actor=actor, steps=steps)
    return made


def _natures(operator, circuits, actor) -> dict[str, Nature]:
    orders = Nature(
        organisation=operator,
        type="Finances",
        name="Bons de commande et marchés",
        circuit=circuits["Petits achats"],
        level=Level.LT,
        fallback=Fallback.DEGRADE,
        reminder_days=3,
    )
    amount = Detail(name="Montant (€)", kind=Detail.Kind.NUMBER)
    service = Detail(
        name="Service", kind=Detail.Kind.CHOICE, choices=["Voirie", "Culture", "Enfance", "Bâtiments"], required=False
    )
    actions.save_nature(orders, actor=actor, details=[amount, service], rules=[])
    rule = Rule(detail=amount, test=Rule.Test.ATLEAST, value="5000", circuit=circuits["Achats importants"])
    actions.save_nature(orders, actor=actor, details=[amount, service], rules=[rule])
    slips = Nature(
        organisation=operator,
        type="Finances",
        name="Bordereaux de titres (PES)",
        format=Format.PES,
        circuit=circuits["Bordereaux de la régie"],
        expiry_days=30,
    )
    actions.save_nature(slips, actor=actor, details=[], rules=[])
    acts = Nature(
        organisation=operator,
        type="Actes",
        name="Conventions à conserver",
        level=Level.LTA,
        fallback=Fallback.DEGRADE,
        circuit=circuits["Délibérations et conventions"],
        in_turn=True,
    )
    actions.save_nature(acts, actor=actor, details=[], rules=[])
    return {"orders": orders, "slips": slips, "acts": acts}


def _orders(natures, users) -> None:
    """Orders of every amount: their rule chooses the circuit; one is rejected, one is finished."""
    made = []
    for title, amount, service in ORDERS:
        details = {"Montant (€)": amount, "Service": service}
        folder = _folder(title, users[AGENT], nature=natures["orders"], details=details)
        made.append(actions.submit_folder(folder, actor=users[AGENT]))
    _decide(made[1], users[ADMIN], comment="Crédits disponibles.")
    step = made[3].steps.get(kind=Kind.VISA)
    actions.decide_step(step, actor=users[ADMIN], approve=False, comment="Le devis manque : joignez-le.")


def _others(circuits, natures, users) -> None:
    """A convention signed for the long term, a document sealed, one visa of two, one taken back, one annotated, one
    that waits for somebody outside."""
    author, chief, president = users[AGENT], users[ADMIN], users[ELECTED]
    kept = _sent("Convention avec le conservatoire", author, nature=natures["acts"])
    _decide(kept, chief)
    _decide(kept, president)
    _decide(kept, chief)
    sealed = _sent("Règlement intérieur de la médiathèque", author, circuit=circuits["Cachet et archivage"])
    _decide(sealed, chief)
    _sent("Ordre de mission à viser", author, circuit=circuits["Visa de l’un ou de l’autre"])
    done = _sent("Demande de congé exceptionnel", author, circuit=circuits["Visa de l’un ou de l’autre"])
    _decide(done, chief)
    back = _sent("Courrier au syndicat des eaux", author, circuit=circuits["Courrier"])
    actions.withdraw_folder(back, actor=author, reason="Une pièce manquait.")
    noted = _sent("Avenant à la convention du gymnase", author, circuit=circuits["Délibérations et conventions"])
    actions.add_annotation(noted, actor=chief, page=1, x=620, y=240, text="Reprendre la date de la délibération.")
    actions.add_annotation(noted, actor=chief, page=1, x=180, y=420, text="À revoir avec le service.", is_private=True)
    outside = _sent("Convention de prêt du gymnase", author, circuit=circuits["Convention signée par un partenaire"])
    actions.invite_signer(
        outside.steps.get(kind=Kind.EXTERNAL),
        actor=chief,
        name="Martine Delcourt",
        quality="Club de l’Authie",
        email="martine.delcourt@example.invalid",
    )
    several = _folder(
        "Marché de voirie : acte d’engagement et annexes financières",
        author,
        circuit=circuits["Délibérations et conventions"],
        others=[_document(name, f"{name}.pdf", author) for name in ("Bordereau des prix", "Détail estimatif")],
    )
    actions.submit_folder(several, actor=author)
    _decide(several, chief, comment="Les trois pièces concordent.")
    _decide(several, president)
    mailed = _sent("Convention de passage du sentier", author, circuit=circuits["Signature puis envoi au dehors"])
    _decide(mailed, president)
    people = (("Anaïs Boutry", "anais.boutry@example.invalid"), ("Rémi Caudron", "remi.caudron@example.invalid"))
    step = mailed.steps.get(kind=Kind.MAIL)
    actions.mail_folder(step, actor=chief, recipients=people, message="Merci de garder cet exemplaire.")
    acknowledge(step.sendings.get(name="Anaïs Boutry").link)
    unsent = _sent("Avenant au bail de la poste", author, circuit=circuits["Signature puis envoi au dehors"])
    _decide(unsent, president)
    late = _sent("Réponse à la préfecture sur le PLUi", author, circuit=circuits["Courrier"])
    late.steps.filter(outcome=Step.Outcome.CURRENT).update(arrived_at=timezone.now() - timedelta(days=9))


def _town(town, mayor, secretary) -> None:
    """A commune: its secretary prepares and gives a visa, its mayor signs. Six folders, at different places."""
    signs = Desk(organisation=town, name="Le maire")
    actions.save_desk(signs, actor=mayor, holders=[mayor])
    office = Desk(organisation=town, name="Secrétariat", head=signs)
    actions.save_desk(office, actor=mayor, holders=[secretary])
    letters = Circuit(organisation=town, name="Courrier")
    steps = [CircuitStep(position=1, kind=Kind.SIGNATURE, desk=signs, days=3)]
    actions.save_circuit(letters, actor=mayor, steps=steps)
    acts = Circuit(organisation=town, name="Arrêtés et conventions")
    steps = [
        CircuitStep(position=1, kind=Kind.VISA, desk=office, days=2),
        CircuitStep(position=2, kind=Kind.SIGNATURE, desk=signs, days=4),
    ]
    actions.save_circuit(acts, actor=mayor, steps=steps)
    folders = [_folder(title, secretary, circuit=letters if rank == 2 else acts) for rank, title in enumerate(TOWN)]
    for folder in folders[:5]:
        actions.submit_folder(folder, actor=secretary)
    _decide(folders[0], secretary, comment="Vu avec le garde champêtre.")
    rejected = folders[3].steps.get(outcome=Step.Outcome.CURRENT)
    actions.decide_step(rejected, actor=secretary, approve=False, comment="Un second devis est nécessaire.")


def _decide(folder, actor, comment: str = "") -> None:
    """Approve what waits for this person."""
    step = folder.steps.decidable_by(actor).first()
    actions.decide_step(step, actor=actor, approve=True, comment=comment)


def _sent(title: str, author, **more):
    return actions.submit_folder(_folder(title, author, **more), actor=author)


def _folder(title: str, author, **more):
    return actions.create_folder(actor=author, title=title, document=_document(title, "document.pdf", author), **more)


def _document(title: str, name: str, author):
    content = pdf.render(TEMPLATE, {"title": title}, at=timezone.now())
    return store_upload(SimpleUploadedFile(name, content, "application/pdf"), actor=author)
