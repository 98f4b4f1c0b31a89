import pytest

from beffroi.modules.roadmap import demo
from beffroi.modules.roadmap.models import Plan
from beffroi.shared.organisations import demo as territory


@pytest.fixture
def roadmap(db) -> Plan:
    """The demonstration roadmap, on its real territory."""
    territory.load()
    demo.load()
    return Plan.objects.get(kind="roadmap")
