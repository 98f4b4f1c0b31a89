"""A plan, four spaces, their folders and invented documents of every kind, filed by the real actions.

A second load changes nothing. Scans are left to the worker, which reads them as it would in a town hall.
"""

import datetime
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.shared.documents import actions, demo_texts, demo_years
from beffroi.shared.documents.actions.ruling import save_rule
from beffroi.shared.documents.models import Activity, Document, DocumentType, FilingRule, Folder, Series, Space
from beffroi.shared.documents.reading import job
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.organisations.models import Organisation, Team

ADMIN, AGENT, ROADS = "administration@example.invalid", "accueil@example.invalid", "voirie@example.invalid"
EXAMPLE = "Exemple de démonstration, à valider avec les archives départementales"
# activity, its series: code, title, years, trigger, fate, communicability
PLAN = (
    (
        "1 ADM",
        "Administration générale",
        (
            ("1 ADM 1", "Délibérations et procès-verbaux", None, "closing", "keep", "open"),
            ("1 ADM 2", "Courrier sans suite", 1, "date", "destroy", "open"),
            ("1 ADM 3", "Contentieux", 10, "closing", "sort", "y75"),
            ("1 ADM 4", "Conventions", 10, "closing", "sort", "open"),
        ),
    ),
    (
        "2 FIN",
        "Finances",
        (
            ("2 FIN 1", "Factures et pièces comptables", 10, "closing", "destroy", "open"),
            ("2 FIN 2", "Budgets et comptes administratifs", 10, "closing", "keep", "open"),
        ),
    ),
    (
        "3 CP",
        "Commande publique",
        (
            ("3 CP 1", "Marchés : pièces constitutives", 10, "closing", "keep", "open"),
            ("3 CP 2", "Offres non retenues", 5, "closing", "destroy", "open"),
        ),
    ),
    (
        "4 RH",
        "Ressources humaines",
        (
            ("4 RH 1", "Dossiers d’agents", 80, "event", "sort", "y50"),
            ("4 RH 2", "Congés et absences", 2, "date", "destroy", "y50"),
            ("4 RH 3", "Candidatures sans suite", 2, "date", "destroy", "y50"),
        ),
    ),
    (
        "5 TEC",
        "Services techniques",
        (
            ("5 TEC 1", "Déclarations de travaux (DT-DICT)", 1, "date", "destroy", "open"),
            ("5 TEC 2", "Travaux et plans de récolement", 10, "closing", "keep", "open"),
        ),
    ),
)


def load() -> None:
    """The whole, unless it is there already."""
    operator = Organisation.objects.filter(is_operator=True).first()
    users = {user.email: user for user in get_user_model().objects.filter(email__in=(ADMIN, AGENT, ROADS))}
    if operator is None or len(users) < 3 or Space.objects.exists():
        return
    with transaction.atomic():
        series = _plan(operator, users[ADMIN])
        spaces = _spaces(operator, users[ADMIN])
        _types(operator)
        _files(spaces, series, users)
        _scenes(operator, users)
        _rules(operator, users[ADMIN])
        demo_years.load(operator, spaces, users[ADMIN])


def _plan(operator, actor) -> dict[str, Series]:
    found = {}
    for code, title, lines in PLAN:
        activity = actions.save_activity(Activity(organisation=operator, code=code, title=title), actor=actor)
        for number, name, years, trigger, fate, communicability in lines:
            series = Series(
                activity=activity,
                code=number,
                title=name,
                years=years,
                trigger=trigger,
                fate=fate,
                communicability=communicability,
                basis=EXAMPLE,
            )
            found[number] = actions.save_series(series, actor=actor)
    return found


def _spaces(operator, actor) -> dict[str, Space]:
    teams = {team.name: team for team in Team.objects.filter(organisation=operator)}
    lines = (
        ("Administration générale", None, "Ce que toute la maison lit."),
        ("Finances", None, "Factures, budgets, commande publique."),
        ("Voirie", teams.get("Voirie"), "Chantiers et plans, pour l’équipe."),
        ("Ressources humaines", teams.get("Accueil"), "Dossiers d’agents : l’équipe seule."),
    )
    return {
        name: actions.create_space(actor=actor, organisation=operator, name=name, team=team, about=about)
        for name, team, about in lines
    }


def _types(operator) -> None:
    DocumentType.objects.create(
        organisation=operator,
        name="Facture",
        fields=[
            {"name": "numero", "label": "Numéro", "type": "text", "required": True},
            {"name": "montant", "label": "Montant TTC", "type": "number"},
            {"name": "payee", "label": "Mandatée", "type": "boolean"},
        ],
    )
    DocumentType.objects.create(
        organisation=operator,
        name="Convention",
        fields=[
            {"name": "partenaire", "label": "Partenaire", "type": "text"},
            {"name": "fin", "label": "Fin de la convention", "type": "date", "remind": 60},
            {"name": "objet", "label": "Objet", "type": "choice", "choices": ["Prêt", "Subvention", "Mutualisation"]},
        ],
    )


