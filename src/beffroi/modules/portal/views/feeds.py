"""What feed readers follow: news (RSS and Atom) and agenda (RSS), with the filters of the pages."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed

from beffroi.modules.portal import text
from beffroi.modules.portal.forms import FilterAgendaForm, FilterNewsForm
from beffroi.modules.portal.ical import where
from beffroi.modules.portal.templatetags.portal import when_said
from beffroi.modules.portal.views import agenda, news

MOST = 50


class NewsFeed(Feed):
    """The last fifty pieces of news."""

    title = "Actualités"
    description = "Ce qui se passe dans le territoire et dans ses communes."
    link = "/actualites/"
    language = "fr"
    item_guid_is_permalink = False

    def get_object(self, request):
        return news.filtered(*agenda.chosen(FilterNewsForm(request.GET)))

    def items(self, obj):
        return obj[:MOST]

    def item_title(self, item):
        return f"{item.commune.name}\u202f: {item.title}" if item.commune else item.title

    def item_description(self, item):
        return f"<p>{text.plain(item.summary)}</p>{text.html(item.body)}"

    def item_link(self, item):
        return item.get_absolute_url()

    def item_guid(self, item):
        return f"actualite:{item.pk}"

    def item_pubdate(self, item):
        return item.publish_at

    def item_updateddate(self, item):
        return max(item.updated_at, item.publish_at)

    def item_categories(self, item):
        return [item.get_theme_display()]


class AtomNewsFeed(NewsFeed):
    feed_type = Atom1Feed
    subtitle = NewsFeed.description


class AgendaFeed(Feed):
    """The next fifty dates."""

    title = "Agenda"
    description = "Les prochains rendez-vous du territoire et de ses communes."
    link = "/agenda/"
    language = "fr"
    item_guid_is_permalink = False

    def get_object(self, request):
        return agenda.coming(*agenda.chosen(FilterAgendaForm(request.GET)))

    def items(self, obj):
        return obj[:MOST]

    def item_title(self, item):
        cancelled = "Annulé\u202f: " if item.event.state == "cancelled" else ""
        return f"{cancelled}{item.event.title}"

    def item_description(self, item):
        return f"{when_said(item)}, {where(item.event)}. {item.event.summary}"

    def item_link(self, item):
        return item.event.get_absolute_url()

    def item_guid(self, item):
        return f"evenement:{item.event_id}:{item.starts_at:%Y%m%d}"

    def item_pubdate(self, item):
        return item.event.publish_at

    def item_categories(self, item):
        return [item.event.get_theme_display()]


news_rss = login_not_required(NewsFeed())
news_atom = login_not_required(AtomNewsFeed())
agenda_rss = login_not_required(AgendaFeed())
