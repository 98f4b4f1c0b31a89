from django.urls import reverse

from beffroi.kernel.modules import (
    HealthCheck,
    MenuItem,
    Module,
    ObjectAction,
    Page,
    Permission,
    RetentionRule,
    SearchSource,
)
from beffroi.shared.documents import exports, integrity, retention_rules
from beffroi.shared.documents.access import MANAGE, READ, WRITE
from beffroi.shared.documents.models import Activity, Document, DocumentType, FilingRule, Folder, Hold, Series, Space
from beffroi.shared.documents.notices import NOTICES


def _operator(model, **more):
    """The number of an object of the operator's spaces, for the checks of the pages."""

    def arguments():
        found = model.objects.filter(space__organisation__is_operator=True, **more).order_by("pk")
        pk = found.values_list("pk", flat=True).first()
        return (pk,) if pk else None

    return arguments


def _space() -> tuple | None:
    pk = Space.objects.filter(organisation__is_operator=True).order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _placed(kind: str, find):
    def arguments():
        found = find()
        return (kind, *found) if found else None

    return arguments


_folder = _operator(Folder, state="open", removal=None, held=False)
_document = _operator(Document, state="draft", removal=None, current__mime="application/pdf")


def _hold() -> tuple | None:
    pk = Hold.objects.filter(lifted_at=None).order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _versions() -> tuple | None:
    found = Document.objects.alive().filter(current__number__gte=2, space__organisation__is_operator=True)
    pk = found.order_by("pk").values_list("pk", flat=True).first()
    return (pk, 1, 2) if pk else None


def _of_plan(model, path: str):
    return lambda: model.objects.filter(**{f"{path}__is_operator": True}).values_list(f"{path}__slug", "pk").first()


def _template() -> tuple | None:
    found = Document.objects.alive().filter(name__startswith="Modèle", space__organisation__is_operator=True)
    pk = found.order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _office() -> tuple | None:
    """An office file, whose outline is shown."""
    found = Document.objects.alive().filter(current__mime__contains="officedocument", state="draft")
    pk = found.filter(space__organisation__is_operator=True).order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _slug() -> tuple | None:
    found = Activity.objects.filter(organisation__is_operator=True).values_list("organisation__slug", flat=True)
    return (found[0],) if found else None


