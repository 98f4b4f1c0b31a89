"""Each page of each manifest asks the database as often with thirty rows as with three."""

import pytest
from django.core.cache import caches
from django.db import transaction
from django.urls import path

from beffroi.kernel import modules
from beffroi.kernel.modules import Page
from beffroi.modules.reports.models import Report
from beffroi.shared.cases.models import Case
from tests.contract import copies, rules, visit
from tests.sample import views
from tests.sample.models import Task

PAGES = [(c.label, page) for c, module in modules.installed() for page in module.pages]
EACH = [pytest.param(page, id=f"{label}-{visit.name(page)}") for label, page in PAGES]
SEEN: dict[str, int] = {}  # pages on which the thirty rows were seen, by module


def opened(page, visitors) -> tuple[visit.Visitor, visit.Answer] | None:
    """Whoever has the most to read on that page, and what they read."""
    path = visit.address(page)
    found = [(visitor, visit.ask(visitor, path)) for visitor in _readers(page, visitors)] if path else []
    found = [(visitor, answer) for visitor, answer in found if answer.status == 200 and not answer.login]
    return max(found, key=lambda pair: len(pair[1].text), default=None)


def _readers(page, visitors):
    if not page.permission:
        return [visitor for visitor in visitors if not visitor.email]
    if page.permission == "login":
        return [visitor for visitor in visitors if visitor.email]
    return [visitor for visitor in visitors if visitor.email and visitor.user.is_superuser]


def measured(visitor, page) -> visit.Answer | None:
    """The page opened a second time, with nothing remembered of its rows."""
    path = visit.address(page)
    if path is None:
        return None
    visit.ask(visitor, path)
    caches["pages"].clear()
    answer = visit.ask(visitor, path)
    return answer if answer.status == 200 and not answer.login else None


def growth(visitor, page, model, keys) -> list[str]:
    """What is wrong with the page when that table has thirty rows instead of three; undone afterwards."""
    with transaction.atomic():
        try:
            kept = copies.keep_few(model, keys)
            few = measured(visitor, page)
            if few is None:
                return []  # the page is about one of the rows that were set aside
            try:
                copies.multiply(model, kept)
            except copies.CannotCopy as reason:
                return [f"{model._meta.label} ne se copie pas ({reason}) : dites pourquoi dans UNCOPIED"]
            many = measured(visitor, page)
            if many is None:
                return []
            if len(many.text) > len(few.text):
                label = page.url_name.partition(":")[0]
                SEEN[label] = SEEN.get(label, 0) + 1
            found = [*rules.growth(len(few.statements), len(many.statements)), *rules.repeats(many.statements)]
            return [f"{few.path}, {model._meta.verbose_name_plural} : {fault}" for fault in found]
        finally:
            transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("page", EACH)
def test_page_costs_the_same_with_three_rows_or_thirty(page, visitors):
    found = opened(page, visitors)
    if found is None:
        pytest.skip("personne n’ouvre cette page sur la démonstration")
    visitor, answer = found
    faults = [
        fault
        for model, keys in copies.listed(answer.statements).items()
        for fault in growth(visitor, page, model, keys)
    ]
    assert not faults, "\n" + "\n".join(faults)


def test_thirty_rows_were_really_seen_in_each_module(request):
    """Otherwise the tests above would hold without looking at anything."""
    if len([item for item in request.session.items if item.name.startswith("test_page_costs")]) < len(EACH):
        pytest.skip("les pages n’ont pas toutes été visitées")
    assert {label for label, _page in PAGES} - set(SEEN) <= {"kernel", "ui"}


urlpatterns = [
    path("liste/", views.listing, name="sample_listing"),
    path("liste/lente/", views.growing, name="sample_growing"),
]


@pytest.mark.parametrize(("name", "fault"), [("sample_listing", ""), ("sample_growing", "requêtes avec peu de lignes")])
@pytest.mark.parametrize("rows", [2, 8])
def test_list_that_asks_again_for_each_line_is_named(name, fault, rows, visitors, settings):
    """Whether the demonstration holds fewer rows than three or more, and for a class in two tables."""
    settings.ROOT_URLCONF = __name__
    for number in range(rows):
        Task.objects.create(title=f"Tâche {number}", client_uuid=None)
    page = Page(url_name=name)
    visitor, answer = opened(page, visitors)
    found = copies.listed(answer.statements)
    assert Task in found
    faults = growth(visitor, page, Task, found[Task])
    assert any(fault in one for one in faults) if fault else not faults, faults
    assert Task.objects.count() == rows, "nothing remains of the copies"


def test_row_that_is_shown_stays_when_what_it_was_merged_into_goes(visitors):
    """The link is in the table of the parent: a case, whatever its kind, merged into another."""
    with transaction.atomic():
        shown, *others = Report.objects.order_by("pk")[:3]
        Case.objects.filter(pk=shown.pk).update(merged_into=others[0].pk)
        assert copies.keep_few(Report, [shown.pk]) == [shown.pk]
        assert list(Case.objects.filter(report__isnull=False).values_list("pk", "merged_into")) == [(shown.pk, None)]
        assert copies.multiply(Report, [shown.pk]) == copies.MANY - 1
        transaction.set_rollback(True)
