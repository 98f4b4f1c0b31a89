"""What the portal tells every page: the territory, its alerts, the declaration of accessibility."""

from django.db.models import Count, Q
from django.urls import reverse

from beffroi.kernel.ui import context
from beffroi.kernel.ui.formats import counted
from beffroi.shared.organisations.models import Organisation

_KINDS = (
    "Communauté de communes ",
    "Communauté d’agglomération ",
    "Communauté urbaine ",
)
_ARTICLES = ("du ", "de la ", "des ", "de l’", "de ", "d’")


def short_name(name: str) -> str:
    """« Territoire Nord Picardie » from « Communauté de communes du Territoire Nord Picardie »."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    rest = name.removeprefix(kind)
    if kind:
        article = next((article for article in _ARTICLES if rest.startswith(article)), "")
        rest = rest.removeprefix(article)
    return rest[:1].upper() + rest[1:] if rest else name


def operator() -> Organisation | None:
    """The EPCI that runs the platform, with the number of its `communes`."""
    members = Count("children", filter=Q(children__kind=Organisation.Kind.COMMUNE))
    return Organisation.objects.filter(is_operator=True).annotate(communes=members).first()


def territory(request) -> context.Territory | None:
    """How the platform presents itself: by the name of its EPCI."""
    body = operator()
    if body is None:
        return None
    tagline = f"{counted(body.communes, 'commune')}, un seul guichet" if body.communes else ""
    return context.Territory(name=short_name(body.name), full_name=body.name, tagline=tagline)


def accessibility(request) -> context.Link:
    return context.Link(label="Accessibilité", url=reverse("portal:accessibility"))
