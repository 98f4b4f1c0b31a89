import pytest

from beffroi.shared.organisations import demo


@pytest.fixture
def territory(db):
    """The demonstration territory: 65 communes with their hours."""
    demo.load()


@pytest.fixture
def site(territory):
    """The demonstration territory with its sample publications and pages."""
    from beffroi.modules.portal import demo as portal_demo

    portal_demo.load()
