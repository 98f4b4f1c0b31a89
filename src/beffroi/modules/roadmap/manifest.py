from beffroi.kernel.modules import Module, Permission

module = Module(
    label="Feuille de route",
    needs=("organisations", "cases", "files"),
    icon="milestone",
    permissions=[
        Permission(code="roadmap.view", label="Consulter les plans d’actions au bureau"),
        Permission(code="roadmap.view_restricted", label="Lire les actions restreintes des plans"),
        Permission(code="roadmap.pilot", label="Mettre à jour les actions dont son organisme ou son équipe est pilote"),
        Permission(code="roadmap.edit", label="Modifier tout le plan : axes, actions, visibilité, révisions"),
    ],
    grants={
        "admin": ("roadmap.view", "roadmap.view_restricted", "roadmap.pilot", "roadmap.edit"),
        "elected": ("roadmap.view", "roadmap.view_restricted"),
        "agent": ("roadmap.view", "roadmap.pilot"),
        "adviser": ("roadmap.view", "roadmap.pilot"),
        "secretary": ("roadmap.view", "roadmap.pilot"),
    },
)
