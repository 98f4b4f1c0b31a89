import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.kernel.counting import counted_together
from beffroi.kernel.models import Entry, User

pytestmark = pytest.mark.django_db


def test_counts_of_several_models_come_in_one_query():
    for rank in range(3):
        User.objects.create_user(email=f"p{rank}@example.invalid")
    asked = [User.objects.all(), Entry.objects.filter(verb="rien"), User.objects.filter(email="p1@example.invalid")]
    with CaptureQueriesContext(connection) as captured:
        assert counted_together(asked) == [3, 0, 1]
    assert len(captured) == 1


def test_nothing_to_count_asks_nothing():
    assert counted_together([]) == []


def test_one_set_of_rows_joined_many_times_is_counted_once_each():
    user = User.objects.create_user(email="p@example.invalid")
    assert counted_together([User.objects.filter(pk=user.pk) | User.objects.filter(email=user.email)]) == [1]
