"""Boxes of paper: numbered, placed, due, held, lent once at a time, on slips in metres."""

import datetime
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.modules.archives import actions, eligibility, paper
from beffroi.modules.archives.models import Box, Loan, Shelf
from beffroi.shared.files.models import StoredFile
from tests.modules.archives.test_elimination import text_of
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def make_box(operator, archivist, make_series):
    def make(title="Factures", *, year=None, series=None, **more):
        when = year or TODAY.year - 13
        box = Box(
            organisation=operator,
            title=title,
            series=series or make_series(),
            closed_on=datetime.date(when, 12, 31),
            first_on=datetime.date(when, 1, 2),
            last_on=datetime.date(when, 12, 20),
            **more,
        )
        return actions.save_box(box, actor=archivist)

    return make


def lend(box, actor, days=30, **more):
    loan = Loan(box=box, borrower="Nadia, accueil", due_on=TODAY + datetime.timedelta(days=days), **more)
    return actions.lend_box(loan, actor=actor)


def test_boxes_are_numbered_without_a_gap(make_box):
    assert [make_box().reference for _ in range(3)] == [f"BTE-{TODAY.year}-{rank:04d}" for rank in (1, 2, 3)]


def test_useful_life_ends_on_the_last_day_of_its_last_year(make_box):
    box = make_box(year=2019)
    assert box.retention_end == datetime.date(2029, 12, 31)
    assert not Box.objects.due(datetime.date(2029, 12, 31)).filter(pk=box.pk).exists()
    assert Box.objects.due(datetime.date(2030, 1, 1)).filter(pk=box.pk).exists()


def test_paper_goes_on_the_slip_in_metres_and_needs_its_way_of_destruction(make_box, make_slip, make_folder, archivist):
    box = make_box(metres=Decimal("0.24"))
    slip = make_slip(make_folder(), boxes=[box], to="confirmed")
    assert "0,24" in text_of(StoredFile.objects.about(slip).get(kind="slip"))
    with pytest.raises(ValidationError, match="papier"):
        actions.start_destruction(slip, actor=archivist, typed=slip.reference)
    actions.start_destruction(slip, actor=archivist, typed=slip.reference, method="Broyage par le prestataire")
    actions.resume(slip)
    box.refresh_from_db()
    assert (slip.state, box.state) == ("destroyed", "eliminated")
    text = text_of(StoredFile.objects.about(slip).get(kind="certificate"))
    assert "Broyage par le prestataire" in text
    assert paper.totals(slip).metres == Decimal("0.24")


def test_held_or_lent_box_does_not_go(make_box, archivist, manager, operator):
    held, lent = make_box("Gelée"), make_box("Prêtée")
    actions.hold_box(held, actor=manager, reason="Appel en cours")
    lend(lent, archivist)
    told = {row.title: eligibility.obstacle_of_box(row) for row in eligibility.boxes("eliminer")}
    assert told["Gelée"].is_hold
    assert "Appel en cours" in told["Gelée"].text
    assert "Nadia" in told["Prêtée"].text
    for box in (held, lent):
        with pytest.raises(ValidationError):
            actions.prepare_elimination(operator, actor=archivist, boxes=[box])


def test_hold_laid_after_the_visa_stops_the_box(make_box, make_slip, manager):
    box = make_box()
    slip = make_slip(boxes=[box], to="destroying")
    actions.hold_box(box, actor=manager, reason="Appel en cours")
    actions.resume(slip)
    assert slip.state == "destroying"
    assert "Appel en cours" in slip.lines.get().blocked_because
    box.refresh_from_db()
    assert box.state == "kept"


def test_database_refuses_that_a_held_box_leaves(make_box, manager):
    box = make_box()
    actions.hold_box(box, actor=manager, reason="Appel")
    with pytest.raises(IntegrityError), transaction.atomic():
        Box.objects.filter(pk=box.pk).update(state="eliminated")


