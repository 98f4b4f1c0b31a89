import pytest

from beffroi.shared.organisations import demo


@pytest.fixture
def territory(db):
    """The demonstration territory: 65 communes with their hours."""
    demo.load()
