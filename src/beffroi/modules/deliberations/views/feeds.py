"""The published acts as a feed, filtered like the list."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed

from beffroi.modules.deliberations.listing import filtered

MOST = 50


class ActsFeed(Feed):
    """The last acts published."""

    feed_type = Rss201rev2Feed
    language = "fr"
    title = "Actes publiés"
    description = "Délibérations, arrêtés et décisions publiés par les collectivités du territoire."
    item_guid_is_permalink = True

    def get_object(self, request):
        return request.GET

    def link(self):
        return reverse("deliberations:list")

    def items(self, given):
        return filtered(given).select_related("organisation").order_by("-published_at", "-pk")[:MOST]

    def item_title(self, act):
        return f"{act.organisation.name} – {act}"

    def item_description(self, act):
        return act.object

    def item_pubdate(self, act):
        return act.published_at

    def item_categories(self, act):
        return (act.get_nature_display(), act.matter_name)


rss = login_not_required(ActsFeed())
