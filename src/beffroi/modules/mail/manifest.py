from beffroi.kernel.modules import MenuItem, Module, ObjectAction, Page, Permission, Reaction, Role, Tile
from beffroi.modules.mail import actions, exports, listing, notices, retention, rights
from beffroi.modules.mail.actions import dispatching
from beffroi.modules.mail.models import (
    Batch,
    BatchItem,
    Correspondent,
    Deposit,
    Dispatch,
    Letter,
    LetterType,
    NumberRange,
    Opinion,
    Register,
    Rule,
    Template,
)
from beffroi.modules.mail.workflow import State

VIEW, REGISTER, HANDLE, SEND, MANAGE = rights.VIEW, rights.REGISTER, rights.HANDLE, rights.SEND, rights.MANAGE
SETTINGS = {
    "registres": Register,
    "types": LetterType,
    "regles": Rule,
    "modeles": Template,
    "tranches": NumberRange,
}
FREE = {"organisation__is_operator": True, "register__team": None}


def _letter(*more, **wanted):
    def arguments():
        found = Letter.objects.filter(**FREE, **wanted).order_by("-pk").values_list("pk", flat=True).first()
        return (found, *more) if found else None

    return arguments


def _opinion() -> tuple | None:
    return Opinion.objects.filter(answered_at=None).order_by("pk").values_list("letter_id", "pk").first()


def _registered() -> tuple | None:
    return Dispatch.objects.filter(mode="registered").order_by("pk").values_list("letter_id", "pk").first()


def _correspondent() -> tuple | None:
    found = Correspondent.objects.filter(organisation__is_operator=True, nature="company", merged_into=None)
    return found.order_by("pk").values_list("pk").first()


def _body(*more):
    def arguments():
        found = Register.objects.filter(organisation__is_operator=True)
        slug = found.values_list("organisation__slug", flat=True).first()
        return (slug, *more) if slug else None

    return arguments


def _setting(kind: str, model):
    def arguments():
        found = model.objects.filter(organisation__is_operator=True).order_by("pk")
        pair = found.values_list("organisation__slug", "pk").first()
        return (pair[0], kind, pair[1]) if pair else None

    return arguments


def _batch() -> tuple | None:
    return Batch.objects.filter(organisation__is_operator=True).order_by("pk").values_list("pk").first()


def _batch_item() -> tuple | None:
    waiting = BatchItem.objects.filter(letter=None, set_aside=False, batch__organisation__is_operator=True)
    return waiting.order_by("pk").values_list("batch_id", "pk").first()


def _deposit() -> tuple | None:
    return Deposit.objects.filter(organisation__is_operator=True).order_by("pk").values_list("pk").first()


def _read() -> tuple | None:
    sent = Dispatch.objects.filter(mode="email", letter__organisation__is_operator=True).order_by("pk").first()
    return (dispatching.key_of(sent),) if sent else None


def _late(user) -> int:
    return listing.counts(user).get("retard", 0)


def _new(user) -> int:
    return listing.counts(user).get("qualifier", 0)


