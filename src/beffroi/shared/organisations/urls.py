from django.urls import path

from beffroi.shared.organisations.views import addresses, bodies, hours, outlines

app_name = "organisations"
urlpatterns = [
    path("adresses/suggestions", addresses.suggestions, name="address_suggestions"),
    path("carte/contours.geojson", outlines.outlines, name="outlines"),
    path("bureau/horaires/", hours.index, name="hours"),
    path("bureau/horaires/<slug:slug>/", hours.organisation, name="hours_of"),
    path("bureau/horaires/<slug:slug>/semaine/", hours.edit_week, name="hours_week"),
    path("bureau/horaires/<slug:slug>/exceptions/<int:pk>/retirer/", hours.remove_exception, name="hours_remove"),
    path("bureau/organismes/", bodies.index, name="bodies"),
    path("bureau/organismes/ajouter/", bodies.add, name="body_add"),
    path("bureau/organismes/<slug:slug>/", bodies.body, name="body"),
    path("bureau/organismes/<slug:slug>/modifier/", bodies.edit, name="body_edit"),
]
