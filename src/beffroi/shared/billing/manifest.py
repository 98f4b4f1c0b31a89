from beffroi.kernel.modules import MenuItem, Module, Page, Permission, Reaction, Role, Service, Tile
from beffroi.shared.billing import actions, certificates, figures, retention
from beffroi.shared.billing.access import COLLECT, INVOICE, MANAGE, VIEW
from beffroi.shared.billing.models import (
    AccountingLayout,
    Closing,
    DebitFile,
    Deposit,
    Invoice,
    LetterBatch,
    Payment,
    RefundRequest,
    Regie,
    Run,
    Slip,
    Tariff,
    TariffDraft,
)
from beffroi.shared.billing.notices import NOTICES
from beffroi.shared.billing.personal_data import PERSONAL_DATA

GROUP = "Régie et facturation"


def _number(**filters) -> tuple | None:
    number = Invoice.objects.filter(**filters).order_by("pk").values_list("number", flat=True).first()
    return (number,) if number else None


def _pk(model) -> tuple | None:
    pk = model.objects.order_by("pk").values_list("pk", flat=True).first()
    return (pk,) if pk else None


def _code() -> tuple | None:
    code = Regie.objects.order_by("pk").values_list("code", flat=True).first()
    return (code,) if code else None


def _payer() -> tuple | None:
    """A régie, and somebody whom it invoices."""
    found = Invoice.objects.filter(payer__isnull=False).order_by("pk").values_list("regie__code", "payer").first()
    return tuple(found) if found else None


def _mandate_code() -> tuple | None:
    """A régie to which payers may give a mandate."""
    found = Regie.objects.active().exclude(creditor_id="").order_by("pk")
    return next(((one.code,) for one in found if actions.can_sign(one)), None)


def _year() -> tuple | None:
    """The régie and the last year that it may certify."""
    regies = Regie.objects.order_by("pk")
    years = certificates.years_by_regie(regies)
    return next(((one.code, years[one.pk][0]) for one in regies if one.pk in years), None)


def _desk(label: str, name: str, icon: str, permission: str, order: int) -> MenuItem:
    return MenuItem(label=label, url_name=f"billing:{name}", group=GROUP, icon=icon, permission=permission, order=order)


