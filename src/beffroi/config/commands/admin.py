import getpass
import sys

from beffroi.config import runtime

DESCRIPTION = """Crée le compte d’un administrateur de la plateforme, ou donne ce rôle à un compte qui existe.

Le mot de passe est demandé deux fois ; sans terminal, il est lu sur la première ligne de l’entrée.
Avec --forget-second-factor, retire seulement la double authentification d’une personne qui a perdu son téléphone."""


def configure(parser):
    parser.add_argument("email", metavar="ADRESSE", help="l’adresse électronique, qui sert d’identifiant")
    parser.add_argument("--first-name", metavar="PRÉNOM", default="", help="prénom")
    parser.add_argument("--last-name", metavar="NOM", default="", help="nom")
    parser.add_argument(
        "--forget-second-factor", action="store_true", help="retirer la double authentification de ce compte"
    )


def run(options):
    with runtime.installation():
        from django.core.exceptions import ValidationError
        from django.core.validators import validate_email

        from beffroi.kernel.models import User

        try:
            validate_email(options.email)
        except ValidationError as fault:
            raise runtime.Failure(f"« {options.email} » n’est pas une adresse électronique.") from fault
        user = User.objects.filter(email__iexact=options.email).first()
        if options.forget_second_factor:
            return _forget_second_factor(options.email, user)
        if user and user.is_superuser:
            print(f"{user.email} est déjà administrateur.")
            return runtime.OK
        password = None if user else _ask_password(options)
        _make_administrator(options, password)
    print(f"{options.email} est administrateur. La connexion se fait sur /compte/connexion/.")
    return runtime.OK


def _forget_second_factor(email: str, user) -> int:
    from beffroi.shared.accounts import actions

    if user is None:
        raise runtime.Failure(f"Aucun compte n’a l’adresse « {email} ».")
    count = actions.forget_second_factor(user)
    print(
        f"{user.email} : {count} moyen{'s' if count > 1 else ''} retiré{'s' if count > 1 else ''}, sessions fermées. "
        "La personne en choisira un à sa prochaine connexion."
    )
    return runtime.OK


def _ask_password(options) -> str:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from beffroi.kernel.models import User

    if sys.stdin.isatty():
        password = getpass.getpass("Mot de passe : ")
        if password != getpass.getpass("Le même mot de passe : "):
            raise runtime.Failure("Les deux mots de passe diffèrent : rien n’a été créé.")
    else:
        password = sys.stdin.readline().rstrip("\n")
    if not password:
        raise runtime.Failure("Il faut un mot de passe : rien n’a été créé.")
    try:
        names = {"first_name": options.first_name, "last_name": options.last_name}
        validate_password(password, User(email=options.email, **names))
    except ValidationError as fault:
        raise runtime.Failure("Mot de passe refusé : " + " ".join(fault.messages)) from fault
    return password


def _make_administrator(options, password: str | None) -> None:
    from django.db import transaction

    from beffroi.shared.accounts.actions import accounts

    with transaction.atomic():
        if password:
            names = {"first_name": options.first_name, "last_name": options.last_name}
            accounts.create_account(options.email, password=password, **names)
        accounts.make_administrator(options.email)