def test_second_loan_is_refused_and_says_who_has_it(make_box, archivist):
    box = make_box()
    loan = lend(box, archivist)
    with pytest.raises(ValidationError, match="Nadia, accueil"):
        lend(box, archivist)
    actions.return_box(loan, actor=archivist)
    assert lend(box, archivist).pk != loan.pk


@pytest.mark.django_db(transaction=True)
def test_box_lent_by_many_at_once_is_lent_once(make_box, archivist):
    box = make_box()
    answers = at_once(*[lambda: lend(Box.objects.get(pk=box.pk), archivist) for _ in range(6)])
    assert len([answer for answer in answers if isinstance(answer, Loan)]) == 1
    assert all(isinstance(answer, Loan | ValidationError) for answer in answers)
    assert Loan.objects.count() == 1


def test_database_itself_refuses_two_loans(make_box, archivist):
    loan = lend(make_box(), archivist)
    with pytest.raises(IntegrityError, match="archives_loan_once"), transaction.atomic():
        Loan.objects.create(box=loan.box, borrower="Autre", due_on=TODAY)


def test_late_loans_are_reminded_the_day_after_then_every_week(make_box, archivist):
    start = TODAY - datetime.timedelta(days=40)
    box = make_box()
    loan = actions.lend_box(
        Loan(box=box, borrower="Nadia", lent_on=start, due_on=TODAY - datetime.timedelta(days=30)), actor=archivist
    )
    assert actions.remind_loans(loan.due_on) == 0
    day = loan.due_on + datetime.timedelta(days=1)
    assert [actions.remind_loans(day + datetime.timedelta(days=n)) for n in range(8)] == [1, 0, 0, 0, 0, 0, 0, 1]
    actions.return_box(loan, actor=archivist)
    assert actions.remind_loans(TODAY) == 0


def test_borrower_with_an_account_is_told(make_box, archivist, make_user, operator):
    from beffroi.kernel.models import Entry
    from beffroi.modules.archives import notices

    borrower = make_user("agent", operator)
    box = make_box()
    start = TODAY - datetime.timedelta(days=9)
    actions.lend_box(
        Loan(box=box, borrower="x", account=borrower, lent_on=start, due_on=TODAY - datetime.timedelta(days=2)),
        actor=archivist,
    )
    actions.remind_loans()
    (told,) = notices.borrower(Entry.objects.get(verb="archives.remind"))
    assert told.user == borrower


def test_label_opens_the_page_of_the_box(make_box):
    import io

    import pypdfium2
    import zxingcpp
    from pypdf import PdfReader

    box = make_box(contents="Liasse 1\nLiasse 2")
    content = paper.labels([box])
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    for words in (box.reference, "Liasse 2", "Élimination"):
        assert words in text
    image = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text.endswith(box.get_absolute_url())


def test_place_and_series_of_another_body_are_refused(commune, operator, archivist, make_series):
    shelf = actions.save_shelf(Shelf(organisation=commune, building="A", room="B", shelf="C"), actor=None)
    with pytest.raises(ValidationError, match="autre collectivité"):
        actions.save_box(Box(organisation=operator, title="x", shelf=shelf), actor=archivist)
    with pytest.raises(ValidationError, match="autre collectivité"):
        actions.save_box(Box(organisation=operator, title="x", series=make_series(body=commune)), actor=archivist)


def test_names_of_borrowers_die_after_five_years(make_box, archivist):
    from beffroi.modules.archives import retention

    old, recent = make_box(), make_box()
    for box, years in ((old, 6), (recent, 1)):
        start = TODAY - datetime.timedelta(days=years * 365 + 20)
        loan = actions.lend_box(
            Loan(box=box, borrower="Nadia", lent_on=start, due_on=start + datetime.timedelta(days=9)), actor=archivist
        )
        actions.return_box(loan, actor=archivist, returned_on=start + datetime.timedelta(days=9))
    (rule, _other) = retention.RULES
    (due,) = rule.due(timezone.now())
    rule.apply(due)
    assert not rule.due(timezone.now()).exists()
    assert Loan.objects.get(box=old).borrower != "Nadia"
    assert Loan.objects.get(box=recent).borrower == "Nadia"
