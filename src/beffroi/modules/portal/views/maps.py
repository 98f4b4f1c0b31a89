"""Where everything is: for people (`/plan-du-site/`) and for programs (`/sitemap.xml`, `/robots.txt`, …)."""

import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from beffroi.kernel import modules
from beffroi.modules.portal.models import ContentPage, SiteDetails
from beffroi.modules.portal.views.legal import HOME
from beffroi.shared.organisations.models import Commune

MOST = 50_000
PRIVATE = ("/bureau/", "/compte/", "/cms/", "/terrain/", "/recherche/", "/suivi/", "/invitation/")


@login_not_required
@require_safe
def site_map(request):
    """Every public page that one can ask for without a search."""
    pages = ContentPage.objects.live().public().order_by("path")
    held = {
        "pages": [(page.title, page.address, page.depth - 2) for page in pages],
        "communes": Commune.objects.members().only("slug", "name"),
        "breadcrumbs": [HOME, ("Plan du site", "")],
    }
    return render(request, "portal/site_map.html", held)


@login_not_required
@require_safe
def sitemap(request):
    """The public pages of every module, for search engines (sitemaps.org, 50 000 addresses at most)."""
    response = HttpResponse(content_type="application/xml; charset=utf-8")
    xml = SimplerXMLGenerator(response, "utf-8")
    xml.startDocument()
    xml.startElement("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    told: set[str] = set()
    for source in modules.collect("sitemap"):
        for path, changed in source.entries():
            if path in told or len(told) >= MOST:
                continue
            told.add(path)
            xml.startElement("url", {})
            xml.addQuickElement("loc", settings.SITE_URL + path)
            if changed:
                xml.addQuickElement("lastmod", _day(changed))
            xml.endElement("url")
    xml.endElement("urlset")
    xml.endDocument()
    return response


def _day(changed: datetime.date | datetime.datetime) -> str:
    return (timezone.localtime(changed).date() if isinstance(changed, datetime.datetime) else changed).isoformat()


@login_not_required
@require_safe
def robots(request):
    """What programs need not visit."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), ""]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('portal:sitemap')}")
    return _text("\n".join(lines))


@login_not_required
@require_safe
def security(request):
    """To whom a flaw is told (RFC 9116)."""
    address = SiteDetails.current().security_contact
    contact = f"mailto:{address}" if address else f"{settings.SITE_URL}{reverse('portal:legal_notices')}"
    until = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0) + datetime.timedelta(days=180)
    lines = [
        f"Contact: {contact}",
        f"Expires: {until.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: fr, en",
        f"Canonical: {settings.SITE_URL}{reverse('portal:security')}",
    ]
    return _text("\n".join(lines))


def _text(body: str) -> HttpResponse:
    response = HttpResponse(f"{body}\n", content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=3600"
    return response
