from django.contrib.auth.decorators import login_not_required
from django.urls import path

from beffroi.modules.roadmap.views import (
    action,
    bulk,
    desk,
    details,
    exchange,
    feeds,
    files,
    indicators,
    lists,
    moves,
    public,
    revisions,
    structure,
    writing,
)

app_name = "roadmap"
SITE, DESK = "feuille-de-route/", "bureau/feuille-de-route/"
PLAN, ACTION = f"{DESK}plans/<slug:slug>/", f"{DESK}actions/<slug:slug>/"
INDICATOR = f"{ACTION}indicateurs/<int:pk>/"

site = [
    path(SITE, public.home, name="home"),
    path(f"{SITE}historique/", public.history, name="history"),
    path(f"{SITE}nouvelles.rss", login_not_required(feeds.NewsFeed()), name="feed"),
    path(f"{SITE}plans/<slug:slug>/", public.plan, name="public_plan"),
    path(f"{SITE}plans/<slug:slug>/revisions/<int:number>/", public.revision, name="public_revision"),
    path(f"{SITE}plans/<slug:slug>/rapport.pdf", files.public_report, name="public_report"),
    path(f"{SITE}plans/<slug:slug>/actions.<slug:kind>", files.public_table, name="public_table"),
    path(f"{SITE}actions/<slug:slug>/", public.action, name="public_action"),
]
plans = [
    path(DESK, desk.index, name="desk"),
    path(f"{DESK}nouveau/", structure.new_plan, name="new_plan"),
    path(PLAN, desk.board, name="board"),
    path(f"{PLAN}liste/", lists.table, name="table"),
    path(f"{PLAN}liste.<slug:kind>", lists.table_file, name="table_file"),
    path(f"{PLAN}liste/lot/", bulk.bulk, name="bulk"),
    path(f"{PLAN}liste/lot/rapport/", bulk.report, name="bulk_report"),
    path(f"{PLAN}calendrier/", lists.calendar, name="gantt"),
    path(f"{PLAN}axes/", lists.axes, name="axes"),
    path(f"{PLAN}axes/nouveau/", structure.new_axis, name="new_axis"),
    path(f"{PLAN}axes/<int:pk>/", structure.edit_axis, name="edit_axis"),
    path(f"{PLAN}axes/<int:pk>/effacer/", structure.delete_axis, name="delete_axis"),
    path(f"{PLAN}elus/", lists.referents, name="referents"),
    path(f"{PLAN}elus/nouveau/", structure.new_referent, name="new_referent"),
    path(f"{PLAN}elus/<int:pk>/", structure.edit_referent, name="edit_referent"),
    path(f"{PLAN}budget/", lists.budget, name="budget"),
    path(f"{PLAN}budget.<slug:kind>", lists.budget_file, name="budget_file"),
    path(f"{PLAN}reglages/", structure.edit_plan, name="edit_plan"),
    path(f"{PLAN}actions/nouvelle/", writing.new, name="new_action"),
    path(f"{PLAN}echanges/", exchange.index, name="exchange"),
    path(f"{PLAN}echanges/essai/<int:pk>/", exchange.trial, name="import"),
    path(f"{PLAN}echanges/modele.<slug:kind>", exchange.template, name="template"),
    path(f"{PLAN}complet.<slug:kind>", exchange.workbook, name="workbook"),
    path(f"{PLAN}rapport.docx", files.desk_word, name="report_word"),
    path(f"{PLAN}rapport.pdf", files.desk_report, name="report"),
    path(f"{PLAN}revisions/", revisions.index, name="revisions"),
    path(f"{PLAN}revisions/figer/", revisions.freeze, name="freeze"),
    path(f"{PLAN}revisions/comparer/", revisions.compare, name="compare"),
    path(f"{PLAN}revisions/<int:number>/", revisions.show, name="revision"),
    path(f"{PLAN}revisions/<int:number>/adoption/", revisions.adopt, name="adopt"),
]
actions = [
    path(ACTION, action.show, name="action"),
    path(f"{ACTION}etat/", moves.move, name="move"),
    path(f"{ACTION}modifier/", writing.edit, name="edit"),
    path(f"{ACTION}personnes/", writing.people, name="people"),
    path(f"{ACTION}repetition/", writing.same, name="same"),
    path(f"{ACTION}geste/<slug:name>/", writing.gesture, name="gesture"),
    path(f"{ACTION}etapes/", details.steps, name="steps"),
    path(f"{ACTION}etapes/<int:pk>/faite/", details.tick, name="tick"),
    path(f"{ACTION}budget/", details.budget, name="action_budget"),
    path(f"{ACTION}budget/repartir/", details.spread, name="spread"),
    path(f"{ACTION}financements/", details.fundings, name="fundings"),
    path(f"{ACTION}points/", details.note, name="note"),
    path(f"{ACTION}points/<int:pk>/<slug:name>/", details.note_gesture, name="note_gesture"),
    path(f"{ACTION}liens/", details.link, name="link"),
    path(f"{ACTION}liens/<int:pk>/retirer/", details.unlink, name="unlink"),
    path(f"{ACTION}documents/", details.documents, name="documents"),
    path(f"{ACTION}documents/<uuid:pk>/<slug:name>/", details.document_gesture, name="document_gesture"),
    path(f"{ACTION}indicateurs/nouveau/", indicators.new, name="new_indicator"),
    path(INDICATOR, indicators.show, name="indicator"),
    path(f"{INDICATOR}modifier/", indicators.edit, name="edit_indicator"),
    path(f"{INDICATOR}effacer/", indicators.remove, name="remove_indicator"),
    path(f"{INDICATOR}valeurs/<int:value>/effacer/", indicators.remove_value, name="remove_value"),
]
urlpatterns = [*site, *plans, *actions]
