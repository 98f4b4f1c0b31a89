from django.urls import path

from beffroi.shared.organisations.views import addresses

app_name = "organisations"
urlpatterns = [
    path("adresses/suggestions", addresses.suggestions, name="address_suggestions"),
]
