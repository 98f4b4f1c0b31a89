"""Budgets: read from the State's XML or from a table, each fault with its line, published under the national schema."""

import csv
import io
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.transparency import actions, demo_files
from beffroi.modules.transparency.exports import BUDGETS, budget_rows
from beffroi.modules.transparency.importing import budgets
from beffroi.modules.transparency.importing.tables import Unreadable
from beffroi.modules.transparency.models import Budget, BudgetLine, Chart
from beffroi.modules.transparency.models.budget import totals
from tests.support.norms import norm, table_faults
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def upload(content: bytes, name="budget.xml"):
    return SimpleUploadedFile(name, content, "application/xml")


def as_table(rows, delimiter=";") -> bytes:
    """The rows of the dataset as a software writes them: semicolons, decimal commas."""
    output = io.StringIO()
    rows = list(rows)
    writer = csv.DictWriter(output, fieldnames=list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        writer.writerow(
            {
                name: "" if value is None else str(value).replace(".", ",") if isinstance(value, Decimal) else value
                for name, value in row.items()
            }
        )
    return output.getvalue().encode()


def test_budget_of_the_state_s_file_is_read_line_by_line(given):
    assert (given.year, given.step, given.siret, given.nomenclature) == (2026, "01", "21800253300014", "M57-M57")
    assert given.lines_count == given.lines.count() == len(demo_files.LINES)
    energy = given.lines.get(account="60612")
    assert (energy.chapter, energy.chapter_label) == ("011", "Charges à caractère général")
    assert (energy.account_label, energy.function_label) == ("Énergie – Électricité", "Voirie communale")
    assert (energy.section, energy.way, energy.is_order) == ("fonctionnement", "dépense", False)
    assert energy.voted == Decimal("41200.00")
    assert energy.done is None
    assert given.lines.get(account="6811").is_order


def test_each_section_is_balanced_as_the_law_wants_of_the_demonstration(given):
    """CGCT L1612-4: what is spent and what is received are equal in each section."""
    found = totals(given.lines, "voted")
    for section in BudgetLine.Section.values:
        assert found[section, "dépense"] == found[section, "recette"] > 0


def test_totals_that_the_software_adds_are_left_aside(town, chart, document, secretary):
    line = demo_files.lines(Decimal("0.1"), done=False)[0]
    reading = budgets.read(document(lines=[line, line | {"OpBudg": "T"}]))
    assert len(reading.lines) == 1
    assert not reading.faults
    whole = document(lines=[line]).replace(b"<LigneBudget>", b'<LigneBudget calculated="true">')
    assert "aucune ligne" in budgets.read(whole).faults[0].reason


def test_chart_of_the_year_before_serves_until_that_of_the_year_is_there(town, document):
    assert "plan de comptes M57-M57 2026" in budgets.read(document()).faults[0].reason
    actions.keep_chart(demo_files.chart(2027), actor=None)
    assert budgets.read(document()).faults
    actions.keep_chart(demo_files.chart(2024), actor=None)
    assert budgets.read(document()).faults == []


def test_chart_given_again_replaces_the_former(chart):
    again = actions.keep_chart(demo_files.chart(2025).replace(b"Voiries", b"Voiries et r\xc3\xa9seaux"), actor=None)
    assert again.pk == chart.pk
    assert Chart.objects.count() == 1
    assert again.content["accounts"]["615231"] == "Voiries et réseaux"


def test_chapter_that_the_line_does_not_say_is_that_of_its_account(document):
    """Some software writes an account in ContNat, or nothing: the chart says the chapter, by the way and the sort."""
    account = b'<Compte Code="60612" DR="011" DOES="042"'
    plan = demo_files.chart(2026).replace(b'<Compte Code="60612"', account)
    actions.keep_chart(plan, actor=None)
    line = next(one for one in demo_files.lines(Decimal(1), done=False) if one["Nature"] == "60612")
    changes = ({"ContNat": ""}, {"ContNat": "60"}, {"ContNat": "60", "OpBudg": "1"}, {"ContNat": "60", "CodRD": "R"})
    reading = budgets.read(document(lines=[line | change for change in changes]))
    assert [one.chapter for one in reading.lines[:3]] == ["011", "011", "042"]
    assert {fault.column for fault in reading.faults} == {"BGT_CONTNAT_LABEL", "BGT_SECTION"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<a/>", "DocumentBudgetaire"),
        (b"<DocumentBudgetaire>", "ne se lit pas"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]><DocumentBudgetaire/>', "DTD"),
        (b"<DocumentBudgetaire/>", "0 budgets"),
        (b"", "aucune ligne"),
        (b"%PDF-1.7\x00", "autre chose que du texte"),
    ],
)
def test_file_that_is_no_budget_is_refused_in_a_sentence(data, words, chart):
    with pytest.raises(Unreadable, match=words):
        budgets.read(data)


