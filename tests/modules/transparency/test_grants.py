"""Grants: what the law wants online, the import line by line, the national schema."""

import csv
import datetime
import io
import re
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given as examples
from hypothesis import strategies as st

from beffroi.kernel.ui.formats import typo
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.transparency import actions
from beffroi.modules.transparency.exports import GRANTS, grant_rows
from beffroi.modules.transparency.importing import grants as importing
from beffroi.modules.transparency.importing import tables
from beffroi.modules.transparency.models import Grant
from beffroi.modules.transparency.models.grant import months_later
from tests.modules.transparency.conftest import CLUB, SIRET
from tests.support.norms import norm, table_faults
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
LINE = {
    "nomAttribuant": "Beauval",
    "idAttribuant": SIRET,
    "dateConvention": "2026-02-10",
    "referenceDecision": "2026-014",
    "nomBeneficiaire": "Club de tir à l’arc",
    "idBeneficiaire": CLUB,
    "objet": "Saison sportive",
    "montant": "12 500,50",
    "nature": "aide en numéraire",
    "conditionsVersement": "échelonné",
    "datesPeriodeVersement": "2026-03-01/2026-12-31",
    "notificationUE": "non",
    "pourcentageSubvention": "1.00",
}


def table(*changes, delimiter=";") -> bytes:
    output = io.StringIO()
    writer = csv.DictWriter(output, fieldnames=list(LINE), delimiter=delimiter)
    writer.writeheader()
    writer.writerows([LINE | change for change in changes])
    return output.getvalue().encode()


def test_threshold_of_the_law_is_that_of_a_year(make_grant):
    """Décret 2001-495, art. 1: grants whose amount in a year passes 23,000 euros."""
    make_grant(amount=Decimal("23000"))
    assert not Grant.objects.to_publish().exists()
    make_grant(amount=Decimal("0.01"), object="Achat d’une cible")
    assert Grant.objects.to_publish().count() == 2


@pytest.mark.parametrize(
    "other",
    [
        {"convention_on": datetime.date(2025, 12, 31)},
        {"beneficiary": "Harmonie", "beneficiary_rna": "W802000002"},
        {"share": Decimal("0.01")},
    ],
)
def test_another_year_or_beneficiary_or_part_does_not_count(make_grant, other):
    make_grant(amount=Decimal("22000"))
    make_grant(amount=Decimal("2000"), object="Autre aide", **other)
    assert not Grant.objects.to_publish().exists()


def test_withdrawn_grant_counts_no_more(make_grant, secretary):
    first = make_grant(amount=Decimal("20000"))
    make_grant(amount=Decimal("9000"), object="Déplacements")
    actions.publish_grant(first, actor=secretary)
    assert Grant.objects.to_publish().count() == 1
    actions.withdraw_grant(first, actor=secretary, reason="Convention résiliée")
    assert not Grant.objects.to_publish().exists()


@pytest.mark.parametrize(
    ("signed", "last"),
    [
        ("2026-01-31", "2026-04-30"),
        ("2026-11-30", "2027-02-28"),
        ("2027-11-29", "2028-02-29"),
        ("2026-12-01", "2027-03-01"),
    ],
)
def test_three_months_to_publish(signed, last, make_grant):
    """Décret 2017-779, art. 2: three months at most after the convention is signed."""
    assert make_grant(convention_on=datetime.date.fromisoformat(signed)).publish_by.isoformat() == last


@examples(st.dates(datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)), st.integers(1, 30))
def test_months_later_is_never_past_the_month(day, months):
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + datetime.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"beneficiary_rna": ""}, "beneficiary_siret"),
        ({"beneficiary_siret": "78430000000016"}, "beneficiary_siret"),
        ({"beneficiary_rna": "802000001"}, "beneficiary_rna"),
        ({"amount": Decimal(0)}, "amount"),
        ({"share": Decimal("1.5")}, "share"),
        ({"paid_until": datetime.date(2026, 1, 1)}, "paid_until"),
        ({"object": "x" * 257}, "object"),
    ],
)
def test_grant_that_the_schema_would_refuse_is_refused_beside_its_field(fields, where, make_grant):
    with pytest.raises(ValidationError) as refused:
        make_grant(**fields)
    assert where in refused.value.message_dict or "__all__" in refused.value.message_dict
    assert not Grant.objects.exists()


def test_table_is_read_as_it_is_written(town, secretary):
    reading = importing.read(table({}), town)
    assert reading.faults == []
    assert actions.import_grants(town, reading, actor=secretary) == 1
    kept = Grant.objects.get()
    assert (kept.amount, kept.convention_on) == (Decimal("12500.50"), datetime.date(2026, 2, 10))
    assert (kept.paid_from, kept.paid_until) == (datetime.date(2026, 3, 1), datetime.date(2026, 12, 31))
    assert (kept.beneficiary_siret, kept.terms, kept.reference) == (CLUB, "échelonné", "2026-014")


