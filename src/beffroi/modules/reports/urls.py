from django.urls import path

from beffroi.modules.reports.open311 import views as open311
from beffroi.modules.reports.views import desk, feeds, figures, filing, gestures, public, relay, settings

app_name = "reports"
ONE = "bureau/signalements/<slug:reference>"
urlpatterns = [
    path("signalements/", public.report_list, name="list"),
    path("signalements/nouveau/", filing.category, name="new"),
    path("signalements/nouveau/lieu/", filing.place, name="new_place"),
    path("signalements/nouveau/ou/", filing.where, name="new_where"),
    path("signalements/nouveau/description/", filing.details, name="new_details"),
    path("signalements/nouveau/deja-signale/", filing.already, name="new_duplicates"),
    path("signalements/nouveau/coordonnees/", filing.contact, name="new_contact"),
    path("signalements/nouveau/verification/", filing.check, name="new_check"),
    path("signalements/nouveau/merci/", filing.done, name="new_done"),
    path("signalements/chiffres/", figures.figures, name="figures"),
    path("signalements/flux.atom", feeds.atom, name="feed"),
    path("signalements/flux.rss", feeds.rss, name="feed_rss"),
    path("signalements/flux/<slug:commune>.atom", feeds.atom, name="commune_feed"),
    path("signalements/flux/<slug:commune>.rss", feeds.rss, name="commune_feed_rss"),
    path("signalements/relais/<str:token>/", relay.relay, name="relay"),
    path("signalements/rouvrir/<str:token>/", public.reopen, name="reopen"),
    path("bureau/signalements/", desk.dashboard, name="desk"),
    path("bureau/signalements/nouveau/", desk.new, name="desk_new"),
    path("bureau/signalements/a-relire/", desk.unread, name="desk_unread"),
    path("bureau/signalements/reglages/", settings.categories, name="settings"),
    path("bureau/signalements/reglages/usuelles/", settings.install, name="settings_install"),
    path("bureau/signalements/reglages/categories/nouvelle/", settings.category, name="category_new"),
    path("bureau/signalements/reglages/categories/<int:pk>/", settings.category, name="category"),
    path(
        "bureau/signalements/reglages/categories/<int:pk>/supprimer/", settings.category_remove, name="category_remove"
    ),
    path("bureau/signalements/reglages/competences/", settings.competences, name="competences"),
    path("bureau/signalements/reglages/competences/nouvelle/", settings.competence, name="competence_new"),
    path("bureau/signalements/reglages/competences/<int:pk>/", settings.competence, name="competence"),
    path(
        "bureau/signalements/reglages/competences/<int:pk>/supprimer/",
        settings.competence_remove,
        name="competence_remove",
    ),
    path("bureau/signalements/reglages/cles/", settings.keys, name="keys"),
    path("bureau/signalements/reglages/cles/<int:pk>/revoquer/", settings.key_revoke, name="key_revoke"),
    path("open311/v2/discovery.<str:kind>", open311.discovery, name="open311_discovery"),
    path("open311/v2/services.<str:kind>", open311.services, name="open311_services"),
    path("open311/v2/services/<slug:code>.<str:kind>", open311.service, name="open311_service"),
    path("open311/v2/requests.<str:kind>", open311.requests, name="open311_requests"),
    path("open311/v2/requests/<slug:reference>.<str:kind>", open311.one_request, name="open311_request"),
    path("open311/v2/tokens/<slug:number>.<str:kind>", open311.token, name="open311_token"),
    path("open311/v2/servicerequestupdates.<str:kind>", open311.updates, name="open311_updates"),
    path("bureau/signalements/reglages/publication/", settings.moderation, name="moderation"),
    path(f"{ONE}/resoudre/", gestures.resolve, name="desk_resolve"),
    path(f"{ONE}/refuser/", gestures.refuse, name="desk_refuse"),
    path(f"{ONE}/categorie/", gestures.category, name="desk_category"),
    path(f"{ONE}/lieu/", gestures.place, name="desk_place"),
    path(f"{ONE}/publication/", gestures.publication, name="desk_publication"),
    path(f"{ONE}/photos/<uuid:pk>/flouter/", gestures.blur, name="desk_blur"),
    path(f"{ONE}/point.geojson", gestures.desk_point, name="desk_point"),
    path("signalements/<slug:reference>/", public.report_page, name="report"),
    path("signalements/<slug:reference>/suivre/", public.follow, name="follow"),
    path("signalements/<slug:reference>/prevenir/", public.flag, name="flag"),
    path("signalements/<slug:reference>/point.geojson", feeds.one_layer, name="one_layer"),
]
