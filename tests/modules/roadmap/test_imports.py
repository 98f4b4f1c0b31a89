"""The workbook: taken away, changed, brought back; faults told line by line; replay harmless."""

import datetime
import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from beffroi.kernel.models import Entry
from beffroi.kernel.sheets import xlsx_bytes
from beffroi.modules.roadmap import actions, exports, importing, snapshots
from beffroi.modules.roadmap.models import Action, Axis, BudgetLine, ImportDraft, Plan
from tests.modules.roadmap.factories import make_action, make_axis, make_organisation, make_plan, make_user


def book(**sheets) -> bytes:
    """An XLSX: book(Actions=[{"Axe": "1", …}, …])."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        headings = list(dict.fromkeys(heading for row in rows for heading in row))
        page.append(headings)
        for row in rows:
            page.append([row.get(heading) for heading in headings])
    output = io.BytesIO()
    made.save(output)
    return output.getvalue()


def whole(plan: Plan) -> bytes:
    return xlsx_bytes(exports.sheets(plan, snapshots.everything(plan)))


def bring(plan, content, reason="pour essai"):
    return importing.apply(plan, importing.read(content), actor=None, reason=reason)


@pytest.fixture
def plan(db) -> Plan:
    plan = make_plan(make_organisation())
    make_axis(plan, code="1", title="Premier axe")
    return plan


def test_export_brought_back_changes_nothing(roadmap):
    before = Entry.objects.count()
    outcome = bring(roadmap, whole(roadmap))
    assert outcome.faults == []
    assert outcome.changes == []
    assert Entry.objects.count() == before


def test_export_brought_into_an_empty_plan_rebuilds_it(roadmap):
    copy = make_plan(roadmap.organisation, start=roadmap.start, end=roadmap.end)
    content = load_workbook(io.BytesIO(whole(roadmap)))
    page = content["Actions"]
    for row in range(2, page.max_row + 1):
        page.cell(row, 1).value = None
    output = io.BytesIO()
    content.save(output)
    outcome = bring(copy, output.getvalue())
    assert outcome.faults == []
    assert Action.objects.filter(axis__plan=copy).count() == 17
    assert Axis.objects.filter(plan=copy, code="2").get().editor_note != ""
    sums = [
        sum(BudgetLine.objects.filter(action__axis__plan=p).values_list("planned", flat=True)) for p in (roadmap, copy)
    ]
    assert sums[0] == sums[1] > 0
    states = [sorted(Action.objects.filter(axis__plan=p).values_list("title", "state")) for p in (roadmap, copy)]
    assert states[0] == states[1]


def test_import_creates_an_action_with_what_hangs_on_it(plan):
    content = book(
        Actions=[{"Axe": 1, "Titre": "Tenir des ateliers", "Début prévu": "29/02/2024", "Fin prévue": "2026-12-31"}],
        Étapes=[{"Action": "1.1", "Étape": "Écrire le programme", "Faite le": datetime.date(2024, 3, 1)}],
        Budget=[{"Action": "1.1", "Année": 2024, "Nature": "Fonctionnement", "Prévu": 1200.1}],
        Financements=[{"Action": "1.1", "Financeur": "État", "Montant": "500,50", "Avancement": "accordé"}],
        Indicateurs=[{"Action": "1.1", "Indicateur": "Participants", "Objectif": 400, "Sens": "hausse"}],
    )
    assert bring(plan, content).faults == []
    action = Action.objects.get()
    assert (action.title, action.start) == ("Tenir des ateliers", datetime.date(2024, 2, 29))
    assert action.steps.get().done_on == datetime.date(2024, 3, 1)
    assert action.budget_lines.get().planned == Decimal("1200.10")
    assert action.fundings.get().status == "granted"
    assert action.indicators.get().target == 400


def test_import_replayed_writes_nothing_more(plan):
    content = book(
        Actions=[{"Axe": 1, "Numéro": 1, "Titre": "Tenir des ateliers", "État": "En cours"}],
        Étapes=[{"Action": "1.1", "Étape": "Écrire le programme"}],
    )
    assert bring(plan, content).changes
    before = Entry.objects.count()
    assert bring(plan, content).does_nothing
    assert Entry.objects.count() == before


FAULTS = [
    ({"Axe": "9", "Titre": "x"}, "Axe", "n’existe pas"),
    ({"Titre": "x"}, "Axe", "Dites dans quel axe"),
    ({"Axe": "1", "Titre": "x", "Fin prévue": "demain"}, "Fin prévue", "n’est pas une date"),
    ({"Axe": "1", "Titre": "x", "Fin prévue": "29/02/2025"}, "Fin prévue", "n’est pas une date"),
    ({"Axe": "1", "Titre": "x", "Priorité": "Urgente"}, "Priorité", "inconnu"),
    ({"Axe": "1", "Titre": "x", "État": "Encours"}, "État", "Vouliez-vous dire «\u202fEn cours\u202f»"),
    ({"Axe": "1", "Titre": "x", "Identifiant": "abc"}, "Identifiant", "cet identifiant"),
    ({"Axe": "1", "Titre": "x", "Partenaires": "Personne"}, "Partenaires", "inconnu"),
    ({"Axe": "1", "Titre": "x", "État": "Bloqué"}, "Condition du déblocage", "Dites ce qui doit se produire"),
    ({"Axe": "1"}, "Titre", "ne peut pas être vide"),
    ({"Axe": "1", "Titre": "x", "Numéro": "un"}, "Numéro", "n’est pas un nombre"),
]


@pytest.mark.parametrize(("line", "column", "said"), FAULTS, ids=[f"{f[1]}-{i}" for i, f in enumerate(FAULTS)])
def test_import_tells_each_fault_with_its_place_and_writes_nothing(plan, line, column, said):
    good = {"Axe": "1", "Titre": "Une action juste"}
    outcome = bring(plan, book(Actions=[good, line]))
    fault = next(fault for fault in outcome.faults if fault.column == column)
    assert (fault.sheet, fault.line) == ("Actions", 3)
    assert said.casefold() in fault.message.casefold()
    assert not Action.objects.exists()


def test_import_tells_every_fault_at_once(plan):
    lines = [{"Axe": "9", "Titre": "x"}, {"Axe": "1", "Titre": "y", "Priorité": "Urgente"}]
    outcome = bring(plan, book(Actions=lines, Étapes=[{"Action": "7.7", "Étape": "z"}]))
    assert [(fault.sheet, fault.line) for fault in outcome.faults] == [("Actions", 2), ("Actions", 3), ("Étapes", 2)]


@pytest.mark.parametrize("amount", ["-5", "12,345", "beaucoup"])
def test_import_refuses_an_amount_that_is_not_one(plan, amount):
    make_action(plan.axes.get())
    lines = [{"Action": "1.1", "Année": 2024, "Nature": "Fonctionnement", "Prévu": amount}]
    outcome = bring(plan, book(Budget=lines))
    assert [(fault.line, fault.column) for fault in outcome.faults] == [(2, "Prévu")]


def test_import_of_a_commitment_wants_a_reason_once_frozen(plan):
    make_action(plan.axes.get(), title="Titre")
    actions.freeze_revision(plan, actor=None, label="Départ")
    content = book(Actions=[{"Axe": "1", "Numéro": 1, "Titre": "Autre titre"}])
    outcome = bring(plan, content, reason="")
    assert [fault.column for fault in outcome.faults] == ["Motif du changement"]
    assert bring(plan, content, reason="Le conseil l’a voulu.").is_sound


def test_import_leaves_empty_cells_alone_and_a_dash_erases(plan):
    action = make_action(plan.axes.get(), summary="Gardé", objectives="Effacé", end=datetime.date(2026, 1, 1))
    bring(
        plan, book(Actions=[{"Axe": "1", "Numéro": 1, "Objectifs": "-", "Fin prévue": "-", "En quelques mots": None}])
    )
    action.refresh_from_db()
    assert (action.summary, action.objectives, action.end) == ("Gardé", "", None)


def test_trial_shows_what_would_change_and_writes_nothing(plan):
    before = Entry.objects.count()
    content = importing.read(book(Actions=[{"Axe": "1", "Titre": "Nouvelle"}]))
    outcome = importing.rehearse(plan, content, actor=None)
    assert [(change["kind"], change["title"]) for change in outcome.changes] == [("added", "Nouvelle")]
    assert not Action.objects.exists()
    assert Entry.objects.count() == before


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 pas un classeur", b"a;b\n1;2", book(Autre=[{"a": 1}])])
def test_import_of_another_file_is_told(content):
    with pytest.raises(importing.Unreadable):
        importing.read(content)


def send(client, plan, content):
    file = SimpleUploadedFile("plan.xlsx", content)
    return client.post(f"/bureau/feuille-de-route/plans/{plan.slug}/echanges/", {"file": file})


def test_import_page_shows_then_applies(plan):
    client = Client()
    client.force_login(make_user("admin", plan.organisation))
    answer = send(client, plan, book(Actions=[{"Axe": "1", "Titre": "Nouvelle"}]))
    page = client.get(answer.url).content.decode()
    assert "Rien n’est encore écrit" in page
    assert "Nouvelle" in page
    assert not Action.objects.exists()
    assert client.post(answer.url, {"reason": ""}).status_code == 302
    assert Action.objects.get().title == "Nouvelle"
    assert not ImportDraft.objects.exists()


def test_import_page_is_for_those_who_edit_and_for_its_author(plan):
    reader, author, other = Client(), Client(), Client()
    reader.force_login(make_user("agent", plan.organisation))
    author.force_login(make_user("admin", plan.organisation))
    other.force_login(make_user("admin", plan.organisation))
    content = book(Actions=[{"Axe": "1", "Titre": "Nouvelle"}])
    assert send(reader, plan, content).status_code == 403
    answer = send(author, plan, content)
    assert other.get(answer.url).status_code == 404


def test_import_page_tells_a_file_that_is_not_a_workbook(plan):
    client = Client()
    client.force_login(make_user("admin", plan.organisation))
    assert "n’est pas un classeur XLSX" in send(client, plan, b"bonjour").content.decode()


def test_template_is_read_back_as_empty(plan):
    client = Client()
    client.force_login(make_user("admin", plan.organisation))
    answer = client.get(f"/bureau/feuille-de-route/plans/{plan.slug}/echanges/modele.xlsx")
    assert bring(plan, answer.content).does_nothing