def test_single_account_that_the_schema_does_not_know_is_refused(town, chart, document):
    (fault,) = budgets.read(document(step="10")).faults
    assert fault.column == "BGT_NATDEC"


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"Nature": "99999"}, "BGT_NATURE_LABEL"),
        ({"ContNat": "77"}, "BGT_CONTNAT_LABEL"),
        ({"CodRD": "X"}, "BGT_CODRD"),
        ({"OpBudg": "7"}, "BGT_OPBUDG"),
        ({"MtPrev": "1e9"}, "BGT_MTPREV"),
        ({"MtPrev": "12.345"}, "BGT_MTPREV"),
        ({"MtPrev": "", "MtPropNouv": ""}, "BGT_MTPREV"),
        ({"Fonction": "1234567890"}, "BGT_FONCTION"),
    ],
)
def test_faulty_line_is_named_with_its_place_in_the_file(change, column, chart, document):
    lines = demo_files.lines(Decimal("0.1"), done=False)[:3]
    lines[1] = lines[1] | change
    data = document(lines=lines)
    faults = budgets.read(data).faults
    assert column in {fault.column for fault in faults}
    (line,) = {fault.line for fault in faults}
    text = data.decode().splitlines()
    assert "<LigneBudget>" in text[line - 1]
    assert sum("<LigneBudget>" in one for one in text[:line]) == 2


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_table_in_the_columns_of_the_schema_says_the_same_as_the_xml(delimiter, given, secretary, town):
    actions.publish_budget(given, actor=secretary)
    rows = list(budget_rows())
    reading = budgets.read(as_table(rows, delimiter))
    assert reading.faults == []
    actions.withdraw_budget(given, actor=secretary, reason="Erreur de fichier")
    again = actions.keep_budget(town, reading, actor=secretary)
    actions.publish_budget(again, actor=secretary)
    assert list(budget_rows()) == rows


def test_line_of_another_budget_in_the_same_table_is_named(given, secretary):
    actions.publish_budget(given, actor=secretary)
    rows = list(budget_rows())
    rows[2] |= {"BGT_ANNEE": 2025}
    rows[4] |= {"BGT_SECTION": "exploitation", "BGT_MTPREV": "douze"}
    faults = budgets.read(as_table(rows)).faults
    assert [(fault.line, fault.column) for fault in faults] == [
        (4, "BGT_NATDEC"),
        (6, "BGT_SECTION"),
        (6, "BGT_MTPREV"),
    ]


def test_missing_columns_are_all_told():
    faults = budgets.read(b"BGT_NATDEC;BGT_ANNEE\nbudget primitif;2026\n").faults
    assert {"BGT_SIRET", "BGT_CONTNAT", "BGT_CODRD"} <= {fault.column for fault in faults}


def test_budget_of_another_body_is_refused(town, chart, document, secretary):
    reading = budgets.read(document(siret="21800711000013"))
    with pytest.raises(ValidationError, match="pas celui de"):
        actions.keep_budget(town, reading, actor=secretary)


def test_annexed_budget_has_the_siren_of_the_body_and_its_own_siret(given, town, document, secretary):
    annexed = actions.keep_budget(town, budgets.read(document(siret="21800253300022")), actor=secretary)
    assert annexed.pk != given.pk


def test_same_step_given_twice_is_refused_until_the_first_is_withdrawn(given, town, document, secretary):
    with pytest.raises(ValidationError, match="déjà là"):
        actions.keep_budget(town, budgets.read(document()), actor=secretary)
    actions.publish_budget(given, actor=secretary)
    actions.withdraw_budget(given, actor=secretary, reason="Mauvais fichier")
    assert actions.keep_budget(town, budgets.read(document()), actor=secretary).pk != given.pk


@pytest.mark.django_db(transaction=True)
def test_same_step_given_by_two_people_at_once_is_kept_once(town, chart, document, secretary):
    data = document()

    answers = at_once(*[lambda: actions.keep_budget(town, budgets.read(data), actor=secretary)] * 4)
    kept = [one for one in answers if isinstance(one, Budget)]
    assert [type(one) for one in answers].count(ValidationError) == 3
    assert len(kept) == Budget.objects.count() == 1
    assert BudgetLine.objects.count() == kept[0].lines_count


def test_amending_decisions_are_told_apart_by_their_number(town, chart, document, secretary):
    for number in (1, 2):
        data = document(step=Budget.Step.AMENDING, number=number)
        actions.keep_budget(town, budgets.read(data), actor=secretary)
    assert [str(one) for one in Budget.objects.order_by("number")] == [
        "décision modificative n° 1 2026",
        "décision modificative n° 2 2026",
    ]


