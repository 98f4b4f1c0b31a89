from django.contrib.auth.decorators import login_not_required
from django.urls import path

from beffroi.modules.roadmap.views import desk, feeds, moves, public

app_name = "roadmap"
SITE, DESK = "feuille-de-route/", "bureau/feuille-de-route/"
PLAN, ACTION = f"{DESK}plans/<slug:slug>/", f"{DESK}actions/<slug:slug>/"
urlpatterns = [
    path(SITE, public.home, name="home"),
    path(f"{SITE}historique/", public.history, name="history"),
    path(f"{SITE}nouvelles.rss", login_not_required(feeds.NewsFeed()), name="feed"),
    path(f"{SITE}plans/<slug:slug>/", public.plan, name="public_plan"),
    path(f"{SITE}plans/<slug:slug>/revisions/<int:number>/", public.revision, name="public_revision"),
    path(f"{SITE}actions/<slug:slug>/", public.action, name="public_action"),
    path(DESK, desk.index, name="desk"),
    path(PLAN, desk.board, name="board"),
    path(f"{ACTION}etat/", moves.move, name="move"),
]
