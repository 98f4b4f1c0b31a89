"""The file of another accounting software: its columns, its signs, its encoding, read back by another reader."""

import csv
import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.shared.billing import actions, layouts
from beffroi.shared.billing.layouts_ready import READY
from beffroi.shared.billing.models import AccountingLayout, Invoice, Leg, Regie
from beffroi.shared.organisations.models import Organisation

YEAR = (datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))


@pytest.fixture
def make_layout(operator):
    def make(columns, content="titles", **manner):
        layout = AccountingLayout(organisation=operator, name="Essai", content=content, columns=columns, **manner)
        layout.full_clean()
        return layout

    return make


def text_of(layout, regie):
    content, _count = actions.export_accounts(layout, regie, *YEAR, actor=None)
    return content.decode(layout.encoding)


def table(layout, regie):
    text = text_of(layout, regie)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=layout.mark))


# --- The columns ------------------------------------------------------------------------------------------------------


def test_columns_come_in_the_order_that_is_written(make_layout, make_invoice, regie):
    invoice = make_invoice(4250)
    columns = 'Montant : montant\nType : "T"\nvide x 2\nNuméro : facture\nRang : numero'
    assert table(make_layout(columns), regie) == [
        ["Montant", "Type", "", "", "Numéro", "Rang"],
        ["42,50", "T", "", "", invoice.number, "1"],
    ]


def test_header_may_be_left_out_and_columns_take_the_name_of_their_field(make_layout, make_invoice, regie):
    make_invoice()
    assert table(make_layout("payeur"), regie)[0] == ["Nom du payeur"]
    assert len(table(make_layout("payeur", header=False), regie)) == 1


@pytest.mark.parametrize(
    ("column", "wanted"),
    [
        ("payeur ; 7", "Camille"),
        ("payeur ; majuscules", "CAMILLE DUPRÉ"),
        ("payeur ; majuscules ; sans accents ; 12", "CAMILLE DUPR"),
        ("payeur.adresse1", "3 rue du Moulin"),
        ("payeur.adresse2", ""),
        ("payeur.cp", "80630"),
        ("payeur.ville", "Beauval"),
        ('"a ; b : c"', "a ; b : c"),
        ("article", "7066"),
        ("nature", "facture"),
    ],
)
def test_column_is_written_as_it_is_asked(make_layout, make_invoice, regie, column, wanted):
    make_invoice()
    assert table(make_layout(column, header=False), regie) == [[wanted]]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("Montant : montants", "Ligne 1"),
        ("facture\nNom : nom", "Ligne 2"),
        ("facture ; gras", "gras"),
        ("facture ; 0", "longueur"),
        ("ligne.montant", "n’existe pas"),
        ("\n\n", "au moins une"),
        ("\n".join(["vide x 150"] * 2), "au plus"),
    ],
)
def test_what_is_wrong_in_the_columns_is_told_line_by_line(make_layout, columns, said):
    with pytest.raises(layouts.BadColumns, match=said):
        layouts.columns_of(columns, "titles")
    layout = make_layout("facture")
    layout.columns = columns
    with pytest.raises(ValidationError):
        actions.save_layout(layout, actor=None)
    assert not AccountingLayout.objects.exists()


# --- How it is written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("manner", "wanted"), [("comma", "-42,50"), ("point", "-42.50"), ("cents", "-4250")])
def test_amounts_of_a_credit_note_are_negative(make_layout, make_invoice, regie, regisseur, manner, wanted):
    invoice = make_invoice(4250)
    actions.issue_credit_note(invoice, reason="Erreur", actor=regisseur)
    rows = table(make_layout("montant\nmontant.absolu\nannule", header=False, amounts=manner), regie)
    assert rows[1] == [wanted, wanted.removeprefix("-"), invoice.number]


@pytest.mark.parametrize(
    ("manner", "wanted"),
    [("%d/%m/%Y", "05/11/2026"), ("%Y-%m-%d", "2026-11-05"), ("%Y%m%d", "20261105"), ("%d%m%y", "051126")],
)
def test_dates_are_written_as_chosen(make_layout, make_invoice, regie, manner, wanted):
    make_invoice(issued_on=datetime.date(2026, 11, 5), due_on=datetime.date(2026, 12, 5))
    assert table(make_layout("emise", header=False, dates=manner), regie) == [[wanted]]


def test_separator_quotes_and_ends_of_line(make_layout, make_payer, make_invoice, regie):
    make_invoice(payer=make_payer(last_name='Dupré; dit "Jo"'))
    needed = text_of(make_layout("payeur\nregie", header=False), regie)
    assert needed == '"Camille Dupré; dit ""Jo""";ACM\r\n'
    unix = make_layout("payeur\nregie", header=False, quoting="all", separator="tab", ending="lf", encoding="utf-8")
    assert text_of(unix, regie) == '"Camille Dupré; dit ""Jo"""\t"ACM"\n'
    bare = make_layout("payeur\nregie", header=False, quoting="none", encoding="utf-8")
    assert text_of(bare, regie) == "Camille Dupré  dit  Jo ;ACM\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "iso-8859-15", "iso-8859-1"])
def test_file_opens_in_its_encoding_and_keeps_what_it_can(make_layout, make_payer, make_invoice, regie, encoding):
    make_invoice(payer=make_payer(last_name="Œuvré’ – Łuk"))
    layout = make_layout("payeur ; 40", header=False, encoding=encoding)
    content, count = actions.export_accounts(layout, regie, *YEAR, actor=None)
    assert count == 1
    told = content.decode(encoding)
    assert "uvré" in told
    if encoding.startswith("utf"):
        assert "Œuvré’ – Łuk" in told
    if encoding == "iso-8859-1":
        assert "OEuvré' - ?uk" in told


