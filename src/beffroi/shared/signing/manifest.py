from beffroi.kernel.modules import HealthCheck, MenuItem, Module, Page, Permission, Reaction
from beffroi.shared.signing import actions, retention
from beffroi.shared.signing.access import CREATE, MANAGE
from beffroi.shared.signing.actions.keeping import check_proofs
from beffroi.shared.signing.actions.trusted import check_lists
from beffroi.shared.signing.models import Circuit, Desk, Folder, Nature, Sending, Step
from beffroi.shared.signing.notices import NOTICES
from beffroi.shared.signing.workflow import State


def _operator(model):
    return model.objects.filter(organisation__is_operator=True).order_by("pk")


def _folder(state: str):
    def arguments():
        pk = _operator(Folder).filter(state=state).values_list("pk", flat=True).first()
        return (pk,) if pk else None

    return arguments


def _annotated() -> tuple | None:
    pk = _operator(Folder).filter(annotations__isnull=False).values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _in_body(model):
    return lambda: _operator(model).values_list("organisation__slug", "pk").first()


def _body() -> tuple | None:
    slug = _operator(Desk).values_list("organisation__slug", flat=True).first()
    return (slug,) if slug else None


def _external() -> tuple | None:
    found = Step.objects.filter(folder__organisation__is_operator=True, outcome=Step.Outcome.CURRENT, kind="external")
    return found.order_by("pk").values_list("folder_id", "pk").first()


def _mailed() -> tuple | None:
    found = Step.objects.filter(folder__organisation__is_operator=True, outcome=Step.Outcome.CURRENT, kind="mail")
    return found.order_by("pk").values_list("folder_id", "pk").first()


def _sending() -> tuple | None:
    found = Sending.objects.filter(step__folder__organisation__is_operator=True, read_at=None, cancelled_at=None)
    pk = found.order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _step(*more):
    def arguments():
        found = Step.objects.filter(folder__organisation__is_operator=True, outcome=Step.Outcome.CURRENT)
        pks = found.order_by("pk").values_list("folder_id", "pk").first()
        return (*pks, *more) if pks else None

    return arguments


