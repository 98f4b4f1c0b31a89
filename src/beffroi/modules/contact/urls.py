from django.urls import path

from beffroi.modules.contact.views import desk, public

app_name = "contact"
urlpatterns = [
    path("contact/", public.new, name="new"),
    path("contact/envoye/<str:token>/", public.sent, name="sent"),
    path("bureau/contact/nouveau/", desk.new, name="desk_new"),
    path("bureau/contact/sujets/", desk.subjects, name="subjects"),
    path("bureau/contact/sujets/<slug:slug>/nouveau/", desk.subject, name="subject_new"),
    path("bureau/contact/sujets/<slug:slug>/<int:pk>/", desk.subject, name="subject"),
    path("bureau/contact/sujets/<slug:slug>/<int:pk>/supprimer/", desk.remove, name="subject_remove"),
]
