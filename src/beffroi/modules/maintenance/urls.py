from django.urls import path

from beffroi.modules.maintenance.views import field, gestures, order, orders, planning, stock, upkeep

app_name = "maintenance"
DESK = "bureau/travaux"
ONE = f"{DESK}/<str:reference>"

urlpatterns = [
    path(f"{DESK}/", orders.order_list, name="orders"),
    path(f"{DESK}/export.<str:kind>", orders.export, name="export"),
    path(f"{DESK}/nouveau/", order.order_new, name="order_new"),
    path(f"{DESK}/planning/", planning.board, name="planning"),
    path(f"{DESK}/plans/", upkeep.plans, name="plans"),
    path(f"{DESK}/plans/nouveau/", upkeep.plan, name="plan_new"),
    path(f"{DESK}/plans/ouvrir/", upkeep.generate, name="generate"),
    path(f"{DESK}/plans/<int:pk>/", upkeep.plan, name="plan_edit"),
    path(f"{DESK}/listes/", upkeep.checklists, name="checklists"),
    path(f"{DESK}/listes/nouvelle/", upkeep.checklist, name="checklist_new"),
    path(f"{DESK}/listes/<int:pk>/", upkeep.checklist, name="checklist_edit"),
    path(f"{DESK}/equipes/", upkeep.team_settings, name="team_settings"),
    path(f"{DESK}/equipes/absences/<int:pk>/retirer/", upkeep.absence_remove, name="absence_remove"),
    path(f"{DESK}/stock/", stock.stock, name="stock"),
    path(f"{DESK}/stock/export.<str:kind>", stock.stock_export, name="stock_export"),
    path(f"{DESK}/stock/pieces/nouvelle/", stock.part_edit, name="part_new"),
    path(f"{DESK}/stock/pieces/<int:pk>/", stock.part, name="part_page"),
    path(f"{DESK}/stock/pieces/<int:pk>/corriger/", stock.part_edit, name="part_edit"),
    path(f"{DESK}/stock/pieces/<int:pk>/compter/", stock.count, name="count"),
    path(f"{DESK}/stock/pieces/<int:pk>/deplacer/", stock.transfer, name="transfer"),
    path(f"{DESK}/stock/lieux/nouveau/", stock.store_edit, name="store_new"),
    path(f"{DESK}/stock/lieux/<int:pk>/", stock.store_edit, name="store_edit"),
    path(f"{DESK}/stock/bons/nouveau/", stock.purchase_edit, name="purchase_new"),
    path(f"{DESK}/stock/bons/<int:pk>/", stock.purchase, name="purchase"),
    path(f"{DESK}/stock/bons/<int:pk>/corriger/", stock.purchase_edit, name="purchase_edit"),
    path(f"{DESK}/stock/bons/<int:pk>/<str:verb>/", stock.purchase_move, name="purchase_move"),
    path(f"{ONE}/", order.order_page, name="order"),
    path(f"{ONE}/corriger/", order.order_edit, name="order_edit"),
    path(f"{ONE}/etape/<str:verb>/", gestures.step, name="step"),
    path(f"{ONE}/planifier/", gestures.plan, name="plan"),
    path(f"{ONE}/deplacer/", planning.move, name="move"),
    path(f"{ONE}/terminer/", gestures.close, name="close"),
    path(f"{ONE}/verifie/", gestures.settle, name="settle"),
    path(f"{ONE}/chrono/", gestures.timer, name="timer"),
    path(f"{ONE}/controles/", gestures.checks, name="checks"),
    path(f"{ONE}/temps/", gestures.labour, name="labour"),
    path(f"{ONE}/temps/<int:pk>/retirer/", gestures.labour_remove, name="labour_remove"),
    path(f"{ONE}/depenses/", gestures.expense, name="expense"),
    path(f"{ONE}/depenses/<int:pk>/retirer/", gestures.expense_remove, name="expense_remove"),
    path(f"{ONE}/pieces/", gestures.part, name="part"),
    path("terrain/travaux/<str:reference>/", field.field_order, name="field_order"),
]
