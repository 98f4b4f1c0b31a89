"""The RSS feed of what changes in the published plans."""

from datetime import datetime, time

from django.contrib.syndication.views import Feed
from django.utils import timezone

from beffroi.modules.roadmap import facts
from beffroi.modules.roadmap.models import Action, Plan


class NewsFeed(Feed):
    """The last fifty facts that everyone may know."""

    title = "Feuille de route : ce qui change"
    description = "Ce qui commence, avance, change ou aboutit dans les plans d’actions du territoire."
    link = "/feuille-de-route/"
    language = "fr"

    def items(self):
        plans = Plan.objects.public()
        actions = Action.objects.public().select_related("axis__plan", "same_as")
        lines = [*facts.public_facts(actions, limit=50), *facts.adoptions(plans)]
        return sorted(lines, key=lambda fact: (fact.day, fact.recorded_at), reverse=True)[:50]

    def item_title(self, item):
        return facts.named([item])[0]["title"]

    def item_description(self, item):
        return item.text

    def item_link(self, item):
        return item.url

    def item_guid(self, item):
        return f"roadmap:{item.key}"

    item_guid_is_permalink = False

    def item_pubdate(self, item):
        return item.at if isinstance(item.at, datetime) else timezone.make_aware(datetime.combine(item.at, time(12)))
