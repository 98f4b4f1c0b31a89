from django.urls import path, re_path

from beffroi.shared.signing.views import deciding, folders, setting

app_name = "signing"
DESK = "bureau/parapheur/"

urlpatterns = [
    path("verifier-une-signature/", setting.verify, name="verify"),
    path(DESK, folders.index, name="home"),
    path(f"{DESK}lot/", deciding.many, name="many"),
    path(f"{DESK}nouveau/", folders.new, name="new"),
    path(f"{DESK}delegations/", setting.delegations, name="delegations"),
    path(f"{DESK}delegations/nouvelle/", setting.new_delegation, name="new_delegation"),
    path(f"{DESK}delegations/<int:pk>/terminer/", setting.end_delegation, name="end_delegation"),
    path(f"{DESK}reglages/", setting.index, name="settings"),
    path(f"{DESK}reglages/<slug:slug>/bureaux/nouveau/", setting.desk, name="new_desk"),
    path(f"{DESK}reglages/<slug:slug>/bureaux/<int:pk>/", setting.desk, name="desk"),
    path(f"{DESK}reglages/<slug:slug>/circuits/nouveau/", setting.circuit, name="new_circuit"),
    path(f"{DESK}reglages/<slug:slug>/circuits/<int:pk>/", setting.circuit, name="circuit"),
    path(f"{DESK}<int:pk>/", folders.show, name="folder"),
    path(f"{DESK}<int:pk>/envoyer/", folders.submit, name="submit"),
    path(f"{DESK}<int:pk>/reprendre/", folders.withdraw, name="withdraw"),
    path(f"{DESK}<int:pk>/bordereau.pdf", folders.record, name="record"),
    path(f"{DESK}<int:pk>/etapes/<int:step>/", deciding.decide, name="decide"),
    path(f"{DESK}<int:pk>/etapes/<int:step>/regret/", deciding.regret, name="regret"),
    re_path(
        rf"^{DESK}(?P<pk>\d+)/etapes/(?P<step>\d+)/(?P<gesture>avis|transmettre)/$",
        deciding.other_desk,
        name="other_desk",
    ),
]
