from django.urls import reverse

from beffroi.kernel.modules import (
    HealthCheck,
    MenuItem,
    Module,
    ObjectAction,
    Page,
    Permission,
    Reaction,
    Role,
    Tile,
)
from beffroi.modules.archives import actions, eligibility, exports, health, notices, retention, rights
from beffroi.modules.archives.models import (
    Box,
    Elimination,
    Handover,
    LedgerHead,
    Line,
    Loan,
    PaperTransfer,
    Profile,
    Shelf,
    Transfer,
    UnitProfile,
)
from beffroi.modules.archives.workflow import State
from beffroi.shared.documents.models import Folder

VIEW, PREPARE, ELIMINATE, TRANSFER, MANAGE = rights.ALL


def _first(model, *more, **wanted):
    """The number of a record of the operator, for the checks of the pages."""

    def arguments():
        found = model.objects.filter(organisation__is_operator=True, **wanted).order_by("pk")
        pk = found.values_list("pk", flat=True).first()
        return (pk, *more) if pk else None

    return arguments


def _line(state: str):
    def arguments():
        found = Line.objects.filter(elimination__state=state, outcome="accepted", destroyed_at=None)
        return found.order_by("pk").values_list("elimination_id", "pk").first()

    return arguments


def _loan() -> tuple | None:
    return Loan.objects.filter(returned_on=None).order_by("pk").values_list("box_id", "pk").first()


def _body() -> tuple | None:
    return Shelf.objects.filter(organisation__is_operator=True).values_list("organisation__slug").first()


def _folder() -> tuple | None:
    found = Folder.objects.filter(space__organisation__is_operator=True, state="closed", removal=None)
    return found.order_by("pk").values_list("pk").first()


def _head() -> tuple | None:
    return LedgerHead.objects.order_by("pk").values_list("rank").first()


def _due(user):
    rows = rights.of_bodies(eligibility.to_eliminate(), user, path="space__organisation")
    return eligibility.free(rows).count()


def _to_visa(user):
    return Elimination.objects.visible_to(user).filter(state=State.SIGNED)


def _late(user):
    return Loan.objects.visible_to(user).late()


def _desk(label: str, name: str, icon: str, order: int, permission: str = VIEW, group: str = "Documents") -> MenuItem:
    return MenuItem(
        label=label, url_name=f"archives:{name}", group=group, icon=icon, permission=permission, order=order
    )


