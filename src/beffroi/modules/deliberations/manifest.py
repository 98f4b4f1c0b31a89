from beffroi.kernel.modules import CommuneBlock, MenuItem, Module, Page, Permission, Reaction, Service, Tile
from beffroi.modules.deliberations import access, actions, blocks, exports, notices, retention
from beffroi.modules.deliberations.models import Act, ActTemplate, Alert, CertifiedCopy, Item, Meeting
from beffroi.modules.deliberations.workflow import State

VIEW, EDIT, PUBLISH, CONFIGURE = access.VIEW, access.EDIT, access.PUBLISH, access.CONFIGURE


def _public() -> tuple | None:
    return Act.objects.online().order_by("pk").values_list("organisation__slug", "number").first()


def _desk(state: str = ""):
    def arguments():
        acts = Act.objects.filter(organisation__is_operator=True)
        pk = (acts.filter(state=state) if state else acts).order_by("pk").values_list("pk", flat=True).first()
        return (pk,) if pk else None

    return arguments


def _step(state: str, verb: str):
    def arguments():
        found = _desk(state)()
        return (*found, verb) if found else None

    return arguments


def _alert() -> tuple | None:
    token = Alert.objects.values_list("token", flat=True).first()
    return (token,) if token else None


def _meeting(state: str, *more, public: bool = False):
    def arguments():
        meetings = Meeting.objects.public() if public else Meeting.objects.filter(organisation__is_operator=True)
        pk = meetings.filter(state=state).order_by("pk").values_list("pk", flat=True).first()
        return (pk, *more) if pk else None

    return arguments


def _papers() -> tuple | None:
    token = Meeting.objects.exclude(state="draft").order_by("pk").values_list("token", flat=True).first()
    return (token,) if token else None


def _item() -> tuple | None:
    items = Item.objects.filter(meeting__organisation__is_operator=True, meeting__state="held")
    return items.order_by("pk").values_list("meeting_id", "pk").first()


def _open_item() -> tuple | None:
    items = Item.objects.filter(meeting__organisation__is_operator=True, meeting__state="convened")
    return items.order_by("pk").values_list("meeting_id", "pk").first()


def _noted_item() -> tuple | None:
    """A point whose members are noted present: it may be voted."""
    items = Item.objects.filter(meeting__organisation__is_operator=True, meeting__seats__status="present")
    return items.order_by("pk").values_list("meeting_id", "pk").first()


def _template() -> tuple | None:
    found = ActTemplate.objects.filter(organisation__is_operator=True)
    return found.values_list("organisation__slug", "pk").first()


def _copy() -> tuple | None:
    token = CertifiedCopy.objects.order_by("pk").values_list("token", flat=True).first()
    return (token,) if token else None


def _paper_copy() -> tuple | None:
    papers = CertifiedCopy.objects.filter(way="paper", act__organisation__is_operator=True)
    return papers.order_by("pk").values_list("act_id", "pk").first()


def _body() -> tuple | None:
    slug = Act.objects.filter(organisation__is_operator=True).values_list("organisation__slug", flat=True).first()
    return (slug,) if slug else None


def _waiting(user):
    """The acts of my bodies that may be published now."""
    acts = Act.objects.visible_to(user).exclude(nature=Act.Nature.INDIVIDUAL)
    return acts.filter(state=State.RECEIVED) | acts.filter(state=State.ADOPTED, must_transmit=False)


