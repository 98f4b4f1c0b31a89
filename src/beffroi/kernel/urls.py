from django.urls import path

from beffroi.kernel.views import search

app_name = "kernel"
urlpatterns = [
    path("recherche/", search.search, name="search"),
    path("recherche/suggestions", search.suggestions, name="suggestions"),
    path("bureau/recherche/", search.desk_search, name="desk_search"),
]