module = Module(
    label="Archives",
    icon="archive",
    needs=("organisations", "files", "signing", "documents"),
    roles=[
        Role(
            code="archivist",
            label="Archiviste",
            description="Prépare les éliminations et les versements, tient les boîtes et leurs prêts.",
        )
    ],
    menu=[
        _desk("Archives", "home", "archive", 310),
        _desk("Boîtes d’archives", "boxes", "box", 312),
        _desk("Preuves des archives", "proof", "shield-check", 314),
        _desk("Archives : réglages", "settings", "settings", 730, MANAGE, "Réglages"),
    ],
    pages=[
        Page(url_name="archives:home", permission=VIEW),
        Page(url_name="archives:home", permission=VIEW, query="pile=trier"),
        Page(url_name="archives:home", permission=VIEW, query="pile=verser"),
        Page(url_name="archives:home", permission=VIEW, query="nature=papier"),
        Page(url_name="archives:home", permission=VIEW, query="situation=gel"),
        Page(url_name="archives:eliminations", permission=VIEW),
        *(Page(url_name="archives:elimination", permission=VIEW, args=_first(Elimination, state=one)) for one in State),
        Page(url_name="archives:edit_slip", permission=PREPARE, args=_first(Elimination, state="draft")),
        Page(url_name="archives:slip_step", permission=PREPARE, args=_first(Elimination, "sign", state="draft")),
        Page(
            url_name="archives:slip_step", permission=PREPARE, args=_first(Elimination, "sign_on_paper", state="draft")
        ),
        Page(url_name="archives:slip_step", permission=ELIMINATE, args=_first(Elimination, "visa", state="signed")),
        Page(url_name="archives:slip_step", permission=ELIMINATE, args=_first(Elimination, "confirm", state="visaed")),
        Page(
            url_name="archives:slip_step", permission=ELIMINATE, args=_first(Elimination, "destroy", state="confirmed")
        ),
        Page(url_name="archives:slip_step", permission=PREPARE, args=_first(Elimination, "cancel", state="draft")),
        Page(url_name="archives:set_aside", permission=ELIMINATE, args=_line("destroying")),
        Page(url_name="archives:transfers", permission=VIEW),
        Page(url_name="archives:transfer", permission=VIEW, args=_first(Transfer, state="acknowledged")),
        Page(url_name="archives:transfer", permission=VIEW, args=_first(Transfer, state="accepted")),
        Page(url_name="archives:papers", permission=VIEW),
        Page(url_name="archives:paper", permission=VIEW, args=_first(PaperTransfer)),
        Page(url_name="archives:edit_paper", permission=TRANSFER, args=_first(PaperTransfer, state="draft")),
        Page(url_name="archives:paper_step", permission=TRANSFER, args=_first(PaperTransfer, "receive")),
        Page(url_name="archives:transfer_step", permission=TRANSFER, args=_first(Transfer, "purge", state="accepted")),
        Page(url_name="archives:read_message", permission=TRANSFER),
        Page(url_name="archives:handovers", permission=VIEW),
        Page(url_name="archives:handover", permission=VIEW, args=_first(Handover)),
        Page(url_name="archives:handover_step", permission=TRANSFER, args=_first(Handover, "make_copy", state="asked")),
        Page(url_name="archives:handover_step", permission=TRANSFER, args=_first(Handover, "decline", state="asked")),
        Page(url_name="archives:access", permission=VIEW, args=_folder),
        Page(url_name="archives:new_handover", permission=TRANSFER, args=_folder),
        Page(url_name="archives:boxes", permission=VIEW),
        Page(url_name="archives:boxes", permission=VIEW, query="etat=prete"),
        Page(url_name="archives:box", permission=VIEW, args=_first(Box, state="kept")),
        Page(url_name="archives:box", permission=VIEW, args=_first(Box, loans__isnull=False)),
        Page(url_name="archives:new_box", permission=PREPARE, args=_body),
        Page(url_name="archives:edit_box", permission=PREPARE, args=_first(Box, state="kept")),
        Page(url_name="archives:lend", permission=PREPARE, args=_first(Box, state="kept", loans=None)),
        Page(url_name="archives:bring_back", permission=PREPARE, args=_loan),
        Page(url_name="archives:hold_box", permission=MANAGE, args=_first(Box, state="kept")),
        Page(url_name="archives:shelves", permission=VIEW),
        Page(url_name="archives:new_shelf", permission=PREPARE, args=_body),
        Page(url_name="archives:edit_shelf", permission=PREPARE, args=_first(Shelf)),
        Page(url_name="archives:proof", permission=VIEW),
        Page(url_name="archives:ledger", permission=VIEW),
        Page(url_name="archives:settings", permission=MANAGE),
        Page(url_name="archives:setup", permission=MANAGE, args=_body),
        Page(url_name="archives:unit_profiles", permission=MANAGE, args=_body),
        Page(url_name="archives:new_unit_profile", permission=MANAGE, args=_body),
        Page(url_name="archives:edit_unit_profile", permission=MANAGE, args=_first(UnitProfile)),
        Page(url_name="archives:profiles", permission=MANAGE, args=_body),
        Page(url_name="archives:new_profile", permission=MANAGE, args=_body),
        Page(url_name="archives:edit_profile", permission=MANAGE, args=_first(Profile)),
    ],
    permissions=[
        Permission(code=VIEW, label="Lire les archives : listes, bordereaux, boîtes, preuves"),
        Permission(code=PREPARE, label="Préparer les bordereaux, trier, décrire et prêter les boîtes"),
        Permission(code=ELIMINATE, label="Enregistrer le visa, confirmer et lancer une destruction"),
        Permission(code=TRANSFER, label="Verser en SEDA, communiquer et restituer des dossiers"),
        Permission(code=MANAGE, label="Régler les archives et geler des boîtes"),
    ],
    grants={
        "admin": rights.ALL,
        "secretary": rights.ALL,
        "archivist": (
            *rights.ALL,
            "cases.desk",
            "documents.read",
            "documents.write",
            "documents.manage",
            "signing.create",
        ),
    },
    verbs={
        "archives.prepare": "Bordereau d’élimination préparé",
        "archives.update": "Fiche des archives modifiée",
        "archives.remove_line": "Ligne ôtée du bordereau",
        "archives.sign": "Bordereau envoyé au parapheur",
        "archives.signed": "Bordereau signé",
        "archives.returned": "Bordereau rendu par le parapheur",
        "archives.sign_on_paper": "Bordereau signé déposé",
        "archives.visa": "Visa du service d’archives enregistré",
        "archives.refuse_visa": "Visa refusé",
        "archives.confirm": "Destruction confirmée",
        "archives.step_back": "Confirmation reprise",
        "archives.set_aside": "Ligne retirée avant la destruction",
        "archives.destroy": "Destruction lancée",
        "archives.destroyed": "Destruction achevée, attestation faite",
        "archives.cancel": "Bordereau annulé",
        "archives.sorted": "Tri décidé",
        "archives.unsorted": "Décision de tri reprise",
        "archives.deposit": "Versement préparé",
        "archives.pack": "Paquet SEDA fait",
        "archives.unpack": "Paquet SEDA défait",
        "archives.send": "Envoi du versement noté",
        "archives.message": "Message du service d’archives lu",
        "archives.acknowledged": "Réception du versement accusée",
        "archives.accepted": "Versement pris en charge",
        "archives.rejected": "Versement refusé",
        "archives.purge": "Copie locale détruite après versement",
        "archives.give_up": "Versement abandonné",
        "archives.prepare_paper": "Versement de papier préparé",
        "archives.deliver": "Boîtes remises au service d’archives",
        "archives.receive": "Boîtes prises en charge par le service d’archives",
        "archives.keep_paper": "Versement de papier abandonné",
        "archives.ask": "Demande de dossier inscrite",
        "archives.make_copy": "Copie préparée",
        "archives.hand": "Dossier remis",
        "archives.decline": "Demande refusée",
        "archives.box": "Boîte décrite",
        "archives.hold_box": "Boîte gelée",
        "archives.release_box": "Gel de la boîte levé",
        "archives.eliminate_box": "Boîte éliminée",
        "archives.transfer_box": "Boîte versée",
        "archives.lend": "Boîte prêtée",
        "archives.return": "Boîte rendue",
        "archives.remind": "Boîte rappelée",
        "archives.shelf": "Emplacement enregistré",
        "archives.setup": "Réglages des archives enregistrés",
        "archives.profile": "Profil d’archivage enregistré",
        "archives.unit_profile": "Profil d’unité enregistré",
    },
    tiles=[
        Tile(label="dossiers à éliminer", value=_due, url_name="archives:home", permission=PREPARE, order=70),
        Tile(
            label="bordereaux à faire viser",
            value=_to_visa,
            url_name="archives:eliminations",
            query="?etat=signed",
            permission=ELIMINATE,
            tone="waiting",
            order=71,
        ),
        Tile(
            label="boîtes à rendre, en retard",
            value=_late,
            url_name="archives:boxes",
            query="?etat=retard",
            permission=PREPARE,
            tone="late",
            order=72,
        ),
    ],
    search=exports.SEARCH,
    datasets=exports.DATASETS,
    indicators=exports.INDICATORS,
    notices=notices.NOTICES,
    reactions=[
        Reaction(verb="signing.finish", run=actions.take_signed, label="Le bordereau signé peut partir au visa"),
        Reaction(verb="signing.reject", run=actions.take_back, label="Le bordereau rejeté est de nouveau préparé"),
        Reaction(verb="signing.withdraw", run=actions.take_back, label="Le bordereau repris est de nouveau préparé"),
        Reaction(verb="signing.expire", run=actions.take_back, label="Le bordereau hors délai est de nouveau préparé"),
    ],
    object_actions=[
        ObjectAction(
            model="documents.Folder",
            label="Communicabilité",
            url=lambda folder: reverse("archives:access", args=[folder.pk]),
            icon="calendar-check",
            permission=VIEW,
        )
    ],
    retention=retention.RULES,
    kept={
        "archives.UnitProfile": "Ce que le service d’archives demande, sans donnée personnelle.",
        "archives.Elimination": "Bordereau d’élimination : gardé sans limite de durée (Code du patrimoine, R212-14).",
        "archives.Line": "Ligne d’un bordereau : gardée avec lui.",
        "archives.Sorting": "Décision de tri : preuve de ce qui fut gardé et de ce qui ne le fut pas.",
        "archives.Transfer": "Versement : gardé sans limite de durée, preuve de ce qui a quitté la collectivité.",
        "archives.PaperTransfer": "Versement de papier : gardé sans limite de durée, preuve de ce qui est parti.",
        "archives.PaperLine": "Boîte d’un versement : gardée avec lui.",
        "archives.Message": "Réponse du service d’archives : gardée avec le versement.",
        "archives.Box": "Inventaire des archives de la collectivité : archive publique.",
        "archives.LedgerLine": "Journal de preuve : sans donnée personnelle, jamais modifié.",
        "archives.Piece": "Empreinte d’une pièce des archives, sans donnée personnelle.",
    },
    health=[HealthCheck(code="archives", label="Pièces des archives", check=health.state)],
    demo="beffroi.modules.archives.demo.load",
    demo_order=80,
)
