"""What the portal tells every page: the territory, its alerts, the declaration of accessibility."""

from collections.abc import Iterable

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.cache import caches
from django.db.models import Count, Prefetch, Q, Subquery
from django.urls import reverse

from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui import context, theme
from beffroi.kernel.ui.formats import NARROW, counted
from beffroi.modules.portal.models import Alert, SiteDetails
from beffroi.modules.portal.models.alert import Level
from beffroi.shared.organisations.models import Commune, Organisation

_KINDS = (
    "Communauté de communes ",
    "Communauté d’agglomération ",
    "Communauté urbaine ",
)
_ARTICLES = ("du ", "de la ", "des ", "de l’", "de ", "d’")
MOST_ALERTS = 3
SAID = ("audit_rate", "audit_date", "site_name", "accent", "logo_id")


def short_name(name: str) -> str:
    """« Territoire Nord Picardie » from « Communauté de communes du Territoire Nord Picardie »."""
    kind = next((kind for kind in _KINDS if name.startswith(kind)), "")
    rest = name.removeprefix(kind)
    if kind:
        article = next((article for article in _ARTICLES if rest.startswith(article)), "")
        rest = rest.removeprefix(article)
    return rest[:1].upper() + rest[1:] if rest else name


def operator() -> Organisation | None:
    """The EPCI that runs the platform, with the number of its `communes` and what its site tells: one query."""
    members = Count("children", filter=Q(children__kind=Organisation.Kind.COMMUNE))
    said = {name: Subquery(SiteDetails.objects.filter(pk=1).values(name)) for name in SAID}
    return Organisation.objects.filter(is_operator=True).annotate(communes=members, **said).first()


def _operator_of(request) -> Organisation | None:
    """The same, read again once a minute, as the public pages are."""
    if not hasattr(request, "_portal_operator"):
        request._portal_operator = caches["pages"].get_or_set("portal:operator", operator, 60)
    return request._portal_operator


def territory(request) -> context.Territory | None:
    """How the platform presents itself: as its administrators chose, else by the name of its EPCI."""
    body = _operator_of(request)
    if body is None:
        return None
    tagline = f"{counted(body.communes, 'commune')}, un seul guichet" if body.communes else ""
    return context.Territory(
        name=body.site_name or short_name(body.name),
        full_name=body.name,
        tagline=tagline,
        accent=body.accent or theme.ACCENT,
        logo=logo_url(body.logo_id) if body.logo_id else "",
    )


def logo_url(pk) -> str:
    """The address of the logo, drawn again 200 pixels a side at most, whatever was sent."""
    return reverse("files:thumbnail", args=[pk, "petite"])


def accessibility(request) -> context.Link:
    """The state of conformity, which the decree asks to be told on the home page."""
    body = _operator_of(request)
    details = SiteDetails(audit_rate=body.audit_rate, audit_date=body.audit_date) if body else SiteDetails()
    return context.Link(label=f"Accessibilité{NARROW}: {details.conformity}", url=reverse("portal:accessibility"))


def site_alerts(request) -> list[context.Alert]:
    """The alerts of this page: those of the whole territory, urgent ones wherever they are, and those of the commune
    that the page is about (`/communes/<slug>/` or `?commune=`)."""
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    alerts = remembered(user, "portal:alerts", _ongoing) if signed_in else _ongoing()
    here = commune_of(request)
    shown = [alert for alert in alerts if _concerns(alert, here)]
    lines = [_line(alert) for alert in shown[:MOST_ALERTS]]
    if len(shown) > MOST_ALERTS:
        lines.append(
            context.Alert(
                title=f"{counted(len(shown) - MOST_ALERTS, 'autre alerte')}",
                url=reverse("portal:alerts"),
                label="Voir toutes les alertes",
                tone="neutral",
            )
        )
    return lines


def _ongoing() -> list[Alert]:
    names = {"names": ArrayAgg("communes__name", order_by="communes__name", default=[])}
    slugs = {"slugs": ArrayAgg("communes__slug", default=[])}
    return list(Alert.objects.ongoing().annotate(**names, **slugs))


def with_communes(alerts):
    """The alerts with the names of their communes, in one more query."""
    names = Commune.objects.only("slug", "name").order_by("name")
    return alerts.prefetch_related(Prefetch("communes", queryset=names))


def commune_of(request) -> str:
    """The slug of the commune that the page is about, or nothing."""
    match = getattr(request, "resolver_match", None)
    if match and match.view_name == "portal:commune":
        return match.kwargs.get("slug", "")
    return request.GET.get("commune", "")


def _concerns(alert: Alert, slug: str) -> bool:
    slugs = [held for held in alert.slugs if held]
    return not slugs or alert.level == Level.URGENCY or slug in slugs


def _line(alert: Alert) -> context.Alert:
    where = say_names([name for name in alert.names if name])
    return context.Alert(
        title=f"{alert.title} ({where})" if where else alert.title,
        text=alert.text,
        url=alert.get_absolute_url() if alert.body else "",
        tone=alert.tone,
        key="" if alert.level == Level.URGENCY else f"{alert.pk}-{alert.updated_at:%Y%m%d%H%M%S}",
    )


def say_communes(communes: Iterable[Commune]) -> str:
    """« Beauval, Naours et 3 autres communes »; nothing for the whole territory."""
    return say_names([commune.name for commune in communes])


def say_names(names: list[str]) -> str:
    """The same, of names."""
    if len(names) > 4:
        names = [*names[:3], counted(len(names) - 3, "autre commune")]
    return " et ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
