"""« Mes données », for the account itself."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from beffroi.shared.accounts import access, actions, devices


def export(user) -> dict:
    """What the account holds about its owner. No secret: neither password nor second factor."""
    return {
        "adresse": user.email,
        "prénom": user.first_name,
        "nom": user.last_name,
        "créé le": user.date_joined.isoformat(),
        "dernière connexion": user.last_login.isoformat() if user.last_login else None,
        "mot de passe": "choisi" if user.has_usable_password() else "aucun",
        "double authentification": [
            {"moyen": one.get_type_display(), "ajouté le": one.created_at.isoformat()}
            for one in Authenticator.objects.filter(user=user).order_by("pk")
        ],
        "identités reliées": [
            {"service": account.get_provider().name, "identifiant": account.uid, **account.extra_data}
            for account in SocialAccount.objects.filter(user=user).order_by("pk")
        ],
        "appareils connectés": [
            {"appareil": devices.name(one.user_agent), "réseau": one.ip, "depuis": one.created_at.isoformat()}
            for one in UserSession.objects.filter(user=user).order_by("pk")
        ],
        "rôles": [
            {
                "rôle": access.role_label(one.role),
                "organisation": one.organisation.name,
                "équipe": one.team.name if one.team else None,
                "depuis": one.start.isoformat(),
                "jusqu’au": one.end.isoformat() if one.end else None,
            }
            for one in user.memberships.select_related("organisation", "team").order_by("start", "pk")
        ],
    }


def erase(user) -> list[str]:
    """Erase the account; one that still holds a role is kept until the role is over."""
    held = list(user.memberships.active().select_related("organisation").order_by("organisation__name"))
    if held or user.is_superuser:
        where = ", ".join(sorted({str(one.organisation) for one in held})) or "l’installation"
        return [
            f"Votre compte est gardé tant que vous tenez un rôle ({where}) : demandez d’abord à son administrateur d’y "
            "mettre fin."
        ]
    past = user.memberships.exists()
    actions.anonymise_account(user, actor=user)
    kept = ["Le journal garde la trace des gestes faits avec ce compte, sous un numéro, sans nom ni adresse."]
    if past:
        kept.append(
            "Les dates des rôles que vous avez tenus sont gardées, sans nom : elles prouvent qui pouvait décider."
        )
    return kept
