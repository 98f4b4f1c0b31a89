import pytest

from beffroi.shared.organisations import demo


@pytest.fixture
def territory(db):
    """The demonstration territory."""
    demo.load()
