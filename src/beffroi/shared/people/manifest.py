from beffroi.kernel.modules import MenuItem, Module, Notice, Page, Permission, PersonalData
from beffroi.shared.people import notices, personal_data, retention
from beffroi.shared.people.models import EDIT, MANDATE, VIEW, HouseholdMember, Mandate, Person


def _person() -> tuple | None:
    pk = Person.objects.living().filter(registered_by__isnull=False).values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _home() -> tuple | None:
    links = HouseholdMember.objects.filter(end=None, person__registered_by__isnull=False, person__erased_at=None)
    return links.filter(person__merged_into=None).values_list("person_id", "household_id").order_by("pk").first()


def _mandate() -> tuple | None:
    reference = Mandate.objects.active().filter(organisation__isnull=False).values_list("reference", flat=True).first()
    return (reference,) if reference else None


def _desk(name: str, permission: str, args=lambda: (), query: str = "") -> Page:
    return Page(url_name=f"people:{name}", permission=permission, args=args, query=query)


def _own(name: str) -> Page:
    return Page(url_name=f"people:{name}", permission="login")


def _menu(label: str, name: str, icon: str, order: int) -> MenuItem:
    return MenuItem(label=label, url_name=f"people:{name}", face="account", icon=icon, order=order)


def _told(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"people.{verb}",
        recipients=recipients,
        template=f"people/notices/{template}",
        category="people",
        label=label,
        urgent=True,
    )


module = Module(
    label="Habitants",
    icon="users",
    needs=("organisations",),
    permissions=[
        Permission(code=VIEW, label="Consulter le dossier d’un habitant"),
        Permission(code=EDIT, label="Enregistrer et modifier le dossier d’un habitant"),
        Permission(code=MANDATE, label="Agir pour un habitant sous mandat"),
    ],
    grants={
        "agent": (VIEW, EDIT),
        "secretary": (VIEW, EDIT, MANDATE),
        "adviser": (VIEW, EDIT, MANDATE),
        "admin": (VIEW,),
    },
    verbs={
        "people.create": "Dossier créé",
        "people.update": "Dossier modifié",
        "people.view": "Dossier consulté",
        "people.merge": "Doublon fusionné",
        "people.erase": "Données personnelles effacées",
        "people.erasure_asked": "Effacement demandé par la personne",
        "people.erased_all": "Effacement terminé",
        "people.verify": "Adresse ou téléphone vérifié",
        "people.code_sent": "Code de vérification envoyé",
        "people.household": "Foyer enregistré",
        "people.household_update": "Foyer modifié",
        "people.household_join": "Personne ajoutée au foyer",
        "people.household_leave": "Personne sortie du foyer",
        "people.mandate": "Mandat enregistré",
        "people.mandate_proposed": "Mandat proposé à la personne",
        "people.mandate_agreed": "Accord donné au mandat",
        "people.mandate_revoked": "Mandat révoqué",
        "people.relative_invited": "Proche invité à agir",
        "people.relative_withdrawn": "Invitation d’un proche retirée",
    },
    menu=[
        MenuItem(
            label="Habitants", url_name="people:persons", group="Accueil", icon="users", permission=VIEW, order=300
        ),
        MenuItem(
            label="Mandats",
            url_name="people:mandates",
            group="Accueil",
            icon="handshake",
            permission=MANDATE,
            order=310,
        ),
        _menu("Mes informations", "my_information", "user-round", 500),
        _menu("Mon foyer", "my_homes", "house", 510),
        _menu("Agir pour un proche", "my_mandates", "handshake", 520),
        _menu("Mes données", "my_data", "database", 890),
    ],
    pages=[
        _desk("persons", VIEW),
        _desk("persons", VIEW, query="q=fournier"),
        _desk("person_add", EDIT),
        _desk("person", VIEW, _person),
        _desk("person_edit", EDIT, _person),
        _desk("person_merge", EDIT, _person),
        _desk("home_add", EDIT, _person),
        _desk("home_edit", EDIT, _home),
        _desk("mandate_add", MANDATE, _person),
        _desk("mandate_relative", MANDATE, _person),
        _desk("mandates", MANDATE),
        _desk("mandate", MANDATE, _mandate),
        _desk("mandate_revoke", MANDATE, _mandate),
        _own("my_information"),
        _own("my_homes"),
        _own("my_mandates"),
        _own("my_data"),
    ],
    notices=[
        _told("mandate_proposed", notices.person, "mandate_proposed", "On me propose d’agir en mon nom"),
        _told("mandate_agreed", notices.person, "mandate_agreed", "Quelqu’un peut agir en mon nom"),
        _told("mandate_agreed", notices.holder, "mandate_given", "Je peux agir au nom de quelqu’un"),
        _told("mandate_revoked", notices.both, "mandate_revoked", "Un mandat prend fin"),
        _told("relative_invited", notices.relative, "relative_invited", "Un proche me demande d’agir pour lui"),
    ],
    retention=retention.RULES,
    personal_data=[
        PersonalData(
            code="people",
            label="Mes informations, mon foyer et mes mandats",
            export=personal_data.export,
            erase=personal_data.erase,
        )
    ],
    demo="beffroi.shared.people.demo.load",
    demo_order=25,
)
