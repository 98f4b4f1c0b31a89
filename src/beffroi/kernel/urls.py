from django.urls import path

from beffroi.kernel.views import datasets, health, indicators, layers, notices, outbox, search, technique, terrain

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
    path("bureau/technique/", technique.index, name="technique"),
    path("bureau/technique/journal/", technique.journal_browser, name="journal"),
    path("bureau/technique/sceaux/", technique.seals_page, name="seals"),
    path("bureau/technique/conservation/", technique.retention_page, name="retention"),
    path("bureau/technique/envois/", outbox.outbox, name="outbox"),
    path("bureau/technique/envois/renvoyer/", outbox.resend, name="resend"),
    path("carte/", layers.atlas, name="map"),
    path("carte/couches/<slug:code>.geojson", layers.layer, name="layer"),
    path("donnees/", datasets.catalogue, name="datasets"),
    path("donnees/indicateurs/", indicators.index, name="indicators"),
    path("donnees/indicateurs/<str:code>/", indicators.indicator, name="indicator"),
    path("donnees/catalogue.<slug:syntax>", datasets.catalogue_file, name="catalogue_file"),
    path("donnees/<slug:code>/", datasets.dataset, name="dataset"),
    path("donnees/<slug:code>/schema.json", datasets.schema, name="schema"),
    path("donnees/<slug:code>/datapackage.json", datasets.package, name="package"),
    path("donnees/<slug:code>/<slug:name>.<slug:kind>", datasets.dataset_file, name="dataset_file"),
    path("demo/courriels/", notices.demo_letters, name="demo_letters"),
    path("demo/courriels/<slug:name>/", notices.demo_letters, name="demo_letter"),
]
