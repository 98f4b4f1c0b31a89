from django.urls import path

from beffroi.modules.deliberations.views import alerts, desk, feeds, public, steps

app_name = "deliberations"
SITE, DESK = "actes/", "bureau/actes/"

site = [
    path(SITE, public.index, name="list"),
    path("actes.rss", feeds.rss, name="feed"),
    path(f"{SITE}alertes/", alerts.ask, name="alert_new"),
    path(f"{SITE}alertes/demande/", alerts.asked, name="alert_asked"),
    path(f"{SITE}alertes/<str:token>/", alerts.manage, name="alert"),
    path(f"{SITE}<slug:slug>/<slug:number>/", public.act, name="public_act"),
    path(f"{SITE}<slug:slug>/<slug:number>/document/", public.document, name="document"),
    path(f"{SITE}<slug:slug>/<slug:number>/certificat.pdf", public.certificate, name="public_certificate"),
]
office = [
    path(DESK, desk.index, name="desk"),
    path("bureau/actes.<slug:kind>", desk.register_file, name="register_file"),
    path(f"{DESK}nouveau/", desk.new, name="new"),
    path(f"{DESK}modes/", desk.regimes, name="regimes"),
    path(f"{DESK}modes/<slug:slug>/", desk.regime, name="regime"),
    path(f"{DESK}<int:pk>/", desk.act, name="act"),
    path(f"{DESK}<int:pk>/modifier/", desk.edit, name="edit"),
    path(f"{DESK}<int:pk>/anonymiser/", steps.anonymise, name="anonymise"),
    path(f"{DESK}<int:pk>/transmission/", steps.transmission, name="transmission"),
    path(f"{DESK}<int:pk>/certificat.pdf", desk.certificate, name="certificate"),
    path(f"{DESK}<int:pk>/<slug:verb>/", steps.step, name="step"),
]
urlpatterns = [*site, *office]
