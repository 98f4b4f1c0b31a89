"""Demonstration subjects of a real EPCI, and invented messages in several states, made by the real actions.

Dates are relative to the day of the load; a second load changes nothing.
"""

import datetime
from dataclasses import dataclass, field

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.contact import actions
from beffroi.modules.contact.models import ContactRequest, Subject
from beffroi.shared.cases import actions as cases
from beffroi.shared.cases import desk_actions
from beffroi.shared.cases.models import AnswerTemplate
from beffroi.shared.organisations.demo import commune_by_code
from beffroi.shared.organisations.models import Organisation, Team

DESK = "accueil@example.invalid"

SUBJECTS = (
    ("Déchets", "collecte, bacs, déchèteries", "Environnement et déchets", 35),
    ("Eau et assainissement", "réseau, fosses, raccordement", "Environnement et déchets", 35),
    ("Petite enfance et jeunesse", "crèches, relais, accueils de loisirs", "Enfance et jeunesse", 21),
    ("Urbanisme et habitat", "permis, plan local d’urbanisme, aides", "Accueil", 70),
    ("Voirie intercommunale", "travaux, circulation", "Voirie", 35),
    ("Tourisme et culture", "visites, bibliothèques, école de musique", "Accueil", 35),
    ("Aide numérique", "conseiller, fibre, matériel", "Informatique", 35),
    ("Économie et emploi", "entreprises, zones d’activités", "Accueil", 35),
    ("Ma mairie", "état civil, école, cimetière, salle des fêtes", "", 21),
    ("Autre question", "", "Accueil", 35),
)
ANSWERS = (
    (
        "Accusé avec délai",
        "Bonjour {nom},\n\nVotre demande {reference} est entre nos mains. Nous vous répondons bientôt.\n\n{service}",
    ),
    (
        "Pièce manquante",
        "Bonjour {nom},\n\nPour traiter votre demande {reference}, il nous manque un document. Pouvez-vous "
        "l’ajouter sur votre page de suivi ? Une photo lisible suffit.\n\n{service}",
    ),
    (
        "Hors de nos compétences",
        "Bonjour {nom},\n\nVotre question ne relève pas de nos services. Voici à qui vous adresser :\n\n\n\n{service}",
    ),
)


@dataclass(frozen=True)
class Sample:
    """One invented message: `days` ago, then its steps (hours after it, what, by whom or the text)."""

    subject: str
    title: str
    body: str
    days: int
    commune: str = ""
    account: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    channel: str = "web"
    steps: tuple[tuple, ...] = field(default_factory=tuple)


SAMPLES = (
    Sample(
        "Déchets",
        "Bac jaune disparu après la collecte",
        "Bonjour, mon bac jaune a disparu lundi après le passage du camion. Comment en avoir un autre ?",
        9,
        commune="80253",
        account="habitante@example.invalid",
        steps=(
            (3, "claim", DESK),
            (3, "acknowledge", DESK),
            (
                22,
                "ask",
                DESK,
                "Bonjour Madame Dubois, votre bac faisait-il 120 ou 240 litres ?",
            ),
            (30, "answer", "habitante@example.invalid", "Bonjour, c’était un bac de 240 litres. Merci !"),
            (
                47,
                "reply",
                DESK,
                "Un bac de 240 litres vous sera livré jeudi matin, devant chez vous.",
            ),
        ),
    ),
    Sample(
        "Petite enfance et jeunesse",
        "Place en crèche à la rentrée de janvier",
        "Nous emménageons à Beauval en janvier avec un enfant de 14 mois. Y a-t-il une liste d’attente ?",
        2,
        commune="80071",
        name="Amina Bouvier",
        email="amina.bouvier@example.invalid",
        steps=(
            (2, "claim", DESK),
            (2, "acknowledge", DESK),
            (
                20,
                "note",
                DESK,
                "Vérifier avec la directrice : deux départs annoncés fin décembre.",
            ),
        ),
    ),
    Sample(
        "Eau et assainissement",
        "Contrôle de fosse avant une vente",
        "Je vends ma maison et le notaire demande le contrôle de l’assainissement. Comment prendre rendez-vous ?",
        6,
        commune="80122",
        name="Gérard Ponchel",
        phone="03 53 01 00 14",
        channel="phone",
        steps=((1, "acknowledge", DESK),),
    ),
    Sample(
        "Urbanisme et habitat",
        "Clôture en limite de propriété",
        "Faut-il une autorisation pour une clôture de 1,80 m le long de la rue ?",
        1,
        commune="80253",
        account="habitant@example.invalid",
        steps=(
            (4, "claim", DESK),
            (
                4,
                "ask",
                DESK,
                "Bonjour, quelle est votre adresse exacte, ou le numéro de la parcelle ?",
            ),
        ),
    ),
    Sample(
        "Ma mairie",
        "Louer la salle des fêtes en mars",
        "Bonjour, la salle des fêtes est-elle libre le samedi 13 mars ? Quel est le tarif pour un habitant ?",
        3,
        commune="80253",
        name="Lucie Warin",
        email="lucie.warin@example.invalid",
    ),
    Sample(
        "Tourisme et culture",
        "Groupe scolaire à la citadelle",
        "Nous voudrions faire visiter la citadelle à 24 élèves en avril. Qui contacter ?",
        14,
        name="École Jules-Ferry",
        email="ecole@example.invalid",
        steps=(
            (5, "acknowledge", DESK),
            (
                28,
                "reply",
                DESK,
                "Bonjour, l’office de tourisme vous propose le 14 ou le 21 avril. Il vous appelle cette semaine.",
            ),
        ),
    ),
    Sample(
        "Aide numérique",
        "Box fibre qui clignote rouge",
        "Depuis mardi ma box clignote en rouge et je n’ai plus de téléphone fixe. Je ne sais pas qui appeler.",
        0,
        commune="80526",
        name="Ginette Boulanger",
        phone="03 53 01 00 22",
        channel="counter",
    ),
    Sample(
        "Autre question",
        "Vends mobilier de jardin",
        "Je vends un salon de jardin en teck, faire offre.",
        11,
        name="Inconnu",
        steps=((7, "dismiss", DESK, "Ce formulaire ne publie pas d’annonces."),),
    ),
)