def test_same_table_given_again_changes_nothing(town, secretary):
    actions.import_grants(town, importing.read(table({}), town), actor=secretary)
    again = importing.read(table({}, {"objet": "Achat de cibles"}), town)
    assert (again.known, len(again.grants), again.faults) == (1, 1, [])
    assert actions.import_grants(town, again, actor=secretary) == 1
    assert Grant.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"dateConvention": "32/01/2026"}, "dateConvention"),
        ({"dateConvention": ""}, "dateConvention"),
        ({"montant": "douze"}, "montant"),
        ({"montant": ""}, "montant"),
        ({"montant": "-5"}, "montant"),
        ({"nature": "cadeau"}, "nature"),
        ({"idBeneficiaire": "78430000000016"}, "idBeneficiaire"),
        ({"idBeneficiaire": ""}, "idBeneficiaire"),
        ({"idAttribuant": "21800711000017"}, "idAttribuant"),
        ({"datesPeriodeVersement": "2026-12-31/2026-01-01"}, "datesPeriodeVersement"),
        ({"datesPeriodeVersement": "mars"}, "datesPeriodeVersement"),
        ({"pourcentageSubvention": "45"}, "pourcentageSubvention"),
        ({"notificationUE": "peut-être"}, "notificationUE"),
        ({"objet": ""}, "objet"),
        ({"nomBeneficiaire": ""}, "nomBeneficiaire"),
    ],
)
def test_faulty_line_is_named_and_nothing_is_kept(change, column, town, secretary):
    reading = importing.read(table({}, {"objet": "Déplacements"} | change), town)
    assert {(fault.line, fault.column) for fault in reading.faults} >= {(3, column)}
    assert {fault.line for fault in reading.faults} == {3}
    with pytest.raises(ValidationError):
        actions.import_grants(town, reading, actor=secretary)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("period", ["01/03/2026/31/12/2026", "2026-03-01 / 31/12/2026", "01/03/2026"])
def test_period_written_the_french_way_is_read(period, town):
    (grant,) = importing.read(table({"datesPeriodeVersement": period}), town).grants
    until = None if period == "01/03/2026" else datetime.date(2026, 12, 31)
    assert (grant.paid_from, grant.paid_until) == (datetime.date(2026, 3, 1), until)


def test_double_in_the_table_or_with_another_amount_is_named(town, secretary):
    reading = importing.read(table({}, {}), town)
    assert [(fault.line, fault.reason) for fault in reading.faults] == [(3, "Cette subvention est déjà à la ligne 2.")]
    actions.import_grants(town, importing.read(table({}), town), actor=secretary)
    (fault,) = importing.read(table({"montant": "1"}), town).faults
    assert fault.column == "montant"


def test_table_of_another_program_is_read_too(town):
    windows = table({"nomBeneficiaire": "Comité de Bœuvres"}).decode().encode("cp1252", errors="replace")
    assert importing.read(windows, town).faults == []
    assert importing.read(table({}, delimiter=","), town).faults == []
    assert importing.read(b"\xef\xbb\xbf" + table({}), town).faults == []


@examples(st.decimals(Decimal("-999999"), Decimal("999999"), places=2))
def test_amount_is_read_however_it_is_written(value):
    french = f"{value:,.2f}".replace(",", "\u202f").replace(".", ",")
    assert tables.amount(french) == tables.amount(f"{value} €") == value


@pytest.mark.django_db(transaction=True)
def test_same_table_given_by_two_people_at_once_is_kept_once(town, secretary):
    reading = [importing.read(table({}, {"objet": "Déplacements"}), town) for _ in range(3)]
    answers = at_once(*[lambda one=one: actions.import_grants(town, one, actor=secretary) for one in reading])
    assert sorted(str(type(one).__name__) for one in answers) == ["ValidationError", "ValidationError", "int"]
    assert Grant.objects.count() == 2


def test_published_grant_is_withdrawn_before_it_is_corrected(make_grant, secretary):
    grant = actions.publish_grant(make_grant(), actor=secretary)
    grant.amount = Decimal("9000")
    with pytest.raises(ValidationError, match="retirez-la"):
        actions.save_grant(grant, actor=secretary)
    with pytest.raises(ValidationError, match="se retire"):
        actions.remove_grant(grant, actor=secretary)
    actions.withdraw_grant(Grant.objects.get(), actor=secretary, reason="Montant faux")
    grant = Grant.objects.get()
    grant.amount = Decimal("9000")
    actions.save_grant(grant, actor=secretary)
    actions.publish_grant(grant, actor=secretary)
    with pytest.raises(TransitionRefused):
        actions.publish_grant(Grant.objects.get(), actor=secretary)


