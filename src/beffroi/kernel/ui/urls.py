from django.urls import path

from beffroi.kernel.ui import views

app_name = "ui"
urlpatterns = [
    path("apparence.css", views.appearance, name="appearance"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("sw.js", views.service_worker, name="service_worker"),
    path("hors-ligne/", views.offline, name="offline"),
    path("styles/", views.styles, name="styles"),
]
