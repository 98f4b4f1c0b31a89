from django.urls import path

from beffroi.shared.files import views

app_name = "files"
urlpatterns = [
    path("fichiers/envoi/", views.upload, name="upload"),
    path("fichiers/<uuid:pk>/vignette/<str:size>/", views.show_thumbnail, name="thumbnail"),
    path("fichiers/<uuid:pk>/<str:name>", views.show_file, name="file"),
]