def test_nothing_is_public_before_it_is_published_nor_after_it_is_withdrawn(given, client, secretary):
    address = given.get_absolute_url()
    assert client.get(address).status_code == 404
    assert list(budget_rows()) == []
    actions.publish_budget(given, actor=secretary)
    page = client.get(address)
    assert page.status_code == 200
    assert "Charges à caractère général" in page.text
    assert len(list(budget_rows())) == given.lines_count
    actions.withdraw_budget(given, actor=secretary, reason="Chiffres provisoires")
    assert client.get(address).status_code == 404
    assert list(budget_rows()) == []
    assert Entry.objects.filter(verb="transparency.withdraw_budget").get().data["reason"] == "Chiffres provisoires"


def test_role_in_the_epci_gives_nothing_over_the_budget_of_a_commune(given, make_user, operator, client):
    stranger = make_user("admin", operator)
    with pytest.raises(PermissionDenied):
        actions.publish_budget(given, actor=stranger)
    client.force_login(stranger)
    assert client.get(given.desk_url()).status_code == 404


def test_budget_is_published_once(given, secretary):
    actions.publish_budget(given, actor=secretary)
    with pytest.raises(TransitionRefused):
        actions.publish_budget(Budget.objects.get(pk=given.pk), actor=secretary)


def test_dataset_follows_the_common_schema_of_budgets(given, town, document, secretary, tmp_path):
    actions.publish_budget(given, actor=secretary)
    done = actions.keep_budget(town, budgets.read(document(step=Budget.Step.DONE, year=2025)), actor=secretary)
    actions.publish_budget(done, actor=secretary)
    lines = list(budget_rows())
    assert [list(line) for line in lines] == [[field.name for field in BUDGETS.fields]] * len(lines)
    assert {line["BGT_NATDEC"] for line in lines} == {"budget primitif", "compte administratif"}
    assert table_faults(lines, norm("schemas", "scdl_budget.schema.json"), tmp_path) == []


def test_judge_of_the_schema_does_judge(given, secretary, tmp_path):
    actions.publish_budget(given, actor=secretary)
    lines = list(budget_rows())
    lines[0] |= {"BGT_SECTION": "autre"}
    assert table_faults(lines, norm("schemas", "scdl_budget.schema.json"), tmp_path)


def test_agent_tries_a_file_then_keeps_it_then_publishes_it(client, secretary, town, chart, document):
    client.force_login(secretary)
    address = "/bureau/budgets/nouveau/"
    tried = client.post(address, {"organisation": town.pk, "file": upload(document()), "essai": "oui"})
    assert "Tout est juste" in tried.text
    assert not Budget.objects.exists()
    bad = demo_files.lines(Decimal("0.1"), done=False)
    bad[3] = bad[3] | {"Nature": "99999"}
    refused = client.post(address, {"organisation": town.pk, "file": upload(document(lines=bad))})
    assert "Rien n’est gardé" in refused.text
    assert "BGT_NATURE_LABEL" in refused.text
    assert not Budget.objects.exists()
    kept = client.post(address, {"organisation": town.pk, "file": upload(document())}, follow=True)
    budget = Budget.objects.get()
    assert "Relisez ses totaux" in kept.text
    client.post(f"{budget.desk_url()}publier/", follow=True)
    budget.refresh_from_db()
    assert budget.state == "published"
    assert client.get(budget.get_absolute_url()).status_code == 200
    assert client.post(f"{budget.desk_url()}retirer/", {"reason": ""}).status_code == 200
    client.post(f"{budget.desk_url()}retirer/", {"reason": "Fichier provisoire"})
    budget.refresh_from_db()
    assert budget.state == "withdrawn"


def test_agent_gives_nothing_for_a_body_that_is_not_theirs(client, secretary, operator, chart, document):
    client.force_login(secretary)
    answer = client.post("/bureau/budgets/nouveau/", {"organisation": operator.pk, "file": upload(document())})
    assert answer.status_code == 200
    assert not Budget.objects.exists()


def test_charts_are_kept_by_those_who_configure_the_platform(client, secretary, make_user, operator):
    client.force_login(secretary)
    assert client.get("/bureau/budgets/plans/").status_code == 403
    client.force_login(make_user("admin", operator))
    wrong = client.post("/bureau/budgets/plans/", {"file": upload(b"<a/>")})
    assert "planDeCompte.xml" in wrong.text
    assert not Chart.objects.exists()
    client.post("/bureau/budgets/plans/", {"file": upload(demo_files.chart(2026))})
    assert str(Chart.objects.get()) == "M57-M57 2026"
