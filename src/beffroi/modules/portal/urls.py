from django.urls import path

from beffroi.modules.portal.views import communes, home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("communes/", communes.index, name="communes"),
    path("communes/territoire.svg", communes.picture, name="picture"),
    path("communes/<slug:slug>/", communes.commune, name="commune"),
    path("mairies/", communes.town_halls_page, name="town_halls"),
]