module = Module(
    label="Délibérations et actes",
    icon="scroll-text",
    needs=("organisations", "files", "signing", "documents"),
    menu=[
        MenuItem(label="Actes publiés", url_name="deliberations:list", face="footer", icon="scroll-text", order=5),
        MenuItem(
            label="Actes",
            url_name="deliberations:desk",
            group="Assemblées",
            icon="scroll-text",
            permission=VIEW,
            order=400,
        ),
        MenuItem(
            label="Séances",
            url_name="deliberations:meetings",
            group="Assemblées",
            icon="landmark",
            permission=VIEW,
            order=410,
        ),
    ],
    services=[
        Service(
            code="acts",
            label="Lire les délibérations et arrêtés",
            url_name="deliberations:list",
            text="Les décisions de votre commune et de l’intercommunalité, avec leurs documents.",
            icon="scroll-text",
            keywords="acte délibération arrêté décision conseil municipal communautaire publication affichage mairie",
            order=70,
        )
    ],
    pages=[
        Page(url_name="deliberations:list"),
        Page(url_name="deliberations:public_act", args=_public),
        Page(url_name="deliberations:alert_new"),
        Page(url_name="deliberations:alert_asked"),
        Page(url_name="deliberations:alert", args=_alert),
        Page(url_name="deliberations:public_meetings"),
        Page(url_name="deliberations:public_meeting", args=_meeting("held", public=True)),
        Page(url_name="deliberations:papers", args=_papers),
        Page(url_name="deliberations:meetings", permission=VIEW),
        Page(url_name="deliberations:councillors", permission=VIEW),
        Page(url_name="deliberations:new_councillor", permission=EDIT, args=_body),
        Page(url_name="deliberations:new_meeting", permission=EDIT),
        Page(url_name="deliberations:meeting", permission=VIEW, args=_meeting("held")),
        Page(url_name="deliberations:edit_meeting", permission=EDIT, args=_meeting("draft")),
        Page(url_name="deliberations:add_item", permission=EDIT, args=_meeting("draft")),
        Page(url_name="deliberations:meeting_step", permission=EDIT, args=_meeting("draft", "convene")),
        Page(url_name="deliberations:attendance", permission=EDIT, args=_meeting("convened")),
        Page(url_name="deliberations:minutes", permission=EDIT, args=_meeting("held")),
        Page(url_name="deliberations:settle", permission=EDIT, args=_item),
        Page(url_name="deliberations:draft_minutes", permission=VIEW, args=_meeting("held")),
        Page(url_name="deliberations:item", permission=VIEW, args=_item),
        Page(url_name="deliberations:vote", permission=EDIT, args=_noted_item),
        Page(url_name="deliberations:change", permission=EDIT, args=_open_item),
        Page(url_name="deliberations:recuse", permission=EDIT, args=_open_item),
        Page(url_name="deliberations:discussion", permission=EDIT, args=_open_item),
        Page(url_name="deliberations:copy", args=_copy),
        Page(url_name="deliberations:desk", permission=VIEW),
        Page(url_name="deliberations:act", permission=VIEW, args=_desk()),
        Page(url_name="deliberations:new", permission=EDIT),
        Page(url_name="deliberations:edit", permission=EDIT, args=_desk(State.DRAFT)),
        Page(url_name="deliberations:text", permission=EDIT, args=_desk(State.DRAFT)),
        Page(url_name="deliberations:copies", permission=VIEW, args=_desk(State.PUBLISHED)),
        Page(url_name="deliberations:hand_copy", permission=EDIT, args=_paper_copy),
        Page(url_name="deliberations:step", permission=EDIT, args=_step(State.DRAFT, "adopt")),
        Page(url_name="deliberations:step", permission=EDIT, args=_step(State.ADOPTED, "receive")),
        Page(url_name="deliberations:step", permission=PUBLISH, args=_step(State.RECEIVED, "publish")),
        Page(url_name="deliberations:signature", permission=EDIT, args=_desk(State.ADOPTED)),
        Page(url_name="deliberations:transmission", permission=EDIT, args=_desk(State.ADOPTED)),
        Page(url_name="deliberations:anonymise", permission=PUBLISH, args=_desk(State.PUBLISHED)),
        Page(url_name="deliberations:regimes", permission=CONFIGURE),
        Page(url_name="deliberations:regime", permission=CONFIGURE, args=_body),
        Page(url_name="deliberations:copy_folder", permission=CONFIGURE, args=_body),
        Page(url_name="deliberations:templates", permission=CONFIGURE),
        Page(url_name="deliberations:new_template", permission=CONFIGURE, args=_body),
        Page(url_name="deliberations:template", permission=CONFIGURE, args=_template),
    ],
    permissions=[
        Permission(code=VIEW, label="Voir le registre des actes de l’organisation"),
        Permission(code=EDIT, label="Préparer et numéroter les actes"),
        Permission(code=PUBLISH, label="Publier, retirer et anonymiser les actes"),
        Permission(code=CONFIGURE, label="Choisir le mode de publication des actes"),
    ],
    grants={
        "admin": (VIEW, EDIT, PUBLISH, CONFIGURE),
        "secretary": (VIEW, EDIT, PUBLISH, CONFIGURE),
        "agent": (VIEW, EDIT),
        "elected": (VIEW,),
    },
    verbs={
        "deliberations.create": "Acte enregistré",
        "deliberations.edit": "Acte modifié",
        "deliberations.adopt": "Acte adopté",
        "deliberations.sign": "Acte envoyé au parapheur",
        "deliberations.signed": "Document signé revenu du parapheur",
        "deliberations.receive": "Accusé de réception noté",
        "deliberations.publish": "Acte publié",
        "deliberations.notify": "Acte notifié",
        "deliberations.withdraw": "Acte retiré",
        "deliberations.cancel": "Acte abandonné",
        "deliberations.anonymise": "Version anonymisée publiée",
        "deliberations.councillor": "Membre de l’assemblée enregistré",
        "deliberations.meeting": "Séance enregistrée",
        "deliberations.agenda": "Ordre du jour modifié",
        "deliberations.convene": "Séance convoquée",
        "deliberations.attendance": "Présences notées",
        "deliberations.list_due": "Publication de la liste rappelée",
        "deliberations.pending": "Actes en attente rappelés",
        "deliberations.movement": "Arrivée ou départ noté",
        "deliberations.recuse": "Déport noté",
        "deliberations.vote": "Vote noté",
        "deliberations.erase_vote": "Vote effacé",
        "deliberations.discussion": "Discussions notées",
        "deliberations.write": "Acte rédigé",
        "deliberations.template": "Modèle d’acte enregistré",
        "deliberations.copy": "Ampliation envoyée",
        "deliberations.copy_read": "Ampliation ouverte par son destinataire",
        "deliberations.copy_handed": "Ampliation remise",
        "deliberations.copy_folder": "Dossier des ampliations reçues choisi",
        "deliberations.settle": "Issue d’un point notée",
        "deliberations.hold": "Séance close",
        "deliberations.call_off": "Séance annulée",
        "deliberations.list": "Liste des délibérations publiée",
        "deliberations.minutes": "Procès-verbal publié",
        "deliberations.regime": "Mode de publication choisi",
        "deliberations.alert": "Alerte sur les actes confirmée",
        "deliberations.stop_alert": "Alerte sur les actes supprimée",
    },
    tiles=[
        Tile(
            label="actes à publier",
            value=_waiting,
            url_name="deliberations:desk",
            permission=PUBLISH,
            tone="waiting",
            order=60,
        )
    ],
    commune_blocks=[
        CommuneBlock(code="acts", template="deliberations/block_commune.html", context=blocks.commune, order=60)
    ],
    sitemap=[exports.SITEMAP],
    search=[exports.SEARCH],
    datasets=[exports.DATASET],
    indicators=exports.INDICATORS,
    reactions=[
        Reaction(verb="signing.finish", run=actions.take_signed, label="Le document signé remplace celui de l’acte")
    ],
    notices=notices.NOTICES,
    retention=retention.RULES,
    kept={
        "deliberations.Act": "Acte public, gardé sans limite ; le nom de son auteur y est obligatoire (CGCT R2131-1).",
        "deliberations.Meeting": "Séance publique, gardée sans limite avec ses délibérations.",
        "deliberations.Seat": "Présence d’un élu à une séance, mention du procès-verbal, gardée avec lui.",
        "deliberations.Item": "Point de l’ordre du jour, gardé avec la séance.",
        "deliberations.Change": "Mouvement d’un élu en séance, mention du procès-verbal, gardée avec lui.",
        "deliberations.Recusal": "Déport d’un élu, mention obligatoire du procès-verbal, gardée avec lui.",
        "deliberations.Ballot": "Vote d’un élu en séance publique, mention du registre (CGCT L2121-21).",
        "deliberations.ActTemplate": "Modèle d’une collectivité, sans donnée personnelle.",
        "deliberations.CertifiedCopy": "Preuve de l’envoi d’un acte à une collectivité, gardée avec l’acte.",
        "deliberations.CopyFolder": "Choix d’une collectivité, sans donnée personnelle.",
        "deliberations.Regime": "Choix d’une collectivité, sans donnée personnelle.",
        "deliberations.Register": "Compteur de numéros, sans donnée personnelle.",
    },
    demo="beffroi.modules.deliberations.demo.load",
    demo_order=70,
)
