from django.urls import path, re_path

from beffroi.shared.signing.views import deciding, folders, inviting, mailing, notes, setting, trusted

app_name = "signing"
DESK = "bureau/parapheur/"

urlpatterns = [
    path("verifier-une-signature/", setting.verify, name="verify"),
    path("verifier-une-signature/autorite.pem", setting.authority_file, name="authority"),
    path("signature/<str:token>/", inviting.outside, name="outside"),
    path("signature/<str:token>/fichiers/<uuid:file>/", inviting.outside_file, name="outside_file"),
    path(DESK, folders.index, name="home"),
    path(f"{DESK}lot/", deciding.many, name="many"),
    path(f"{DESK}lot/<int:pk>/", deciding.batch, name="batch"),
    path(f"{DESK}nouveau/", folders.new, name="new"),
    path(f"{DESK}delegations/", setting.delegations, name="delegations"),
    path(f"{DESK}delegations/nouvelle/", setting.new_delegation, name="new_delegation"),
    path(f"{DESK}delegations/<int:pk>/terminer/", setting.end_delegation, name="end_delegation"),
    path(f"{DESK}reglages/", setting.index, name="settings"),
    path(f"{DESK}reglages/confiance/", trusted.index, name="trusted"),
    path(f"{DESK}reglages/confiance/lire/", trusted.refresh, name="refresh_trusted"),
    path(f"{DESK}reglages/<slug:slug>/bureaux/nouveau/", setting.desk, name="new_desk"),
    path(f"{DESK}reglages/<slug:slug>/bureaux/<int:pk>/", setting.desk, name="desk"),
    path(f"{DESK}reglages/<slug:slug>/circuits/nouveau/", setting.circuit, name="new_circuit"),
    path(f"{DESK}reglages/<slug:slug>/circuits/<int:pk>/", setting.circuit, name="circuit"),
    path(f"{DESK}reglages/<slug:slug>/natures/nouvelle/", setting.nature, name="new_nature"),
    path(f"{DESK}reglages/<slug:slug>/natures/<int:pk>/", setting.nature, name="nature"),
    path(f"{DESK}cles/nouvelle/", setting.key, name="new_key"),
    path(f"{DESK}cles/<int:pk>/", setting.key, name="key"),
    path(f"{DESK}<int:pk>/", folders.show, name="folder"),
    path(f"{DESK}<int:pk>/envoyer/", folders.submit, name="submit"),
    path(f"{DESK}<int:pk>/reprendre/", folders.withdraw, name="withdraw"),
    path(f"{DESK}<int:pk>/encore/", folders.again, name="again"),
    path(f"{DESK}<int:pk>/autre-circuit/", folders.chain, name="chain"),
    path(f"{DESK}<int:pk>/signatures/", folders.signatures, name="signatures"),
    path(f"{DESK}<int:pk>/dossier.zip", folders.package, name="package"),
    path(f"{DESK}<int:pk>/pages/", notes.notes, name="notes"),
    path(f"{DESK}<int:pk>/pages/<int:number>.webp", notes.page, name="page"),
    path(f"{DESK}<int:pk>/pages/notes/<int:note>/", notes.change, name="note"),
    path(f"{DESK}<int:pk>/pages/notes/<int:note>/oter/", notes.remove, name="remove_note"),
    path(f"{DESK}<int:pk>/bordereau.pdf", folders.record, name="record"),
    path(f"{DESK}<int:pk>/etapes/<int:step>/", deciding.decide, name="decide"),
    path(f"{DESK}invitations/<int:pk>/annuler/", inviting.cancel, name="cancel_invitation"),
    path(f"{DESK}envois/<int:pk>/retirer/", mailing.cancel, name="cancel_sending"),
    path(f"{DESK}envois/<int:pk>/renvoyer/", mailing.again, name="mail_again"),
    path(f"{DESK}<int:pk>/etapes/<int:step>/regret/", deciding.regret, name="regret"),
    re_path(
        rf"^{DESK}(?P<pk>\d+)/etapes/(?P<step>\d+)/(?P<gesture>avis|transmettre)/$",
        deciding.other_desk,
        name="other_desk",
    ),
]
