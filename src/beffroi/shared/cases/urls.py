from django.urls import path

from beffroi.shared.cases.lists import CASES
from beffroi.shared.cases.views import answers as ready
from beffroi.shared.cases.views import bulk, case, cases_list, desk, gestures, mine, saved, tracking

app_name = "cases"
DESK = "bureau/demandes"
ONE = f"{DESK}/<str:reference>"

urlpatterns = [
    path("suivi/", tracking.find_link, name="find_link"),
    path("suivi/<str:token>/", tracking.tracking, name="tracking"),
    path("suivi/<str:token>/message/", tracking.write, name="tracking_message"),
    path("suivi/<str:token>/adresse/", tracking.set_email, name="tracking_email"),
    path("suivi/<str:token>/suivre/", tracking.confirm, name="tracking_confirm"),
    path("suivi/<str:token>/ne-plus-suivre/", tracking.stop, name="tracking_stop"),
    path("suivi/<str:token>/recepisse.pdf", tracking.receipt_file, name="tracking_receipt"),
    path("compte/demandes/", mine.mine, name="mine"),
    path("compte/demandes/<str:reference>/", mine.mine_case, name="mine_case"),
    path("compte/demandes/<str:reference>/message/", mine.write, name="mine_message"),
    path("compte/demandes/<str:reference>/recepisse.pdf", mine.receipt_file, name="mine_receipt"),
    path("bureau/", desk.basket, name="basket"),
    path("bureau/reponses-types/", ready.answers, name="answers"),
    path("bureau/reponses-types/nouvelle/", ready.edit, name="answer_new"),
    path("bureau/reponses-types/<int:pk>/", ready.edit, name="answer"),
    path("bureau/reponses-types/<int:pk>/supprimer/", ready.remove, name="answer_remove"),
    path(f"{DESK}/", cases_list.case_list, name="list"),
    path(f"{DESK}/export.<str:kind>", cases_list.export, name="export"),
    path(f"{DESK}/lot/", bulk.bulk, name="bulk"),
    path(f"{DESK}/lot/rapport/", bulk.report, name="bulk_report"),
    *saved.urls(CASES, f"{DESK}/vues"),
    path(f"{ONE}/", case.case_page, name="case"),
    path(f"{ONE}/etape/<str:verb>/", gestures.step, name="step"),
    path(f"{ONE}/prendre/", gestures.claim, name="claim"),
    path(f"{ONE}/confier/", gestures.assign, name="assign"),
    path(f"{ONE}/transmettre/", gestures.transfer, name="transfer"),
    path(f"{ONE}/priorite/", gestures.priority, name="priority"),
    path(f"{ONE}/message/", gestures.message, name="message"),
    path(f"{ONE}/note/", gestures.note, name="note"),
    path(f"{ONE}/recepisse.pdf", case.receipt_file, name="receipt"),
    path(f"{ONE}/regrouper/", gestures.merge, name="merge"),
]
