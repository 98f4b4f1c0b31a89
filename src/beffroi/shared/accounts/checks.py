"""What is missing before FranceConnect or ProConnect can be opened to the public (`beffroi check --deploy`)."""

from django.conf import settings
from django.core import checks

from beffroi.shared.accounts.oidc import servers


@checks.register("beffroi", deploy=True)
def check_identity_services(app_configs, **kwargs):
    """Both services demand https, a secret, and FranceConnect its own button, which we may not ship."""
    found = []
    for server in servers.configured():
        if not server.client_secret:
            found.append(checks.Error(f"{server.name} : le secret du client manque.", id="accounts.E001"))
        if not settings.SECURE:
            found.append(checks.Error(f"{server.name} demande une adresse en https.", id="accounts.E002"))
        if not servers.button(server):
            hint = f"Déposez l’image officielle dans {settings.HOME / 'marques' / f'{server.code}.svg'}."
            found.append(checks.Warning(f"{server.name} : le bouton officiel manque.", hint=hint, id="accounts.W001"))
    return found
