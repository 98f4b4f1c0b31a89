from datetime import timedelta

from beffroi.kernel.modules import Module, Permission
from beffroi.modules.contact.models import ContactRequest
from beffroi.shared.cases.notices import notices_of
from beffroi.shared.cases.retention import rule_for
from beffroi.shared.cases.searching import source_for
from beffroi.shared.cases.timeline import verbs_of

module = Module(
    label="Contact",
    icon="mail",
    needs=("organisations", "people", "cases", "files"),
    permissions=[
        Permission(code="contact.view", label="Voir les messages adressés à l’organisation"),
        Permission(code="contact.handle", label="Répondre aux messages adressés à l’organisation"),
        Permission(code="contact.configure", label="Régler les sujets du formulaire de contact"),
    ],
    grants={
        "admin": ("contact.view", "contact.handle", "contact.configure"),
        "agent": ("contact.view", "contact.handle"),
        "secretary": ("contact.view", "contact.handle"),
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
)
