from django.urls import path

from beffroi.kernel.views import health, layers, notices, outbox, search, terrain

app_name = "kernel"
urlpatterns = [
    path("sante/", health.sante, name="health"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions", search.suggestions, name="suggestions"),
    path("bureau/recherche/", search.desk_search, name="desk_search"),
    path("terrain/", terrain.terrain, name="terrain"),
    path("compte/avis/", notices.inbox, name="inbox"),
    path("compte/avis/tout-lire/", notices.read_all, name="read_all"),
    path("compte/avis/<uuid:pk>/", notices.open_notice, name="notice"),
    path("compte/avis/<uuid:pk>/lu/", notices.read_one, name="read_one"),
    path("compte/preferences/", notices.preferences, name="preferences"),
    path("compte/preferences/appareils/", notices.add_device, name="add_device"),
    path("compte/preferences/appareils/<int:pk>/retirer/", notices.remove_device, name="remove_device"),
    path("bureau/technique/envois/", outbox.outbox, name="outbox"),
    path("bureau/technique/envois/renvoyer/", outbox.resend, name="resend"),
    path("carte/", layers.atlas, name="map"),
    path("carte/couches/<slug:code>.geojson", layers.layer, name="layer"),
    path("demo/courriels/", notices.demo_letters, name="demo_letters"),
    path("demo/courriels/<slug:name>/", notices.demo_letters, name="demo_letter"),
]