def _files(spaces, series, users) -> None:
    today = timezone.localdate()
    year = today.year
    admin = users[ADMIN]

    def folder(space, name, code, parent=None, opened=None, reference=""):
        return actions.create_folder(
            actor=admin,
            space=spaces[space],
            name=name,
            series=series.get(code),
            parent=parent,
            opened_on=opened or datetime.date(year, 1, 2),
            reference=reference,
        )

    bills = folder("Finances", "Factures", "2 FIN 1", opened=datetime.date(year - 13, 1, 2))
    yearly = {}
    for when in (year - 12, year - 11, year - 6, year - 1, year):
        yearly[when] = folder("Finances", f"Factures {when}", "", bills, datetime.date(when, 1, 2), f"FIN-{when}")
    market = folder("Finances", "Marché de restauration scolaire", "3 CP 1", opened=datetime.date(year - 2, 3, 1))
    refused = folder("Finances", "Offres non retenues", "3 CP 2", market, datetime.date(year - 2, 3, 1))
    letters = folder("Administration générale", "Courriers", "1 ADM 2")
    treaties = folder("Administration générale", "Conventions", "1 ADM 4", opened=datetime.date(year - 3, 1, 2))
    minutes = folder("Administration générale", "Comptes rendus de réunion", "1 ADM 1")
    dispute = folder("Administration générale", "Contentieux Quai de l’Authie", "1 ADM 3")
    works = folder("Voirie", "Chantier de la rue du Bourg", "5 TEC 2")
    notices = folder("Voirie", "DICT", "5 TEC 1")
    leave = folder("Ressources humaines", "Congés", "4 RH 2")
    for when, place in yearly.items():
        _add(place, demo_texts.bills(when, 12 if when < year else 20), users)
    for place, texts in (
        (market, demo_texts.market(year - 2)),
        (refused, demo_texts.offers(year - 2)),
        (letters, demo_texts.letters(year)),
        (treaties, demo_texts.treaties(year)),
        (minutes, demo_texts.minutes(year)),
        (dispute, demo_texts.dispute(year)),
        (works, demo_texts.works(year)),
        (notices, demo_texts.notices(year)),
        (leave, demo_texts.leave(year)),
    ):
        _add(place, texts, users)
    for when, place in yearly.items():
        if when < year:
            actions.close_folder(place, actor=admin, day=min(datetime.date(when, 12, 31), today))
    actions.set_hold(dispute, actor=admin, reason="Requête devant le tribunal administratif : rien ne part.")


def _rules(operator, actor) -> None:
    """Three rules of filing."""
    bills = DocumentType.objects.get(organisation=operator, name="Facture")
    letters = Folder.objects.get(name="Courriers", space__organisation=operator)
    for rule in (
        FilingRule(organisation=operator, name="Factures", words="facture, FAC-####", kind=bills, tags="à mandater"),
        FilingRule(
            organisation=operator,
            name="Courrier des associations",
            words="subvention*, salle des fêtes",
            senders="association, club, comité",
            folder=letters,
            position=20,
        ),
        FilingRule(
            organisation=operator,
            name="Marchés publics",
            pattern=r"\bmarch[ée]\s+(n°\s*)?20\d{2}[-/]\d{2,}\b",
            tags="marché",
            position=30,
        ),
    ):
        save_rule(rule, actor=actor)


def _add(place: Folder, made: Iterator[demo_texts.Made], users) -> None:
    for one in made:
        sent = SimpleUploadedFile(one.name, one.content)
        file = store_upload(sent, actor=users[ADMIN], kind=DOCUMENT)
        document = actions.add_document(
            actor=users[ADMIN],
            space=place.space,
            folder=place,
            file=file,
            name=one.name,
            dated_on=one.day,
            sender=one.sender,
            read=one.scan,
            source="scan" if one.scan else "upload",
        )
        if not one.scan:
            job.read(document.current_id)


def _followed(operator, admin, agent) -> None:
    """A folder that the agent follows, a convention that ends soon, a day to remember."""
    treaties = Folder.objects.get(name="Conventions", space__organisation=operator)
    actions.toggle_following(treaties, actor=agent)
    treaty = Document.objects.alive().filter(folder=treaties, state="draft", checked_out_by=None).order_by("pk").first()
    treaty.kind = DocumentType.objects.get(organisation=operator, name="Convention")
    end = timezone.localdate() + datetime.timedelta(days=75)
    treaty.values = {"partenaire": treaty.sender[:60], "fin": end.isoformat()}
    actions.update_document(treaty, actor=admin)
    day = end - datetime.timedelta(days=45)
    actions.add_reminder(treaty, actor=agent, due_on=day, label="Demander le bilan au partenaire")


def _scenes(operator, users) -> None:
    """A document with two versions, one that is taken, one thrown away, a folder for two people only."""
    admin, agent = users[ADMIN], users[AGENT]
    plan = Document.objects.alive().filter(name__startswith="Compte rendu", name__endswith=".docx").first()
    models = demo_texts.models()
    place = Folder.objects.get(name="Courriers")
    _add(place, models, users)
    again = demo_texts.second_version(plan.title)
    file = store_upload(SimpleUploadedFile(again.name, again.content), actor=agent, kind=DOCUMENT)
    version = actions.add_version(plan, actor=agent, file=file, comment="Corrections du secrétariat", read=False)
    job.read(version.pk)
    taken = Document.objects.alive().filter(name__startswith="Convention").first()
    actions.check_out(taken, actor=agent)
    thrown = Document.objects.alive().filter(folder__name="Courriers").first()
    actions.throw_document(thrown, actor=admin)
    final = Document.objects.alive().filter(name__startswith="Acte d’engagement").first()
    actions.finalise_document(final, actor=admin)
    _followed(operator, admin, agent)
    closed_place = Folder.objects.get(name="Contentieux Quai de l’Authie")
    fence = actions.fence_off(closed_place, actor=admin, inherits=False)
    actions.give_right(fence, actor=admin, level=1, user=agent)
