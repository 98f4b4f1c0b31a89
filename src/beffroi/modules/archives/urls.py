from django.urls import path

from beffroi.modules.archives.views import boxes, deposits, due, handovers, profiles, proof, slips, transfers

app_name = "archives"
DESK = "bureau/archives/"
SLIP, MADE = f"{DESK}bordereaux/<int:pk>/", f"{DESK}versements/<int:pk>/"
PAPER = f"{DESK}versements/papier/<int:pk>/"
BOX, HANDED = f"{DESK}boites/<int:pk>/", f"{DESK}communications/<int:pk>/"

urlpatterns = [
    path(DESK, due.home, name="home"),
    path("bureau/archives.<slug:kind>", due.table, name="due_file"),
    path(f"{DESK}ensemble/", due.gesture, name="gesture"),
    path(f"{DESK}bordereaux/", slips.index, name="eliminations"),
    path("bureau/archives/bordereaux.<slug:kind>", slips.table, name="slips_file"),
    path(SLIP, slips.show, name="elimination"),
    path(f"{DESK}bordereaux/<int:pk>.pdf", slips.printed, name="slip_pdf"),
    path(f"{SLIP}modifier/", slips.edit, name="edit_slip"),
    path(f"{SLIP}reprendre/", slips.resume, name="resume"),
    path(f"{SLIP}etapes/<slug:verb>/", slips.step, name="slip_step"),
    path(f"{SLIP}lignes/<int:line>/oter/", slips.remove_line, name="remove_line"),
    path(f"{SLIP}lignes/<int:line>/retirer/", slips.set_aside, name="set_aside"),
    path(f"{DESK}versements/", transfers.index, name="transfers"),
    path(f"{DESK}versements/message/", transfers.read_message, name="read_message"),
    path(f"{DESK}versements/papier/", deposits.index, name="papers"),
    path(PAPER, deposits.show, name="paper"),
    path(f"{DESK}versements/papier/<int:pk>.pdf", deposits.printed, name="paper_pdf"),
    path(f"{PAPER}modifier/", deposits.edit, name="edit_paper"),
    path(f"{PAPER}etapes/<slug:verb>/", deposits.step, name="paper_step"),
    path(MADE, transfers.show, name="transfer"),
    path(f"{MADE}modifier/", transfers.edit, name="edit_transfer"),
    path(f"{MADE}etapes/<slug:verb>/", transfers.step, name="transfer_step"),
    path(f"{DESK}communications/", handovers.index, name="handovers"),
    path(HANDED, handovers.show, name="handover"),
    path(f"{HANDED}etapes/<slug:verb>/", handovers.step, name="handover_step"),
    path(f"{DESK}dossiers/<int:pk>/", handovers.access_to, name="access"),
    path(f"{DESK}dossiers/<int:pk>/demander/", handovers.new, name="new_handover"),
    path(f"{DESK}boites/", boxes.index, name="boxes"),
    path("bureau/archives/boites.<slug:kind>", boxes.table, name="boxes_file"),
    path(f"{DESK}boites/etiquettes/", boxes.labels, name="labels"),
    path(f"{DESK}boites/nouvelle/<slug:slug>/", boxes.new, name="new_box"),
    path(BOX, boxes.show, name="box"),
    path(f"{DESK}boites/<int:pk>.pdf", boxes.label, name="label"),
    path(f"{BOX}modifier/", boxes.edit, name="edit_box"),
    path(f"{BOX}preter/", boxes.lend, name="lend"),
    path(f"{BOX}prets/<int:loan>/rendre/", boxes.bring_back, name="bring_back"),
    path(f"{BOX}geler/", boxes.hold, name="hold_box"),
    path(f"{BOX}degeler/", boxes.release, name="release_box"),
    path(f"{DESK}emplacements/", boxes.shelves, name="shelves"),
    path(f"{DESK}emplacements/nouveau/<slug:slug>/", boxes.new_shelf, name="new_shelf"),
    path(f"{DESK}emplacements/<int:pk>/", boxes.edit_shelf, name="edit_shelf"),
    path(f"{DESK}preuves/", proof.show, name="proof"),
    path(f"{DESK}preuves/relire/", proof.check, name="check"),
    path(f"{DESK}preuves/verifier/", proof.verify, name="verify"),
    path(f"{DESK}preuves/journal/", proof.lines, name="ledger"),
    path(f"{DESK}preuves/journal/<int:rank>.tst", proof.token, name="token"),
    path(f"{DESK}reglages/", proof.settings, name="settings"),
    path(f"{DESK}reglages/<slug:slug>/", proof.setup, name="setup"),
    path(f"{DESK}reglages/<slug:slug>/profils/", profiles.index, name="profiles"),
    path(f"{DESK}reglages/<slug:slug>/profils/nouveau/", profiles.new, name="new_profile"),
    path(f"{DESK}profils/<int:pk>/", profiles.edit, name="edit_profile"),
    path(f"{DESK}profils/<int:pk>.xml", profiles.schema, name="profile_schema"),
]
