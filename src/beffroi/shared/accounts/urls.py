from django.urls import path, re_path

from beffroi.shared.accounts.oidc import views as identity
from beffroi.shared.accounts.views import demo, invitations, organisation, signing, space

app_name = "accounts"

SERVICE = r"(?P<code>franceconnect|proconnect)"
BODY = "bureau/organisation/<slug:slug>"

urlpatterns = [
    path("compte/", space.home, name="home"),
    path("compte/demander-acces/", space.ask_access, name="ask_access"),
    path("compte/securite/", space.security, name="security"),
    path("compte/securite/double-authentification/", space.second_factor_setup, name="second_factor_setup"),
    path("compte/mot-de-passe/force/", signing.password_strength, name="password_strength"),
    re_path(rf"^compte/{SERVICE}/$", identity.begin, name="identity_begin"),
    re_path(rf"^compte/{SERVICE}/retour/$", identity.come_back, name="identity_return"),
    re_path(rf"^compte/{SERVICE}/deconnecte/$", identity.left, name="identity_left"),
    re_path(rf"^compte/{SERVICE}/bouton\.svg$", identity.button, name="identity_button"),
    path("invitation/<str:token>/", invitations.accept, name="invitation"),
    path("bureau/agir-pour/", space.act_for, name="act_for"),
    path("bureau/organisation/", organisation.index, name="organisations"),
    path(f"{BODY}/", organisation.organisation, name="organisation"),
    path(f"{BODY}/historique/", organisation.history_page, name="organisation_history"),
    path(f"{BODY}/inviter/", organisation.invite, name="organisation_invite"),
    path(f"{BODY}/invitations/<int:pk>/renvoyer/", organisation.resend, name="organisation_resend"),
    path(f"{BODY}/invitations/<int:pk>/annuler/", organisation.revoke, name="organisation_revoke"),
    path(f"{BODY}/personnes/<int:pk>/", organisation.person, name="organisation_person"),
    path(f"{BODY}/roles/<int:pk>/fin/", organisation.end_role, name="organisation_end_role"),
    path(f"{BODY}/equipes/nouvelle/", organisation.team, name="organisation_new_team"),
    path(f"{BODY}/equipes/<int:pk>/", organisation.team, name="organisation_team"),
    path(f"{BODY}/demandes/<int:pk>/", organisation.decide, name="organisation_access"),
    path("demo/codes/", demo.codes, name="demo_codes"),
]
