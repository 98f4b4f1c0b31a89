"""What other tools follow: Atom and RSS feeds, filtered like the list, and the point of one report."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.views.decorators.http import require_safe

from beffroi.modules.reports.layers import point
from beffroi.modules.reports.listing import filtered
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.wording_public import sentence_of
from beffroi.shared.organisations.models import Commune

MOST = 50


class RssFeed(Feed):
    """The last public reports, of the whole territory or of a commune; the filters of the list apply."""

    feed_type = Rss201rev2Feed
    language = "fr"

    def get_object(self, request, commune=""):
        found = get_object_or_404(Commune.objects.members(), slug=commune) if commune else None
        return {"commune": found, "given": request.GET}

    def title(self, what):
        return f"Signalements – {what['commune'].name}" if what["commune"] else "Signalements"

    def description(self, what):
        return "Les problèmes signalés dans l’espace public, et où ils en sont."

    subtitle = description

    def link(self, what):
        return (
            f"{reverse('reports:list')}?commune={what['commune'].slug}" if what["commune"] else reverse("reports:list")
        )

    def items(self, what):
        reports = filtered(what["given"])
        if what["commune"]:
            reports = reports.filter(commune=what["commune"])
        return reports.select_related("category", "commune", "organisation", "external").order_by("-created_at")[:MOST]

    def item_title(self, report):
        return f"{report.public_title} ({report.commune.name})"

    def item_description(self, report):
        return f"{report.get_state_display()}. {sentence_of(report)}"

    def item_link(self, report):
        return report.public_url()

    def item_guid(self, report):
        return report.reference

    item_guid_is_permalink = False

    def item_pubdate(self, report):
        return report.created_at

    def item_updateddate(self, report):
        return report.closed_at or report.acknowledged_at or report.created_at

    def item_categories(self, report):
        return (report.category.label, report.get_state_display())


class AtomFeed(RssFeed):
    feed_type = Atom1Feed


rss, atom = login_not_required(RssFeed()), login_not_required(AtomFeed())


@login_not_required
@require_safe
def one_layer(request, reference):
    """The point of one report, for the map of its page."""
    report = get_object_or_404(
        Report.objects.public().select_related("category", "commune"), reference=reference.upper()
    )
    line = (
        report.pk,
        report.reference,
        report.location,
        report.category_id,
        report.state,
        report.created_at,
        report.commune.name,
    )
    found = {"type": "FeatureCollection", "features": [point(line, {report.category_id: report.category.label})]}
    return JsonResponse(found, content_type="application/geo+json")