def test_a_name_is_never_a_formula(make_layout, make_payer, make_invoice, regie):
    make_invoice(payer=make_payer(first_name="=cmd()", last_name="x"))
    assert not text_of(make_layout("payeur", header=False, encoding="utf-8"), regie).startswith(("=", "+", "-", "@"))


# --- What is in it ----------------------------------------------------------------------------------------------------


def test_postings_balance_and_are_all_there(make_layout, make_invoice, regie, payer, regisseur):
    invoice = make_invoice(4250)
    actions.receive_payment(
        regie=regie, method="cheque", amount=4250, payer=payer, invoices=[invoice], actor=regisseur, reference="1"
    )
    layout = make_layout("compte\ndebit\ncredit\nsens", content="postings", header=False, amounts="cents")
    rows = table(layout, regie)
    assert len(rows) == Leg.objects.count()
    assert sum(int(debit or 0) for _account, debit, _credit, _side in rows) == sum(
        int(credit or 0) for _account, _debit, credit, _side in rows
    )
    assert {account for account, *_rest in rows} >= {"411", "70", "5112"}
    assert all((side == "D") == bool(debit) for _account, debit, _credit, side in rows)


def test_lines_add_up_to_their_invoices(make_layout, make_invoice, regie):
    make_invoice(4200)
    make_invoice(1350)
    rows = table(make_layout("facture\nligne.montant", content="lines", header=False, amounts="cents"), regie)
    assert sum(int(amount) for _number, amount in rows) == sum(Invoice.objects.values_list("total", flat=True))


def test_period_and_regie_bound_the_file(make_layout, make_invoice, regie, operator):
    old = make_invoice(issued_on=datetime.date(2026, 10, 31), due_on=datetime.date(2026, 12, 1))
    new = make_invoice(issued_on=datetime.date(2026, 11, 1), due_on=datetime.date(2026, 12, 1))
    layout = make_layout("facture", header=False, encoding="utf-8")
    november = (datetime.date(2026, 11, 1), datetime.date(2026, 11, 30))
    content, _count = actions.export_accounts(layout, regie, *november, actor=None)
    assert content.decode().split() == [new.number]
    assert old.number not in content.decode()
    other = Regie.objects.create(organisation=operator, code="EAU", name="Eau")
    assert actions.export_accounts(layout, other, *november, actor=None) == (b"", 0)
    with pytest.raises(ValidationError):
        actions.export_accounts(layout, regie, *reversed(november), actor=None)


def test_file_of_a_body_is_not_made_with_the_layout_of_another(make_layout, regie):
    elsewhere = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs")
    layout = make_layout("facture")
    layout.organisation = elsewhere
    with pytest.raises(ValidationError):
        actions.export_accounts(layout, regie, *YEAR, actor=None)


@pytest.mark.parametrize("code", sorted(READY))
def test_ready_layouts_hold_and_write(make_invoice, regie, operator, code):
    make_invoice()
    layout = READY[code].make(operator)
    layout.full_clean()
    rows = table(layout, regie)
    assert len(rows) > 1
    assert all(len(row) == len(rows[0]) for row in rows)


# --- The pages --------------------------------------------------------------------------------------------------------


def test_regisseur_copies_adapts_and_downloads(make_invoice, regie, regisseur, client):
    invoice = make_invoice(4250, issued_on=datetime.date(2026, 11, 5), due_on=datetime.date(2026, 12, 5))
    client.force_login(regisseur)
    ready = reverse("billing:layout_ready", args=["titres"])
    assert client.get(reverse("billing:layouts")).status_code == 200
    assert "modele=titres" in client.get(ready).content.decode()
    new = reverse("billing:layout_new") + "?modele=titres"
    assert "payeur.code" in client.get(new).content.decode()
    form = {
        "name": "Notre logiciel",
        "content": "titles",
        "columns": "Titre : facture\nSomme : montants",
        "separator": ";",
        "quoting": "all",
        "header": "on",
        "encoding": "cp1252",
        "ending": "crlf",
        "dates": "%d/%m/%Y",
        "amounts": "comma",
        "extension": "txt",
    }
    refused = client.post(new, form)
    assert refused.status_code == 200
    assert "Ligne 2" in refused.content.decode()
    assert "Somme : montants" in refused.content.decode(), "what was typed is kept"
    assert client.post(new, form | {"columns": "Titre : facture\nSomme : montant"}).status_code == 302
    layout = AccountingLayout.objects.get()
    page = reverse("billing:layout", args=[layout.pk])
    assert client.get(page).status_code == 200
    answer = client.post(page, {"regie": regie.pk, "du": "2026-11-01", "au": "2026-11-30"})
    assert answer["Content-Disposition"] == 'attachment; filename="acm-2026-11-01-2026-11-30.txt"'
    assert answer.content == f'"Titre";"Somme"\r\n"{invoice.number}";"42,50"\r\n'.encode("cp1252")
    entry = Entry.objects.get(verb="billing.export")
    assert entry.actor == regisseur
    assert entry.data["lines"] == 1
    assert client.post(reverse("billing:layout_drop", args=[layout.pk])).status_code == 302
    assert not AccountingLayout.objects.exists()


def test_others_open_nothing(make_layout, regie, make_user, operator, client):
    layout = actions.save_layout(make_layout("facture"), actor=None)
    elsewhere = Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs")
    Regie.objects.create(organisation=elsewhere, code="AIL", name="Ailleurs")
    for user in (make_user(), make_user("agent", operator), make_user("regisseur", elsewhere)):
        client.force_login(user)
        assert client.get(reverse("billing:layout", args=[layout.pk])).status_code in {403, 404}
        assert client.post(reverse("billing:layout_drop", args=[layout.pk])).status_code in {403, 404}
    assert AccountingLayout.objects.exists()
