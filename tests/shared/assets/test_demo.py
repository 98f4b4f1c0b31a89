"""The demonstration: many invented assets, quickly, once."""

import time

import pytest

from beffroi.shared.assets import datasets, demo
from beffroi.shared.assets.models import Asset, AssetImport
from beffroi.shared.organisations import demo as territory

pytestmark = pytest.mark.django_db


def test_demonstration_covers_every_commune_and_loads_twice_without_double():
    territory.load()
    started = time.perf_counter()
    demo.load()
    elapsed = time.perf_counter() - started
    count = Asset.objects.count()
    assert 1000 <= count <= 1600
    assert Asset.objects.values("commune").distinct().count() == 65
    demo.load()
    assert (Asset.objects.count(), AssetImport.objects.count()) == (count, 2)
    assert elapsed < 15  # about two seconds on a quiet machine
    for asset in Asset.objects.select_related("kind")[:300]:
        asset.full_clean(exclude=["tag"])
    rows = list(datasets.facilities())
    assert len(rows) >= 60
    assert len({row["EQUIP_UID"] for row in rows}) == len(rows)
    assert len(list(datasets.defibrillators())) >= 20