module = Module(
    label="Parapheur",
    icon="signature",
    needs=("organisations", "files", "documents", "cases"),
    menu=[
        MenuItem(
            label="Parapheur",
            url_name="signing:home",
            group="Documents",
            icon="signature",
            permission=CREATE,
            order=300,
        ),
        MenuItem(label="Vérifier une signature", url_name="signing:verify", face="footer", icon="signature", order=60),
    ],
    pages=[
        Page(url_name="signing:verify"),
        Page(url_name="signing:home", permission=CREATE),
        Page(url_name="signing:home", permission=CREATE, query="bac=tous"),
        Page(url_name="signing:home", permission=CREATE, query="bac=en-retard"),
        Page(url_name="signing:new", permission=CREATE),
        Page(url_name="signing:new_key", permission=MANAGE),
        Page(url_name="signing:new_nature", permission=MANAGE, args=_body),
        Page(url_name="signing:nature", permission=MANAGE, args=_in_body(Nature)),
        Page(url_name="signing:notes", permission=CREATE, args=_annotated),
        Page(url_name="signing:home", permission=CREATE, query="bac=delegues"),
        Page(url_name="signing:signatures", permission=CREATE, args=_folder(State.DONE)),
        Page(url_name="signing:chain", permission=CREATE, args=_folder(State.DONE)),
        Page(url_name="signing:submit", permission=CREATE, args=_folder(State.DRAFT)),
        Page(url_name="signing:delegations", permission=CREATE),
        Page(url_name="signing:new_delegation", permission=CREATE),
        Page(url_name="signing:settings", permission=MANAGE),
        Page(url_name="signing:trusted", permission=MANAGE),
        Page(url_name="signing:new_desk", permission=MANAGE, args=_body),
        Page(url_name="signing:desk", permission=MANAGE, args=_in_body(Desk)),
        Page(url_name="signing:new_circuit", permission=MANAGE, args=_body),
        Page(url_name="signing:circuit", permission=MANAGE, args=_in_body(Circuit)),
        Page(url_name="signing:folder", permission=CREATE, args=_folder(State.RUNNING)),
        Page(url_name="signing:folder", permission=CREATE, args=_folder(State.DONE)),
        Page(url_name="signing:decide", permission=CREATE, args=_step()),
        Page(url_name="signing:decide", permission=CREATE, args=_external),
        Page(url_name="signing:decide", permission=CREATE, args=_mailed),
        Page(url_name="signing:mail_again", permission=CREATE, args=_sending),
        Page(url_name="signing:other_desk", permission=CREATE, args=_step("avis")),
    ],
    permissions=[
        Permission(code=CREATE, label="Préparer des dossiers du parapheur"),
        Permission(code=MANAGE, label="Régler le parapheur : bureaux, circuits, délégations"),
    ],
    grants={
        "admin": (CREATE, MANAGE),
        "secretary": (CREATE, MANAGE),
        "agent": (CREATE,),
        "elected": (CREATE,),
    },
    verbs={
        "signing.create": "Dossier préparé",
        "signing.submit": "Dossier envoyé dans le circuit",
        "signing.approve": "Étape faite",
        "signing.reject": "Dossier rejeté",
        "signing.finish": "Circuit terminé",
        "signing.withdraw": "Dossier repris par l’auteur",
        "signing.regret": "Décision reprise",
        "signing.second_opinion": "Avis demandé",
        "signing.transfer": "Étape transmise à un autre bureau",
        "signing.expire": "Dossier sorti du circuit, son délai passé",
        "signing.remind": "Rappel au bureau",
        "signing.renew": "Preuve de signature renouvelée",
        "signing.batch": "Lot de décisions demandé",
        "signing.annotate": "Note posée sur une page",
        "signing.reannotate": "Note changée",
        "signing.unannotate": "Note ôtée",
        "signing.nature": "Nature de dossier enregistrée",
        "signing.key": "Clé sur module enregistrée",
        "signing.desk": "Bureau enregistré",
        "signing.circuit": "Circuit enregistré",
        "signing.delegate": "Délégation enregistrée",
        "signing.stop_delegation": "Délégation terminée",
        "signing.trusted_list": "Liste de confiance lue",
        "signing.invite": "Personne extérieure invitée à signer",
        "signing.uninvite": "Invitation à signer annulée",
        "signing.read": "Documents lus par leur destinataire",
        "signing.remail": "Documents renvoyés par mail sécurisé",
        "signing.unmail": "Envoi par mail sécurisé retiré",
    },
    notices=NOTICES,
    reactions=[
        Reaction(verb="documents.receipt", run=actions.note_reading, label="La lecture d’un mail sécurisé est datée")
    ],
    kept={
        "signing.Desk": "Bureau d’une collectivité, sans donnée personnelle.",
        "signing.Holder": "Qui tenait un bureau et quand : preuve du pouvoir de signer, gardée avec les dossiers.",
        "signing.Delegation": "Qui remplaçait qui et quand : preuve du pouvoir de signer, gardée avec les dossiers.",
        "signing.Circuit": "Ordre des étapes, sans donnée personnelle.",
        "signing.CircuitStep": "Étape d’un circuit, sans donnée personnelle.",
        "signing.Folder": "Dossier signé : preuve, gardée aussi longtemps que l’acte qu’il porte.",
        "signing.Annotation": "Note posée sur une page : pièce du dossier, gardée avec lui.",
        "signing.Batch": "Décisions prises ensemble : preuve, gardée avec les dossiers.",
        "signing.BatchLine": "Ligne d’un lot de décisions, gardée avec lui.",
        "signing.ModuleKey": "À qui est une clé sur module : preuve du pouvoir de signer, sans secret.",
        "signing.Nature": "Nature de dossier, sans donnée personnelle.",
        "signing.Detail": "Question d’une nature de dossier, sans donnée personnelle.",
        "signing.Rule": "Règle de choix du circuit, sans donnée personnelle.",
        "signing.TrustedList": "Liste publique de la Commission ou d’un État, sans donnée personnelle.",
        "signing.TrustedService": "Service nommé par une liste publique, sans donnée personnelle.",
        "signing.StepDocument": "Empreinte et signature d’un document, gardées avec la décision.",
        "signing.Step": "Décision d’un bureau : preuve, gardée avec son dossier.",
    },
    retention=retention.RULES,
    health=[
        HealthCheck(code="signing", label="Preuves des signatures", check=check_proofs),
        HealthCheck(code="trusted-lists", label="Listes de confiance", check=check_lists),
    ],
    demo="beffroi.shared.signing.demo.load",
    demo_order=65,
)
