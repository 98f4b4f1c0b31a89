from django.urls import path

from beffroi.kernel.views import health, search

app_name = "kernel"
urlpatterns = [
    path("sante/", health.sante, name="health"),
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions", search.suggestions, name="suggestions"),
    path("bureau/recherche/", search.desk_search, name="desk_search"),
]
