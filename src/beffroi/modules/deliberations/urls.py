from django.urls import path

from beffroi.modules.deliberations.views import (
    alerts,
    assemblies,
    desk,
    drafting,
    feeds,
    meetings,
    public,
    steps,
    votes,
)

app_name = "deliberations"
SITE, DESK = "actes/", "bureau/actes/"

site = [
    path(SITE, public.index, name="list"),
    path("actes.rss", feeds.rss, name="feed"),
    path(f"{SITE}alertes/", alerts.ask, name="alert_new"),
    path(f"{SITE}alertes/demande/", alerts.asked, name="alert_asked"),
    path(f"{SITE}alertes/<str:token>/", alerts.manage, name="alert"),
    path(f"{SITE}seances/", assemblies.index, name="public_meetings"),
    path(f"{SITE}seances/<int:pk>/", assemblies.show, name="public_meeting"),
    path(f"{SITE}convocations/<str:token>/", assemblies.papers, name="papers"),
    path(f"{SITE}convocations/<str:token>/<int:item>/projet/", assemblies.project, name="project"),
    path(f"{SITE}ampliations/<str:token>/", drafting.copy, name="copy"),
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
    path(f"{DESK}modes/<slug:slug>/ampliations/", drafting.copy_folder, name="copy_folder"),
    path(f"{DESK}modeles/", drafting.templates, name="templates"),
    path(f"{DESK}modeles/<slug:slug>/nouveau/", drafting.template, name="new_template"),
    path(f"{DESK}modeles/<slug:slug>/<int:pk>/", drafting.template, name="template"),
    path(f"{DESK}<int:pk>/", desk.act, name="act"),
    path(f"{DESK}<int:pk>/modifier/", desk.edit, name="edit"),
    path(f"{DESK}<int:pk>/texte/", drafting.text, name="text"),
    path(f"{DESK}<int:pk>/ampliations/", drafting.copies, name="copies"),
    path(f"{DESK}<int:pk>/ampliations.<slug:kind>", drafting.copies_file, name="copies_file"),
    path(f"{DESK}<int:pk>/ampliations/<int:copy>/remise/", drafting.hand, name="hand_copy"),
    path(f"{DESK}<int:pk>/anonymiser/", steps.anonymise, name="anonymise"),
    path(f"{DESK}<int:pk>/signature/", steps.signature, name="signature"),
    path(f"{DESK}<int:pk>/transmission/", steps.transmission, name="transmission"),
    path(f"{DESK}<int:pk>/certificat.pdf", desk.certificate, name="certificate"),
    path(f"{DESK}<int:pk>/<slug:verb>/", steps.step, name="step"),
]
MEETING = f"{DESK}seances/<int:pk>/"
assembly = [
    path(f"{DESK}seances/", meetings.index, name="meetings"),
    path(f"{DESK}seances/nouvelle/", meetings.edit, name="new_meeting"),
    path(f"{DESK}seances/membres/", meetings.councillors, name="councillors"),
    path(f"{DESK}seances/membres/<slug:slug>/nouveau/", meetings.councillor, name="new_councillor"),
    path(f"{DESK}seances/membres/<slug:slug>/<int:pk>/", meetings.councillor, name="councillor"),
    path(MEETING, meetings.show, name="meeting"),
    path(f"{MEETING}modifier/", meetings.edit, name="edit_meeting"),
    path(f"{MEETING}presences/", meetings.attendance, name="attendance"),
    path(f"{MEETING}liste/", meetings.publish_list, name="publish_list"),
    path(f"{MEETING}proces-verbal/", meetings.minutes, name="minutes"),
    path(f"{MEETING}points/nouveau/", meetings.add_item, name="add_item"),
    path(f"{MEETING}proces-verbal/projet.pdf", votes.draft_minutes, name="draft_minutes"),
    path(f"{MEETING}points/<int:item>/", votes.show, name="item"),
    path(f"{MEETING}points/<int:item>/vote/", votes.vote, name="vote"),
    path(f"{MEETING}points/<int:item>/mouvement/", votes.change, name="change"),
    path(f"{MEETING}points/<int:item>/deport/", votes.recuse, name="recuse"),
    path(f"{MEETING}points/<int:item>/discussions/", votes.discussion, name="discussion"),
    path(f"{MEETING}points/<int:item>/effacer/<slug:kind>/<int:number>/", votes.undo, name="undo"),
    path(f"{MEETING}points/<int:item>/issue/", meetings.settle, name="settle"),
    path(f"{MEETING}points/<int:item>/deliberation/", meetings.draft, name="draft_act"),
    path(f"{MEETING}points/<int:item>/<slug:gesture>/", meetings.item_gesture, name="item_gesture"),
    path(f"{MEETING}<slug:verb>/", meetings.step, name="meeting_step"),
]
urlpatterns = [*site, *assembly, *office]
