from datetime import timedelta

from django.urls import reverse

from beffroi.kernel.modules import MenuItem, Module, ObjectAction, Page, Permission, Service, SitemapSource
from beffroi.modules.contact.models import ContactRequest, Subject
from beffroi.shared.cases.notices import notices_of
from beffroi.shared.cases.retention import rule_for
from beffroi.shared.cases.searching import source_for
from beffroi.shared.cases.timeline import verbs_of

CONFIGURE = "contact.configure"
HANDLE = "contact.handle"
FILE = "contact.file"


def _token() -> tuple | None:
    found = ContactRequest.objects.filter(anonymised_at=None).order_by("pk").values_list("token", flat=True).first()
    return (found,) if found else None


def _reference() -> tuple | None:
    found = ContactRequest.objects.filter(organisation__is_operator=True).order_by("pk")
    reference = found.values_list("reference", flat=True).first()
    return (reference,) if reference else None


def _step() -> tuple | None:
    found = ContactRequest.objects.open().filter(organisation__is_operator=True).order_by("pk")
    reference = found.values_list("reference", flat=True).first()
    return (reference, "reply") if reference else None


def _operator() -> tuple | None:
    slug = Subject.objects.filter(organisation__is_operator=True).values_list("organisation__slug", flat=True).first()
    return (slug,) if slug else None


def _subject() -> tuple | None:
    found = Subject.objects.filter(organisation__is_operator=True).values_list("organisation__slug", "pk").first()
    return tuple(found) if found else None


module = Module(
    label="Contact",
    icon="mail",
    needs=("organisations", "people", "cases", "files"),
    menu=[
        MenuItem(label="Contact", url_name="contact:new", face="footer", icon="mail", order=10),
        MenuItem(
            label="Saisir un message",
            url_name="contact:desk_new",
            group="Guichet",
            icon="square-pen",
            permission=FILE,
            order=120,
        ),
        MenuItem(
            label="Sujets de contact",
            url_name="contact:subjects",
            group="Réglages",
            icon="mail",
            permission=CONFIGURE,
            order=710,
        ),
    ],
    services=[
        Service(
            code="contact",
            label="Écrire à un service",
            url_name="contact:new",
            text="Une question ? Elle arrive au bon service ou à votre mairie.",
            icon="mail",
            keywords="contact contacter message courriel question mairie demande joindre renseignement",
            order=30,
        )
    ],
    pages=[
        Page(url_name="contact:new"),
        Page(url_name="contact:sent", args=_token),
        Page(url_name="cases:case", permission="contact.view", args=_reference),
        Page(url_name="cases:step", permission=HANDLE, args=_step),
        Page(url_name="contact:desk_new", permission=FILE),
        Page(url_name="contact:subjects", permission=CONFIGURE),
        Page(url_name="contact:subject_new", permission=CONFIGURE, args=_operator),
        Page(url_name="contact:subject", permission=CONFIGURE, args=_subject),
    ],
    object_actions=[
        ObjectAction(
            model="people.Person",
            label="Écrire à un service en son nom",
            url=lambda person: f"{reverse('contact:desk_new')}?personne={person.pk}",
            icon="mail",
            permission=FILE,
        )
    ],
    sitemap=[SitemapSource(code="contact", entries=lambda: [(reverse("contact:new"), None)])],
    permissions=[
        Permission(code="contact.view", label="Voir les messages adressés à l’organisation"),
        Permission(code="contact.handle", label="Répondre aux messages adressés à l’organisation"),
        Permission(code=FILE, label="Saisir un message pour quelqu’un"),
        Permission(code="contact.configure", label="Régler les sujets du formulaire de contact"),
    ],
    grants={
        "admin": ("contact.view", "contact.handle", FILE, "contact.configure"),
        "agent": ("contact.view", "contact.handle", FILE),
        "secretary": ("contact.view", "contact.handle", FILE),
        "adviser": (FILE,),
        "elected": ("contact.view",),
    },
    verbs=verbs_of(
        ContactRequest,
        acknowledge="Prise en charge",
        reply="Réponse du service",
        ask="Précision demandée",
        dismiss="Classée sans suite",
        reopen="Rouverte",
        subject="Sujet de contact enregistré",
        subject_remove="Sujet de contact supprimé",
    ),
    notices=notices_of(ContactRequest, category="contact"),
    search=[source_for(ContactRequest, icon="mail")],
    retention=[rule_for(ContactRequest, timedelta(days=730))],
    demo="beffroi.modules.contact.demo.load",
    demo_order=45,
)
