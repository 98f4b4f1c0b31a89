"""Joins FranceConnect and ProConnect to the accounts: who a person is for us, from what the service says."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.providers.base import Provider, ProviderAccount
from django.urls import reverse


class IdentityAccount(ProviderAccount):
    def to_str(self):
        return self.account.get_provider().name


class IdentityProvider(Provider):
    """Common part. Only what is named here is kept; the tokens never are."""

    uses_apps = False
    supports_redirect = True
    account_class = IdentityAccount
    kept: tuple[str, ...] = ()

    def get_login_url(self, request, **kwargs):
        return reverse("accounts:identity_begin", args=[self.id])

    def extract_uid(self, data):
        """`sub`, the only thing that identifies: never the name nor the address."""
        return str(data["sub"])

    def extract_extra_data(self, data):
        return {name: data[name] for name in self.kept if data.get(name)}

    def extract_email_addresses(self, data):
        """The address is only said by the service: it is verified by a code, as any other."""
        return [EmailAddress(email=data["email"], verified=False, primary=True)] if data.get("email") else []


class FranceConnectProvider(IdentityProvider):
    id = "franceconnect"
    name = "FranceConnect"

    def extract_common_fields(self, data):
        """The first given name and the name in use (`preferred_username`), as the person is usually called."""
        return {
            "email": data.get("email"),
            "first_name": str(data.get("given_name", "")).split(" ")[0].title(),
            "last_name": str(data.get("preferred_username") or data.get("family_name", "")).title(),
        }


class ProConnectProvider(IdentityProvider):
    id = "proconnect"
    name = "ProConnect"
    kept = ("siret", "idp_id")

    def extract_common_fields(self, data):
        return {
            "email": data.get("email"),
            "first_name": str(data.get("given_name", "")),
            "last_name": str(data.get("usual_name", "")),
        }


provider_classes = [FranceConnectProvider, ProConnectProvider]
