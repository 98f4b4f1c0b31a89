from django.urls import path

from beffroi.modules.portal.views import agenda, appearance, communes, desk, feeds, home, legal, maps, media, news

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("communes/", communes.index, name="communes"),
    path("communes/territoire.svg", communes.picture, name="picture"),
    path("communes/<slug:slug>/", communes.commune, name="commune"),
    path("mairies/", communes.town_halls_page, name="town_halls"),
    path("agenda/", agenda.agenda, name="agenda"),
    path("agenda/agenda.ics", agenda.calendar, name="calendar"),
    path("agenda/rss.xml", feeds.agenda_rss, name="agenda_rss"),
    path("agenda/<slug:slug>.ics", agenda.event_calendar, name="event_calendar"),
    path("agenda/<slug:slug>/", agenda.event, name="event"),
    path("actualites/", news.news_list, name="news_list"),
    path("actualites/rss.xml", feeds.news_rss, name="news_rss"),
    path("actualites/atom.xml", feeds.news_atom, name="news_atom"),
    path("actualites/<slug:slug>/", news.news, name="news"),
    path("alertes/", news.alerts, name="alerts"),
    path("mentions-legales/", legal.notices, name="legal_notices"),
    path("donnees-personnelles/", legal.privacy, name="privacy"),
    path("accessibilite/", legal.accessibility, name="accessibility"),
    path("plan-du-site/", maps.site_map, name="site_map"),
    path("sitemap.xml", maps.sitemap, name="sitemap"),
    path("robots.txt", maps.robots, name="robots"),
    path(".well-known/security.txt", maps.security, name="security"),
    path("bureau/publications/", desk.index, name="desk_index"),
    path("bureau/publications/presentation/", desk.details, name="desk_details"),
    path("bureau/publications/<slug:kind>/", desk.listing, name="desk"),
    path("bureau/publications/<slug:kind>/nouvelle/", desk.create, name="desk_new"),
    path("bureau/publications/<slug:kind>/<int:pk>/", desk.change, name="desk_change"),
    path("bureau/publications/<slug:kind>/<int:pk>/apercu/", desk.preview, name="desk_preview"),
    path("bureau/publications/<slug:kind>/<int:pk>/<slug:verb>/", desk.move, name="desk_move"),
    path("bureau/administration/apparence/", appearance.change, name="appearance"),
    path("media/<path:path>", media.picture, name="media"),
]
