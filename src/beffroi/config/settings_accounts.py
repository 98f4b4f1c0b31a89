"""Signing in: accounts, second factor, identity services. Read by `settings.py`; listed in docs/exploitation.md."""

from datetime import timedelta

from beffroi.config import env

# --- Identity services -----------------------------------------------------------------------------------------------

IDENTITY_SERVERS = [
    {
        "code": "franceconnect",
        "name": "FranceConnect",
        "audience": "residents",
        "about": "https://franceconnect.gouv.fr/",
        "url": env.text("FRANCECONNECT_URL", "https://oidc.franceconnect.gouv.fr/api/v2").rstrip("/"),
        "client_id": env.text("FRANCECONNECT_CLIENT_ID"),
        "client_secret": env.text("FRANCECONNECT_CLIENT_SECRET"),
        "scopes": ("openid", "given_name", "family_name", "preferred_username", "email"),
        "acr_values": "eidas1",
        "levels": ("eidas1", "eidas2", "eidas3"),
        "pkce": env.flag("FRANCECONNECT_PKCE"),
    },
    {
        "code": "proconnect",
        "name": "ProConnect",
        "audience": "agents",
        "about": "https://proconnect.gouv.fr/",
        "url": env.text("PROCONNECT_URL", "https://auth.agentconnect.gouv.fr/api/v2").rstrip("/"),
        "client_id": env.text("PROCONNECT_CLIENT_ID"),
        "client_secret": env.text("PROCONNECT_CLIENT_SECRET"),
        "scopes": ("openid", "given_name", "usual_name", "email", "uid", "siret", "idp_id"),
        "pkce": env.flag("PROCONNECT_PKCE"),
    },
]
