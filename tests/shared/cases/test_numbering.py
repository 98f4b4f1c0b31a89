import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from beffroi.modules.contact.models import ContactRequest
from beffroi.shared.cases import actions
from beffroi.shared.cases.models import Case, Counter
from beffroi.shared.organisations.models import Organisation
from tests.shared.cases.conftest import TUESDAY


@pytest.mark.django_db
def test_reference_bears_the_prefix_and_the_year_of_the_request(make_case):
    assert make_case(created_at=TUESDAY).reference == "CTR-2026-000001"
    assert make_case(created_at=TUESDAY).reference == "CTR-2026-000002"
    assert make_case(created_at=TUESDAY.replace(year=2025)).reference == "CTR-2025-000001"


@pytest.mark.django_db
def test_reference_of_new_year_s_eve_is_that_of_the_local_year(make_case):
    midnight_in_paris = timezone.datetime(2026, 12, 31, 23, 30, tzinfo=timezone.get_fixed_timezone(0))
    assert make_case(created_at=midnight_in_paris).reference == "CTR-2027-000001"


@pytest.mark.django_db(transaction=True)
def test_reference_has_neither_gap_nor_double_with_many_writers_and_failures():
    body = Organisation.objects.create(kind="epci", name="Essai", slug="essai", is_operator=True)
    start, faults = threading.Barrier(8), []

    def file(writer):
        try:
            start.wait()
            for turn in range(6):
                with transaction.atomic():
                    actions.open_case(
                        ContactRequest, actor=None, organisation=body, title="Essai", body="Essai", state="new"
                    )
                    if (writer + turn) % 3 == 0:
                        transaction.set_rollback(True)
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=file, args=(writer,)) for writer in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    numbers = sorted(int(ref.rsplit("-", 1)[1]) for ref in Case.objects.values_list("reference", flat=True))
    assert numbers == list(range(1, 33))
    assert Counter.objects.get().last == 32