module = Module(
    label="Documents",
    icon="folder-open",
    needs=("organisations", "files", "cases"),
    menu=[
        MenuItem(
            label="Documents",
            url_name="documents:home",
            group="Documents",
            icon="folder-open",
            permission=READ,
            order=290,
        ),
    ],
    pages=[
        Page(url_name="documents:home", permission=READ),
        Page(url_name="documents:search", permission=READ),
        Page(url_name="documents:search", permission=READ, query="q=facture"),
        Page(url_name="documents:space", permission=READ, args=_space),
        Page(url_name="documents:folder", permission=READ, args=_folder),
        Page(url_name="documents:folder", permission=READ, args=_operator(Folder, state="closed")),
        Page(url_name="documents:document", permission=READ, args=_document),
        Page(url_name="documents:document", permission=READ, args=_operator(Document, removal=None, held=True)),
        Page(url_name="documents:text", permission=READ, args=_document),
        Page(url_name="documents:compare", permission=READ, args=_versions),
        Page(url_name="documents:redact", permission=WRITE, args=_document),
        Page(url_name="documents:document", permission=READ, args=_office),
        Page(url_name="documents:edit", permission=WRITE, args=_document),
        Page(url_name="documents:new_version", permission=WRITE, args=_document),
        Page(url_name="documents:move", permission=WRITE, args=_document),
        Page(url_name="documents:link", permission=WRITE, args=_document),
        Page(url_name="documents:links", permission=WRITE, args=_placed("dossiers", _folder)),
        Page(url_name="documents:links", permission=WRITE, args=_placed("documents", _document)),
        Page(url_name="documents:following", permission=READ),
        Page(url_name="documents:remind", permission=READ, args=_document),
        Page(url_name="documents:tools", permission=READ),
        Page(url_name="documents:templates", permission=READ),
        Page(url_name="documents:fill", permission=READ, args=_template),
        Page(url_name="documents:inlets", permission=MANAGE),
        Page(url_name="documents:new_inlet", permission=MANAGE),
        Page(url_name="documents:rules", permission=MANAGE),
        Page(url_name="documents:new_rule", permission=MANAGE, args=_slug),
        Page(url_name="documents:rule", permission=MANAGE, args=_of_plan(FilingRule, "organisation")),
        Page(url_name="documents:types", permission=MANAGE),
        Page(url_name="documents:type", permission=MANAGE, args=_of_plan(DocumentType, "organisation")),
        Page(url_name="documents:trash", permission=READ),
        Page(url_name="documents:plan", permission=READ),
        Page(url_name="documents:new_activity", permission=MANAGE, args=_slug),
        Page(url_name="documents:activity", permission=MANAGE, args=_of_plan(Activity, "organisation")),
        Page(url_name="documents:new_series", permission=MANAGE, args=_slug),
        Page(url_name="documents:series", permission=MANAGE, args=_of_plan(Series, "activity__organisation")),
        Page(url_name="documents:copy_plan", permission=MANAGE, args=_slug),
        Page(url_name="documents:new_space", permission=MANAGE),
        Page(url_name="documents:edit_space", permission=MANAGE, args=_space),
        Page(url_name="documents:new_folder", permission=WRITE, args=_placed("espaces", _space)),
        Page(url_name="documents:new_folder", permission=WRITE, args=_placed("dossiers", _folder)),
        Page(url_name="documents:upload", permission=WRITE, args=_placed("dossiers", _folder)),
        Page(url_name="documents:edit_folder", permission=WRITE, args=_folder),
        Page(url_name="documents:move_folder", permission=WRITE, args=_folder),
        Page(url_name="documents:close_folder", permission=WRITE, args=_folder),
        Page(url_name="documents:rights", permission=READ, args=_placed("espaces", _space)),
        Page(url_name="documents:rights", permission=READ, args=_placed("documents", _document)),
        Page(url_name="documents:hold", permission=MANAGE, args=_placed("dossiers", _folder)),
        Page(url_name="documents:lift_hold", permission=MANAGE, args=_hold),
    ],
    permissions=[
        Permission(code=READ, label="Entrer dans les documents"),
        Permission(code=WRITE, label="Classer des documents là où les droits le permettent"),
        Permission(code=MANAGE, label="Gérer les espaces, le plan de classement, les droits et les gels"),
    ],
    grants={
        "admin": (READ, WRITE, MANAGE),
        "secretary": (READ, WRITE, MANAGE),
        "agent": (READ, WRITE),
        "elected": (READ,),
    },
    verbs={
        "documents.space": "Espace enregistré",
        "documents.activity": "Activité du plan enregistrée",
        "documents.series": "Série du plan enregistrée",
        "documents.plan": "Plan de classement copié",
        "documents.rights": "Droits propres changés",
        "documents.right_given": "Droit donné",
        "documents.right_taken": "Droit retiré",
        "documents.folder": "Dossier ouvert",
        "documents.folder_update": "Dossier modifié",
        "documents.close": "Dossier clos",
        "documents.reopen": "Dossier rouvert",
        "documents.add": "Document ajouté",
        "documents.read": "Document lu",
        "documents.accept": "Proposition acceptée",
        "documents.refuse": "Proposition écartée",
        "documents.link": "Document lié",
        "documents.unlink": "Lien ôté",
        "documents.type": "Type de document enregistré",
        "documents.share": "Lien extérieur donné",
        "documents.unshare": "Lien extérieur retiré",
        "documents.outside": "Lien extérieur ouvert",
        "documents.parcel": "Fichiers envoyés par un lien",
        "documents.receipt": "Réception accusée par la personne extérieure",
        "documents.news": "Nouveautés annoncées à qui le suit",
        "documents.reminder": "Date rappelée",
        "documents.key": "Clé d’accès donnée à un outil",
        "documents.key_dropped": "Clé d’accès retirée",
        "documents.inlet": "Arrivée automatique enregistrée",
        "documents.export": "Documents emportés",
        "documents.redact": "Version occultée faite",
        "documents.rule": "Règle de classement enregistrée",
        "documents.rule_slow": "Règle de classement trop longue à chercher",
        "documents.rule_dropped": "Règle de classement supprimée",
        "documents.version": "Version ajoutée",
        "documents.update": "Document décrit",
        "documents.move": "Déplacé",
        "documents.check_out": "Document pris",
        "documents.check_in": "Document rendu",
        "documents.finalise": "Document rendu définitif",
        "documents.revise": "Document remis en cours",
        "documents.throw": "Mis à la corbeille",
        "documents.restore": "Repris de la corbeille",
        "documents.destroy": "Corbeille vidée",
        "documents.hold": "Gel posé",
        "documents.lift_hold": "Gel levé",
        "documents.eliminate": "Document éliminé",
        "documents.eliminate_folder": "Dossier éliminé",
        "documents.transfer": "Document versé",
        "documents.transfer_folder": "Dossier versé",
    },
    search=[
        SearchSource(
            model="documents.Document",
            label="Documents",
            queryset=exports.searched,
            document=exports.search_document,
            gates=exports.gates,
            icon="file-text",
            order=70,
        ),
    ],
    object_actions=[
        ObjectAction(
            model="cases.Case",
            label="Rédiger d’après un modèle",
            url=lambda case: f"{reverse('documents:templates')}?demande={case.reference}",
            icon="file-text",
            permission=READ,
        ),
    ],
    retention=[
        RetentionRule(
            code="documents.trash",
            model="documents.Removal",
            label="Ce qui est à la corbeille",
            basis="RGPD, article 5, 1, e : ce qui a été jeté n’est plus utile ; trente jours pour se raviser.",
            keep=retention_rules.LIFE,
            due=retention_rules.due,
            apply=retention_rules.destroy,
            action="delete",
        ),
    ],
    kept={
        "documents.Space": "Espace d’une collectivité, sans donnée personnelle.",
        "documents.Activity": "Plan de classement, sans donnée personnelle.",
        "documents.Series": "Plan de classement, sans donnée personnelle.",
        "documents.Folder": "Archives publiques : la durée est celle de sa série (Code du patrimoine, R212-14).",
        "documents.Document": "Archives publiques : la durée est celle de sa série (Code du patrimoine, R212-14).",
        "documents.Version": "Une version suit son document : elle vit et meurt avec lui.",
        "documents.Reading": "Le texte lu suit sa version : il vit et meurt avec elle.",
        "documents.DocumentType": "Description d’un type, sans donnée personnelle.",
        "documents.FilingRule": "Règle d’une collectivité : des mots, non des personnes.",
        "documents.Tag": "Mot d’une collectivité, sans donnée personnelle.",
        "documents.Upload": "Envoi inachevé : oublié au bout de deux jours (tâche documents.read_late).",
        "documents.OutsideLink": "Suit son dossier ou son document ; le secret n’est pas gardé.",
        "documents.Suggestion": "Une proposition suit son document et s’efface quand on y répond.",
        "documents.AccessKey": "Clé d’un compte, sans son secret : meurt avec le compte ou quand il la retire.",
        "documents.Inlet": "Boîte aux lettres d’un service : réglage de la collectivité, mot de passe chiffré.",
        "documents.Received": "Numéro d’un arrivage, qui empêche de le classer deux fois.",
        "documents.Fixity": "Date de la dernière relecture d’un contenu, sans donnée personnelle.",
        "documents.DavLock": "Verrou d’un fichier ouvert, oublié à son échéance.",
        "documents.SavedSearch": "Meurt avec le compte de la personne.",
        "documents.Following": "Meurt avec le compte de la personne, ou quand elle cesse de suivre.",
        "documents.Reminder": "Meurt avec le compte de la personne, ou avec le document.",
    },
    notices=NOTICES,
    health=[HealthCheck(code="documents", label="Intégrité des documents", check=integrity.health)],
    demo="beffroi.shared.documents.demo.load",
    demo_order=60,
)
