from beffroi.kernel.modules import Module, Permission

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
)
