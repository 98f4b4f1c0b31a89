from django.urls import path

from beffroi.shared.people.views import account, mandates, my_data, persons

app_name = "people"

PERSON = "bureau/habitants/<int:pk>"
MANDATE = "bureau/mandats/<str:reference>"

urlpatterns = [
    path("bureau/habitants/", persons.index, name="persons"),
    path("bureau/habitants/ajouter/", persons.add, name="person_add"),
    path(f"{PERSON}/", persons.person, name="person"),
    path(f"{PERSON}/modifier/", persons.edit, name="person_edit"),
    path(f"{PERSON}/verifier/<slug:channel>/", persons.verify, name="person_verify"),
    path(f"{PERSON}/fusionner/", persons.merge, name="person_merge"),
    path(f"{PERSON}/foyers/ajouter/", persons.add_home, name="home_add"),
    path(f"{PERSON}/foyers/<int:household>/modifier/", persons.edit_home, name="home_edit"),
    path(f"{PERSON}/foyers/<int:household>/membres/", persons.add_member, name="home_member"),
    path(f"{PERSON}/foyers/<int:link>/quitter/", persons.leave_home, name="home_leave"),
    path(f"{PERSON}/mandat/", mandates.add, name="mandate_add"),
    path(f"{PERSON}/mandat-proche/", mandates.add_relative, name="mandate_relative"),
    path("bureau/mandats/", mandates.index, name="mandates"),
    path(f"{MANDATE}/", mandates.mandate, name="mandate"),
    path(f"{MANDATE}/revoquer/", mandates.revoke, name="mandate_revoke"),
    path("mandats/<str:reference>.pdf", mandates.receipt, name="mandate_receipt"),
    path("compte/informations/", account.information, name="my_information"),
    path("compte/informations/telephone/", account.verify_phone, name="my_phone"),
    path("compte/foyer/", account.homes, name="my_homes"),
    path("compte/foyer/<int:pk>/modifier/", account.edit_home, name="my_home_edit"),
    path("compte/foyer/<int:pk>/quitter/", account.leave_home, name="my_home_leave"),
    path("compte/mandats/", account.mandates, name="my_mandates"),
    path("compte/mandats/<str:reference>/accepter/", account.agree, name="my_mandate_agree"),
    path("compte/mandats/<str:reference>/terminer/", account.revoke, name="my_mandate_revoke"),
    path("compte/mandats/invitations/<int:pk>/retirer/", account.withdraw, name="my_invitation_withdraw"),
    path("proche/<str:token>/", account.invitation, name="invitation"),
    path("compte/mes-donnees/", my_data.index, name="my_data"),
    path("compte/mes-donnees/telecharger.<slug:kind>", my_data.download, name="my_data_download"),
    path("compte/mes-donnees/effacer/", my_data.erase, name="my_data_erase"),
    path("effacement/<str:token>/", my_data.erasure, name="erasure"),
    path("effacement/<str:token>/recepisse.pdf", my_data.erasure_receipt, name="erasure_receipt"),
]
