from beffroi.kernel.modules import MenuItem, Module, Notice, Page, PersonalData
from beffroi.shared.accounts import access, history, notices, personal_data, retention
from beffroi.shared.organisations.models import Organisation


def _operator() -> tuple | None:
    slug = Organisation.objects.filter(is_operator=True).values_list("slug", flat=True).first()
    return (slug,) if slug else None


def _page(name: str, permission: str = "login", **more) -> Page:
    return Page(url_name=name, permission=permission, **more)


module = Module(
    label="Comptes",
    icon="circle-user",
    needs=("organisations",),
    menu=[
        MenuItem(label="Mon espace", url_name="accounts:home", face="account", icon="house", order=0),
        MenuItem(label="Ma sécurité", url_name="accounts:security", face="account", icon="shield-check", order=900),
        MenuItem(
            label="Mon organisation",
            url_name="accounts:organisations",
            group="Administration",
            icon="building-2",
            permission=access.MANAGE,
            order=800,
        ),
    ],
    pages=[
        _page("account_login", ""),
        _page("account_signup", ""),
        _page("account_request_login_code", ""),
        _page("account_reset_password", ""),
        _page("account_inactive", ""),
        _page("accounts:demo_codes", ""),
        _page("account_logout", ""),
        _page("accounts:home"),
        _page("accounts:security"),
        _page("accounts:second_factor_setup"),
        _page("usersessions_list"),
        _page("account_email"),
        _page("account_change_password"),
        _page("mfa_list_webauthn"),
        _page("mfa_add_webauthn"),
        _page("socialaccount_connections"),
        _page("accounts:organisations", access.MANAGE),
        _page("accounts:organisation", access.MANAGE, args=_operator),
        _page("accounts:organisation_history", access.MANAGE, args=_operator),
        _page("accounts:organisation_invite", access.MANAGE, args=_operator),
        _page("accounts:organisation_new_team", access.MANAGE, args=_operator),
    ],
    notices=[
        Notice(
            verb="accounts.invited",
            recipients=notices.invited,
            template="accounts/notices/invited",
            category="accounts",
            label="Invitation à rejoindre une organisation",
            urgent=True,
        ),
        Notice(
            verb="accounts.access_requested",
            recipients=notices.access_requested,
            template="accounts/notices/access_requested",
            category="accounts",
            label="Une personne demande l’accès à mon organisation",
        ),
        Notice(
            verb="accounts.access_granted",
            recipients=notices.person_concerned,
            template="accounts/notices/access_granted",
            category="accounts",
            label="Ma demande d’accès est acceptée",
        ),
        Notice(
            verb="accounts.access_refused",
            recipients=notices.person_concerned,
            template="accounts/notices/access_refused",
            category="accounts",
            label="Ma demande d’accès est refusée",
        ),
        Notice(
            verb="accounts.role_given",
            recipients=notices.person_concerned,
            template="accounts/notices/role_given",
            category="accounts",
            label="Un rôle m’est donné",
        ),
        Notice(
            verb="accounts.role_ended",
            recipients=notices.person_concerned,
            template="accounts/notices/role_ended",
            category="accounts",
            label="Un de mes rôles prend fin",
        ),
        Notice(
            verb="accounts.unused",
            recipients=notices.owner,
            template="accounts/notices/unused",
            category="accounts",
            label="Mon compte, inutilisé, va être effacé",
            urgent=True,
        ),
    ],
    verbs={
        **{verb: sentence.partition(" :")[0] for verb, (sentence, _icon, _tone) in history.SENTENCES.items()},
        "accounts.created": "Compte ouvert",
        "accounts.administrator": "Administrateur de l’installation désigné",
        "accounts.second_factor_added": "Double authentification : moyen ajouté",
        "accounts.second_factor_removed": "Double authentification : moyen retiré",
        "accounts.second_factor_forgotten": "Double authentification remise à zéro",
        "accounts.password_changed": "Mot de passe changé",
        "accounts.address_changed": "Adresse du compte changée",
        "accounts.identity_joined": "Identité reliée au compte",
        "accounts.identity_left": "Identité détachée du compte",
        "accounts.unused": "Avis de compte inutilisé",
        "accounts.erased": "Compte effacé",
    },
    retention=retention.RULES,
    personal_data=[
        PersonalData(code="accounts", label="Mon compte", export=personal_data.export, erase=personal_data.erase)
    ],
    demo="beffroi.shared.accounts.demo.load",
    demo_order=20,
)