@transaction.atomic
def load() -> None:
    operator = Organisation.objects.get(is_operator=True)
    for order, (label, precision, team, hours) in enumerate(SUBJECTS, 1):
        _load_subject(operator, label, precision, team, hours, order * 10)
    for name, body in ANSWERS:
        if not AnswerTemplate.objects.filter(organisation=operator, name=name).exists():
            desk_actions.save_answer(AnswerTemplate(organisation=operator, name=name, body=body), actor=None)
    if not ContactRequest.objects.exists():
        for sample in SAMPLES:
            _load_request(operator, sample)


def _load_subject(operator, label: str, precision: str, team: str, hours: int, order: int) -> None:
    if Subject.objects.filter(organisation=operator, label=label).exists():
        return
    subject = Subject(
        organisation=operator,
        label=label,
        help_text=precision,
        team=Team.objects.filter(organisation=operator, name=team).first() if team else None,
        to_commune=not team,
        hours=hours,
        order=order,
    )
    actions.save_subject(subject, actor=None)


def _load_request(operator, sample: Sample) -> None:
    day = timezone.localdate() - datetime.timedelta(days=sample.days)
    start = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9, 20)))
    start = min(start, timezone.now() - datetime.timedelta(minutes=40))
    account = _account(sample.account)
    desk = _account(DESK) if sample.channel != "web" else None
    with journal.dated(start):
        request, _created = actions.send_request(
            actor=desk or account,
            subject=Subject.objects.get(organisation=operator, label=sample.subject),
            title=sample.title,
            body=sample.body,
            commune=commune_by_code(sample.commune) if sample.commune else None,
            requester=account,
            filed_by=desk,
            channel=sample.channel,
            contact_name=sample.name,
            contact_email=sample.email,
            contact_phone=sample.phone,
            created_at=start,
        )
    for hours, verb, who, *text in sample.steps:
        moment = min(start + datetime.timedelta(hours=hours), timezone.now() - datetime.timedelta(minutes=5))
        with journal.dated(moment):
            _take(request, verb, _account(who), moment, *text)


def _take(request, verb: str, actor, moment, text: str = "") -> None:
    match verb:
        case "claim":
            cases.claim_case(request, actor=actor)
        case "answer":
            cases.answer_case(request, actor=actor, body=text, at=moment)
        case "note":
            cases.post_message(request, actor=actor, body=text, internal=True, at=moment)
        case _:
            cases.move_case(request, verb, actor=actor, reason=text, at=moment)


def _account(email: str):
    return get_user_model().objects.filter(email=email).first() if email else None