module = Module(
    label="Facturation",
    icon="receipt",
    needs=("organisations", "people", "files", "signing"),
    roles=[
        Role(
            code="regisseur",
            label="Régisseur",
            description="Tient la régie : factures, encaissements, caisse, arrêté du jour.",
            kinds=("epci", "commune", "syndicat"),
        ),
    ],
    permissions=[
        Permission(code=VIEW, label="Consulter les factures et les comptes de la régie"),
        Permission(code=INVOICE, label="Émettre des factures, des avoirs et des relances"),
        Permission(code=COLLECT, label="Encaisser au guichet et arrêter la caisse"),
        Permission(code=MANAGE, label="Régler les régies et leurs tarifs"),
    ],
    grants={
        "regisseur": (VIEW, INVOICE, COLLECT, MANAGE, "cases.desk"),
        "admin": (VIEW, INVOICE, MANAGE),
    },
    services=[
        Service(
            code="tarifs",
            label="Estimer un prix",
            url_name="billing:estimate",
            text="Combien coûte l’accueil de mon enfant, selon mon quotient familial ?",
            icon="euro",
            keywords="tarif prix quotient familial centre de loisirs cantine facture",
            order=70,
        )
    ],
    menu=[
        MenuItem(
            label="Mes factures",
            url_name="billing:my_invoices",
            face="account",
            icon="receipt",
            order=60,
            count=figures.to_pay,
        ),
        MenuItem(label="Mes prélèvements", url_name="billing:my_mandates", face="account", icon="landmark", order=62),
        _desk("Factures", "invoices", "receipt", VIEW, 400),
        _desk("Avoirs à faire", "overcharges", "undo-2", INVOICE, 405),
        _desk("Facturations", "runs", "calendar-check", VIEW, 410),
        _desk("Guichet", "counter", "wallet", COLLECT, 420),
        _desk("Caisse", "till_home", "coins", VIEW, 430),
        _desk("Journal de la régie", "payments", "book-open", VIEW, 440),
        _desk("Bordereaux de titres", "slips", "send", VIEW, 450),
        _desk("Prélèvements", "debits", "refresh-cw", VIEW, 445),
        _desk("Attestations fiscales", "certificates", "file-text", VIEW, 455),
        _desk("Remboursements", "refunds", "undo-2", VIEW, 447),
        _desk("Lettres de relance", "letters_home", "mail", VIEW, 457),
        _desk("Exports comptables", "layouts", "download", VIEW, 458),
        _desk("Tarifs", "tariffs", "tag", VIEW, 460),
        _desk("Régies", "regies", "landmark", VIEW, 470),
    ],
    pages=[
        Page(url_name="billing:my_invoices", permission="login"),
        Page(url_name="billing:advance", permission="login"),
        Page(url_name="billing:overcharges", permission=INVOICE),
        Page(url_name="billing:refunds", permission=VIEW),
        Page(url_name="billing:refund_request", permission=VIEW, args=lambda: _pk(RefundRequest)),
        Page(url_name="billing:my_mandates", permission="login"),
        Page(url_name="billing:my_mandate_new", permission="login", args=_mandate_code),
        Page(url_name="billing:invoices", permission=VIEW),
        Page(url_name="billing:invoice", permission=VIEW, args=_number),
        Page(url_name="billing:single_payers", permission=INVOICE, query="?q=a"),
        Page(url_name="billing:single", permission=INVOICE, args=_payer),
        Page(url_name="billing:estimate", query="?qf=600"),
        Page(url_name="billing:tariffs", permission=VIEW),
        Page(url_name="billing:tariff", permission=VIEW, args=lambda: _pk(Tariff)),
        Page(url_name="billing:tariff_new", permission=MANAGE),
        Page(url_name="billing:tariff_edit", permission=MANAGE, args=lambda: _pk(Tariff)),
        Page(url_name="billing:simulator", permission=MANAGE),
        Page(url_name="billing:draft_new", permission=MANAGE),
        Page(url_name="billing:draft", permission=VIEW, args=lambda: _pk(TariffDraft)),
        Page(url_name="billing:draft_edit", permission=MANAGE, args=lambda: _pk(TariffDraft)),
        Page(url_name="billing:regies", permission=VIEW),
        Page(url_name="billing:regie_new", permission=MANAGE),
        Page(url_name="billing:regie", permission=MANAGE, args=_code),
        Page(url_name="billing:counter", permission=COLLECT, query="?q=a"),
        Page(url_name="billing:payments", permission=VIEW),
        Page(url_name="billing:payment", permission=VIEW, args=lambda: _pk(Payment)),
        Page(url_name="billing:till", permission=VIEW, args=_code),
        Page(url_name="billing:ledger", permission=VIEW, args=_code),
        Page(url_name="billing:close", permission=COLLECT, args=_code),
        Page(url_name="billing:deposit_new", permission=COLLECT, args=_code),
        Page(url_name="billing:closing", permission=VIEW, args=lambda: _pk(Closing)),
        Page(url_name="billing:deposit", permission=VIEW, args=lambda: _pk(Deposit)),
        Page(url_name="billing:layouts", permission=VIEW),
        Page(url_name="billing:layout_ready", permission=VIEW, args=lambda: ("titres",)),
        Page(url_name="billing:layout", permission=VIEW, args=lambda: _pk(AccountingLayout)),
        Page(url_name="billing:layout_new", permission=MANAGE),
        Page(url_name="billing:layout_edit", permission=MANAGE, args=lambda: _pk(AccountingLayout)),
        Page(url_name="billing:slips", permission=VIEW),
        Page(url_name="billing:slip", permission=VIEW, args=lambda: _pk(Slip)),
        Page(url_name="billing:slip_new", permission=COLLECT, args=_code),
        Page(url_name="billing:slip_return", permission=COLLECT, args=_code),
        Page(url_name="billing:debits", permission=VIEW),
        Page(url_name="billing:debits_new", permission=COLLECT, args=_code),
        Page(url_name="billing:debit_file", permission=VIEW, args=lambda: _pk(DebitFile)),
        Page(url_name="billing:letters", permission=VIEW, args=_code),
        Page(url_name="billing:letter_batch", permission=VIEW, args=lambda: _pk(LetterBatch)),
        Page(url_name="billing:reminder_steps", permission=MANAGE, args=_code),
        Page(url_name="billing:costs", permission=VIEW),
        Page(url_name="billing:certificates", permission=VIEW),
        Page(url_name="billing:certificates_year", permission=VIEW, args=_year),
        Page(url_name="billing:runs", permission=VIEW),
        Page(url_name="billing:run_new", permission=INVOICE),
        Page(url_name="billing:run", permission=VIEW, args=lambda: _pk(Run)),
        Page(url_name="billing:credit", permission=INVOICE, args=lambda: _number(kind="invoice")),
    ],
    verbs={
        "billing.regie": "Régie enregistrée",
        "billing.tariff": "Tarif enregistré",
        "billing.tariff_end": "Fin d’un tarif",
        "billing.draft": "Brouillon de tarif gardé",
        "billing.draft_drop": "Brouillon de tarif jeté",
        "billing.draft_publish": "Brouillon de tarif publié",
        "billing.issue": "Facture émise",
        "billing.credit": "Avoir émis",
        "billing.pay": "Paiement reçu",
        "billing.allocate": "Avance employée",
        "billing.refund_ask": "Remboursement demandé",
        "billing.refund_read": "Compte à créditer lu par un agent",
        "billing.refund_paid": "Avance rendue",
        "billing.refund_refuse": "Remboursement refusé",
        "billing.refund_withdraw": "Demande de remboursement retirée",
        "billing.settle": "Facture réglée",
        "billing.checkout": "Paiement en ligne commencé",
        "billing.checkout_end": "Paiement en ligne terminé",
        "billing.run": "Facturation préparée",
        "billing.run_preview": "Aperçu recalculé",
        "billing.run_start": "Facturation lancée",
        "billing.run_batch": "Lot de factures émis",
        "billing.run_done": "Facturation terminée",
        "billing.run_cancel": "Facturation annulée",
        "billing.reminders": "Étapes des relances réglées",
        "billing.remind": "Relance envoyée",
        "billing.remind_letter": "Lettre de relance à imprimer",
        "billing.letters": "Lot de lettres préparé",
        "billing.letters_printed": "Lettres imprimées",
        "billing.letters_sent": "Lettres postées",
        "billing.letters_undo": "Lot de lettres défait",
        "billing.certificates": "Attestations de frais de garde annoncées",
        "billing.layout": "Format d’export comptable réglé",
        "billing.layout_drop": "Format d’export comptable retiré",
        "billing.export": "Export comptable téléchargé",
        "billing.close": "Journée arrêtée",
        "billing.deposit": "Remise faite",
        "billing.slip": "Bordereau de titres écrit",
        "billing.slip_sign": "Bordereau envoyé au parapheur",
        "billing.slip_signed": "Bordereau signé revenu du parapheur",
        "billing.slip_move": "Suite d’un bordereau",
        "billing.slip_answer": "Réponse de la trésorerie sur un bordereau",
        "billing.slip_return": "Retour de la trésorerie lu",
        "billing.mandate": "Mandat de prélèvement signé",
        "billing.mandate_wait": "Mandat de prélèvement à signer sur papier",
        "billing.mandate_read": "Mandat de prélèvement ouvert par un agent",
        "billing.mandate_end": "Mandat de prélèvement révoqué",
        "billing.debits": "Prélèvements préparés",
        "billing.debits_done": "Prélèvements faits",
        "billing.debits_cancel": "Prélèvements annulés",
        "billing.refund": "Trop-perçu rendu",
        "billing.bounce": "Paiement rejeté",
    },
    tiles=[
        Tile(
            label="factures en retard",
            value=figures.late,
            url_name="billing:invoices",
            query="?etat=retard",
            permission=INVOICE,
            tone="late",
            order=400,
        ),
        Tile(
            label="avoirs à faire",
            value=figures.to_give_back,
            url_name="billing:overcharges",
            permission=INVOICE,
            tone="waiting",
            order=402,
        ),
        Tile(
            label="avances à rendre",
            value=figures.refunds,
            url_name="billing:refunds",
            permission=COLLECT,
            tone="waiting",
            order=406,
        ),
        Tile(
            label="lettres de relance à imprimer",
            value=figures.letters,
            url_name="billing:letters_home",
            permission=INVOICE,
            tone="waiting",
            order=405,
        ),
    ],
    datasets=[figures.DATASET],
    indicators=figures.INDICATORS,
    notices=NOTICES,
    retention=retention.RULES,
    personal_data=[PERSONAL_DATA],
    reactions=[
        Reaction(verb="signing.finish", run=actions.take_signed_slip, label="Le fichier signé est celui qui part"),
        Reaction(verb="people.merge", run=actions.refuse_merge, label="Pas de fusion pendant une facturation"),
    ],
    demo="beffroi.shared.billing.demo.load",
    demo_order=50,
    kept={
        "billing.Regie": "Les coordonnées publiques d’un guichet, et le compte d’un organisme, non d’une personne.",
    },
)