module = Module(
    label="Courrier",
    icon="mail",
    needs=("organisations", "files", "cases", "signing", "documents"),
    roles=[
        Role(
            code="mail_clerk",
            label="Agent du courrier",
            description="Enregistre, qualifie et envoie le courrier de l’organisation.",
        )
    ],
    menu=[
        MenuItem(
            label="Courrier",
            url_name="mail:list",
            group="Documents",
            icon="mail",
            permission=VIEW,
            order=290,
        ),
        MenuItem(
            label="Correspondants",
            url_name="mail:directory",
            group="Documents",
            icon="book-open",
            permission=HANDLE,
            order=295,
        ),
        MenuItem(
            label="Lots numérisés",
            url_name="mail:batches",
            group="Documents",
            icon="layers",
            permission=REGISTER,
            order=292,
        ),
        MenuItem(
            label="Recommandés",
            url_name="mail:deposits",
            group="Documents",
            icon="send",
            permission=SEND,
            order=293,
        ),
        MenuItem(
            label="Délais du courrier",
            url_name="mail:figures",
            group="Documents",
            icon="chart-column",
            permission=REGISTER,
            order=296,
        ),
        MenuItem(
            label="Courrier : réglages",
            url_name="mail:settings",
            group="Réglages",
            icon="settings",
            permission=MANAGE,
            order=720,
        ),
    ],
    pages=[
        Page(url_name="mail:list", permission=VIEW),
        Page(url_name="mail:list", permission=VIEW, query="?bac=retard"),
        Page(url_name="mail:list", permission=VIEW, query="?situation=tous&q=bac"),
        Page(url_name="mail:new", permission=REGISTER),
        Page(url_name="mail:write", permission=HANDLE),
        Page(url_name="mail:letter", permission=VIEW, args=_letter(state=State.ROUTED, opinions__isnull=False)),
        Page(url_name="mail:letter", permission=VIEW, args=_letter(state=State.WAITING)),
        Page(url_name="mail:letter", permission=VIEW, args=_letter(kind="outgoing", state=State.DRAFT)),
        Page(url_name="mail:letter", permission=VIEW, args=_letter(kind="registered", state=State.SENT)),
        Page(url_name="mail:correct", permission=REGISTER, args=_letter(kind="incoming", state=State.NEW)),
        Page(url_name="mail:step", permission=REGISTER, args=_letter("route", kind="incoming", state=State.NEW)),
        Page(url_name="mail:step", permission=HANDLE, args=_letter("ask_pieces", kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:step", permission=HANDLE, args=_letter("receive_pieces", state=State.WAITING)),
        Page(url_name="mail:step", permission=HANDLE, args=_letter("sign", state=State.DRAFT)),
        Page(url_name="mail:step", permission=HANDLE, args=_letter("sign_on_paper", state=State.DRAFT)),
        Page(url_name="mail:step", permission=HANDLE, args=_letter("close", kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:reply", permission=HANDLE, args=_letter(kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:revise", permission=HANDLE, args=_letter(state=State.DRAFT)),
        Page(url_name="mail:copy", permission=REGISTER, args=_letter(kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:ask_opinion", permission=REGISTER, args=_letter(kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:give_opinion", permission=VIEW, args=_opinion),
        Page(url_name="mail:link", permission=REGISTER, args=_letter(kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:acknowledge", permission=REGISTER, args=_letter(kind="incoming", state=State.ROUTED)),
        Page(url_name="mail:file", permission=REGISTER, args=_letter(kind="incoming", state=State.CLOSED)),
        Page(url_name="mail:outcome", permission=SEND, args=_registered),
        Page(url_name="mail:views", permission=VIEW),
        Page(url_name="mail:view_save", permission=VIEW),
        Page(url_name="mail:directory", permission=HANDLE),
        Page(url_name="mail:correspondent", permission=HANDLE, args=_correspondent),
        Page(url_name="mail:new_correspondent", permission=REGISTER),
        Page(url_name="mail:edit_correspondent", permission=REGISTER, args=_correspondent),
        Page(url_name="mail:merge", permission=REGISTER, args=_correspondent),
        Page(url_name="mail:batches", permission=REGISTER),
        Page(url_name="mail:new_batch", permission=REGISTER),
        Page(url_name="mail:sheets", permission=REGISTER),
        Page(url_name="mail:batch", permission=REGISTER, args=_batch),
        Page(url_name="mail:batch_item", permission=REGISTER, args=_batch_item),
        Page(url_name="mail:deposits", permission=SEND),
        Page(url_name="mail:deposit", permission=SEND, args=_deposit),
        Page(url_name="mail:figures", permission=REGISTER),
        Page(url_name="mail:read", args=_read),
        Page(url_name="mail:settings", permission=MANAGE),
        Page(url_name="mail:settings_of", permission=MANAGE, args=_body()),
        Page(url_name="mail:settings_of", permission=MANAGE, args=_body(), query="?object=Facture"),
        *(Page(url_name="mail:setting_new", permission=MANAGE, args=_body(kind)) for kind in SETTINGS),
        *(Page(url_name="mail:setting", permission=MANAGE, args=_setting(*one)) for one in SETTINGS.items()),
    ],
    permissions=[
        Permission(code=VIEW, label="Lire le courrier qui concerne l’agent ou ses équipes"),
        Permission(code=REGISTER, label="Enregistrer et qualifier le courrier, lire les registres"),
        Permission(code=HANDLE, label="Répondre au courrier confié"),
        Permission(code=SEND, label="Envoyer le courrier signé"),
        Permission(code=MANAGE, label="Régler les registres, les types, les règles et les modèles du courrier"),
    ],
    grants={
        "admin": (VIEW, REGISTER, HANDLE, SEND, MANAGE),
        "secretary": (VIEW, REGISTER, HANDLE, SEND, MANAGE),
        "mail_clerk": (VIEW, REGISTER, HANDLE, SEND, "cases.desk"),
        "agent": (VIEW, HANDLE),
        "elected": (VIEW,),
    },
    verbs={
        "mail.register": "Courrier enregistré",
        "mail.correct": "Ligne du registre corrigée",
        "mail.qualify": "Courrier qualifié",
        "mail.route": "Courrier confié",
        "mail.copy": "Copie donnée",
        "mail.ask_opinion": "Avis demandé",
        "mail.late_opinion": "Avis rappelé, son jour passé",
        "mail.give_opinion": "Avis donné",
        "mail.ask_pieces": "Pièces demandées",
        "mail.receive_pieces": "Pièces reçues",
        "mail.forward": "Transmis à l’administration compétente",
        "mail.acknowledge": "Accusé de réception fait",
        "mail.certify": "Attestation d’acceptation implicite faite",
        "mail.link": "Demande rattachée",
        "mail.unlink": "Demande détachée",
        "mail.write": "Projet de lettre ouvert",
        "mail.revise": "Nouvelle version",
        "mail.sign": "Envoyé au parapheur",
        "mail.signed": "Signé",
        "mail.refused": "Rendu par le parapheur",
        "mail.sign_on_paper": "Lettre signée déposée",
        "mail.send": "Lettre envoyée",
        "mail.answer": "Réponse envoyée",
        "mail.outcome": "Suite du recommandé notée",
        "mail.deposit": "Bordereau de dépôt fait",
        "mail.close": "Courrier clos",
        "mail.file": "Courrier classé parmi les documents",
        "mail.empty": "Pièces parties avec le dossier classé",
        "mail.reopen": "Courrier rouvert",
        "mail.cancel": "Courrier annulé",
        "mail.alarm": "Échéance proche",
        "mail.second_alarm": "Échéance passée",
        "mail.correspondent": "Correspondant enregistré",
        "mail.merge": "Fiches fusionnées",
        "mail.unmerge": "Fusion défaite",
        "mail.book": "Registre enregistré",
        "mail.type": "Type de courrier enregistré",
        "mail.rule": "Règle d’orientation enregistrée",
        "mail.remove_rule": "Règle d’orientation supprimée",
        "mail.template": "Modèle de réponse enregistré",
        "mail.range": "Tranche de recommandés enregistrée",
        "mail.mailbox": "Boîte aux lettres réglée",
        "mail.batch": "Lot numérisé reçu",
        "mail.cut": "Lot numérisé découpé",
        "mail.join": "Plis numérisés réunis",
        "mail.scan": "Pages numérisées ajoutées",
        "mail.set_aside": "Pli numérisé mis de côté",
    },
    tiles=[
        Tile(
            label="courriers à qualifier",
            value=_new,
            url_name="mail:list",
            query="?bac=qualifier",
            permission=REGISTER,
            tone="new",
            order=52,
        ),
        Tile(
            label="courriers en retard",
            value=_late,
            url_name="mail:list",
            query="?bac=retard",
            permission=VIEW,
            tone="late",
            order=53,
        ),
    ],
    search=[exports.SEARCH],
    indicators=exports.INDICATORS,
    reactions=[
        Reaction(verb="signing.finish", run=actions.take_signed, label="La lettre signée peut partir"),
        Reaction(verb="signing.reject", run=actions.take_back, label="La lettre rejetée redevient un projet"),
        Reaction(verb="signing.withdraw", run=actions.take_back, label="La lettre reprise redevient un projet"),
        Reaction(verb="signing.expire", run=actions.take_back, label="La lettre hors délai redevient un projet"),
        Reaction(
            verb="documents.eliminate_folder",
            run=actions.empty_letter,
            label="Les pièces partent avec le dossier classé",
        ),
        Reaction(
            verb="documents.transfer_folder",
            run=actions.empty_letter,
            label="Les pièces partent avec le dossier classé",
        ),
    ],
    object_actions=[
        ObjectAction(
            model="cases.Case",
            label="Courriers rattachés",
            url=lambda case: f"/bureau/courrier/?situation=tous&q={case.reference}",
            icon="mail",
            permission=VIEW,
        )
    ],
    notices=notices.NOTICES,
    retention=retention.RULES,
    kept={
        "mail.Letter": "Registre du courrier : archive publique, dont la fin passe par le visa des archives.",
        "mail.Version": "Versions d’une lettre : gardées avec elle.",
        "mail.Opinion": "Avis donné sur un courrier : gardé avec lui.",
        "mail.Receipt": "Accusé de réception : preuve, gardée avec le courrier (CRPA L112-6).",
        "mail.Dispatch": "Preuve de l’envoi, gardée avec le courrier.",
        "mail.Copy": "Qui est en copie d’un courrier, gardé avec lui.",
        "mail.Suspension": "Pièces demandées, gardées avec le courrier.",
        "mail.Merge": "Qui a rapproché deux fiches et quand, pour pouvoir le défaire.",
        "mail.Register": "Registre d’un organisme, sans donnée personnelle.",
        "mail.Counter": "Compteur, sans donnée personnelle.",
        "mail.LetterType": "Type de courrier, sans donnée personnelle.",
        "mail.Rule": "Règle d’orientation : des mots, non des personnes.",
        "mail.Template": "Modèle de réponse, sans donnée personnelle.",
        "mail.NumberRange": "Numéros de recommandés, sans donnée personnelle.",
        "mail.Deposit": "Bordereau de dépôt, gardé avec les courriers.",
        "mail.Mailbox": "Réglage d’un organisme ; le mot de passe est chiffré.",
        "mail.ReceivedMail": "Numéro d’un courriel déjà enregistré, pour ne jamais l’enregistrer deux fois.",
        "mail.BatchItem": "Part d’un lot numérisé, qui meurt avec lui.",
    },
    demo="beffroi.modules.mail.demo.load",
    demo_order=75,
)
