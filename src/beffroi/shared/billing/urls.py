from django.urls import path

from beffroi.shared.billing.views import counter, desk, notify, payer, runs, slips, standin, till

app_name = "billing"
DESK = "bureau/regie"

urlpatterns = [
    path("compte/factures/", payer.my_invoices, name="my_invoices"),
    path("compte/factures/payer/", payer.pay, name="pay"),
    path("compte/factures/paiement/<str:reference>/", payer.checkout, name="checkout"),
    path("compte/factures/<str:number>/", payer.my_invoice, name="my_invoice"),
    path("compte/factures/<str:number>/facture.pdf", payer.my_invoice_pdf, name="my_invoice_pdf"),
    path("paiement/notification/<str:reference>/", notify.notify, name="notify"),
    path(f"{DESK}/facturations/", runs.runs, name="runs"),
    path(f"{DESK}/facturations/nouvelle/", runs.run_new, name="run_new"),
    path(f"{DESK}/facturations/<int:pk>/", runs.run, name="run"),
    path(f"{DESK}/facturations/<int:pk>/anomalies.<str:kind>", runs.run_anomalies, name="run_anomalies"),
    path(f"{DESK}/facturations/<int:pk>/<str:verb>/", runs.run_move, name="run_move"),
    path(f"{DESK}/guichet/", counter.counter, name="counter"),
    path(f"{DESK}/guichet/<str:code>/<int:pk>/", counter.collect, name="collect"),
    path(f"{DESK}/journal/", counter.payments, name="payments"),
    path(f"{DESK}/journal/export.<str:kind>", counter.payments_export, name="payments_export"),
    path(f"{DESK}/journal/<int:pk>/", counter.payment, name="payment"),
    path(f"{DESK}/journal/<int:pk>/quittance.pdf", till.receipt, name="receipt"),
    path(f"{DESK}/journal/<int:pk>/avance/", till.use_advance, name="use_advance"),
    path(f"{DESK}/journal/<int:pk>/<str:verb>/", counter.payment_move, name="payment_move"),
    path(f"{DESK}/caisse/", till.till_home, name="till_home"),
    path(f"{DESK}/caisse/arretes/<int:pk>/", till.closing, name="closing"),
    path(f"{DESK}/caisse/remises/<int:pk>/", till.deposit, name="deposit"),
    path(f"{DESK}/caisse/remises/<int:pk>/bordereau.pdf", till.deposit_pdf, name="deposit_pdf"),
    path(f"{DESK}/caisse/<str:code>/", till.till, name="till"),
    path(f"{DESK}/caisse/<str:code>/arreter/", till.close, name="close"),
    path(f"{DESK}/caisse/<str:code>/remise/", till.deposit_new, name="deposit_new"),
    path(f"{DESK}/bordereaux/", slips.slips, name="slips"),
    path(f"{DESK}/bordereaux/<int:pk>/", slips.slip, name="slip"),
    path(f"{DESK}/bordereaux/<int:pk>/fichier.xml", slips.slip_file, name="slip_file"),
    path(f"{DESK}/bordereaux/<int:pk>/suite/", slips.slip_move, name="slip_move"),
    path(f"{DESK}/bordereaux/<str:code>/nouveau/", slips.slip_new, name="slip_new"),
    path(f"{DESK}/bordereaux/<str:code>/retour/", slips.slip_return, name="slip_return"),
    path("demo/payfip/services/securite", standin.service, name="standin_service"),
    path("demo/payfip/paiementws.web", standin.page, name="standin"),
    path(f"{DESK}/factures/", desk.invoices, name="invoices"),
    path(f"{DESK}/factures/export.<str:kind>", desk.invoices_export, name="invoices_export"),
    path(f"{DESK}/factures/<str:number>/", desk.invoice, name="invoice"),
    path(f"{DESK}/factures/<str:number>/facture.pdf", desk.invoice_pdf, name="invoice_pdf"),
    path(f"{DESK}/factures/<str:number>/avoir/", desk.credit, name="credit"),
    path(f"{DESK}/factures/<str:number>/relancer/", desk.remind, name="remind"),
]