def test_dataset_follows_the_common_schema_of_grants(make_grant, secretary, tmp_path):
    made = [
        make_grant(),
        make_grant(beneficiary_rna="", beneficiary_siret=CLUB, share=Decimal("0.45"), notified=True, rae="12345"),
        make_grant(
            object="Prêt de la salle",
            nature=Grant.Nature.KIND,
            terms="mise à disposition le samedi",
            paid_until=datetime.date(2026, 12, 31),
            reference="2026-033",
        ),
        make_grant(object="Matériel", nature=Grant.Nature.BOTH),
    ]
    for grant in made:
        actions.publish_grant(grant, actor=secretary)
    make_grant(object="Encore à relire")
    lines = list(grant_rows())
    assert len(lines) == len(made)
    assert [list(line) for line in lines] == [[field.name for field in GRANTS.fields]] * len(lines)
    assert table_faults(lines, norm("schemas", "scdl_subventions_2.1.1.schema.json"), tmp_path) == []


def test_our_own_dataset_is_read_again_by_our_import(make_grant, secretary, town):
    actions.publish_grant(make_grant(share=Decimal("0.45"), reference="2026-033"), actor=secretary)
    output = io.StringIO()
    lines = list(grant_rows())
    writer = csv.DictWriter(output, fieldnames=list(lines[0]))
    writer.writeheader()
    writer.writerows(lines)
    reading = importing.read(output.getvalue().encode(), town)
    assert (reading.known, reading.grants, reading.faults) == (1, [], [])


def test_agent_types_a_grant_then_publishes_it(client, secretary, town):
    client.force_login(secretary)
    (body,) = re.findall(r'name="organisation" value="(\d*)"', client.get("/bureau/subventions/nouvelle/").text)
    assert body == str(town.pk), "of the only body where they may, without asking"
    values = {
        "organisation": body,
        "beneficiary": "Harmonie municipale",
        "beneficiary_siret": CLUB,
        "object": "Concerts",
        "convention_on": "2026-04-02",
        "amount": "30000",
        "share": "1",
        "nature": "aide en numéraire",
        "way": "échelonné",
        "paid_from": "2026-05-01",
    }
    refused = client.post("/bureau/subventions/nouvelle/", values)
    assert "dites jusqu’à quand" in refused.text
    assert "Harmonie municipale" in refused.text
    client.post("/bureau/subventions/nouvelle/", values | {"paid_until": "2026-12-31"})
    grant = Grant.objects.get()
    assert grant.terms == "échelonné"
    assert "La loi la veut en ligne" in client.get(grant.desk_url()).text
    assert "Harmonie municipale" in client.get("/bureau/subventions/?etat=du").text
    client.post("/bureau/subventions/publier/", {"choix": [grant.pk]})
    grant.refresh_from_db()
    assert grant.state == "published"
    assert "Harmonie municipale" in client.get("/subventions/?annee=2026&q=harmonie").text
    assert "Harmonie municipale" not in client.get("/bureau/subventions/?etat=du").text


def test_tick_of_another_body_publishes_nothing(client, make_grant, make_user, operator):
    grant = make_grant()
    client.force_login(make_user("admin", operator))
    client.post("/bureau/subventions/publier/", {"choix": [grant.pk]})
    grant.refresh_from_db()
    assert grant.state == "draft"
    assert client.get(grant.desk_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.publish_grant(grant, actor=make_user("elected", grant.organisation))


def test_agent_tries_a_table_then_imports_it(client, secretary, town):
    client.force_login(secretary)
    address = "/bureau/subventions/importer/"

    def send(content, **more):
        file = SimpleUploadedFile("subventions.csv", content, "text/csv")
        return client.post(address, {"organisation": town.pk, "file": file, **more}, follow=True)

    assert "Tout est juste" in send(table({}), essai="oui").text
    assert "Lignes fautives" in send(table({"montant": "rien"})).text
    assert not Grant.objects.exists()
    assert typo("Subventions ajoutées : 1.") in send(table({})).text
    assert typo("Déjà enregistrées : 1.") in send(table({})).text


@pytest.mark.parametrize("kind", ["csv", "xlsx", "ods"])
def test_list_is_taken_away_as_it_is_filtered(kind, client, secretary, make_grant):
    make_grant()
    client.force_login(secretary)
    answer = client.get(f"/bureau/subventions.{kind}?annee=2026")
    assert answer.status_code == 200
    assert len(answer.content) > 100
