"""The last acts of a commune, on its page."""

from beffroi.modules.deliberations.models import Act, Regime

SHOWN = 4


def commune(request, town) -> dict:
    """The last acts published online by this commune; where to read them when it publishes otherwise."""
    acts = list(Act.objects.online().filter(organisation=town).order_by("-published_at", "-pk")[:SHOWN])
    for act in acts:
        act.organisation = town
    regime = None if acts else Regime.objects.filter(organisation=town).exclude(mode="web").first()
    return {"commune": town, "acts": acts, "regime": regime}
