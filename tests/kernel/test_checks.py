from datetime import timedelta

import pytest

from beffroi.kernel import checks, modules
from beffroi.kernel.modules import Dataset, DatasetField
from tests.sample.manifest import module as sample


def _faults():
    return [error.msg for error in checks.check_manifests(None) if "sample" in error.msg or "double" in error.msg]


def _dataset(**parts):
    fields = (DatasetField(name="id", type="integer", description="Numéro"),)
    defaults = {"code": "d", "title": "D", "description": "D", "rows": list, "fields": fields}
    return Dataset(**defaults | parts)


def _rule(**parts):
    defaults = {"code": "r", "model": "sample.Note", "label": "R", "basis": "B", "keep": timedelta(1)}
    return modules.RetentionRule(**defaults | {"due": list, "apply": print} | parts)


def test_check_of_a_right_manifest_finds_nothing():
    assert _faults() == []


FAULTS = [
    ({"needs": ("absent",)}, "sample a besoin de absent, qui est absent."),
    ({"menu": [modules.MenuItem(label="x", url_name="sample:none")]}, "sample : adresse inconnue : sample:none."),
    ({"menu": [modules.MenuItem(label="x", url_name="kernel:none")]}, "sample : adresse inconnue : kernel:none."),
    ({"menu": [modules.MenuItem(label="x", url_name="", face="moon")]}, "sample : menu inconnu : moon."),
    ({"menu": [modules.MenuItem(label="x", url_name="", permission="no.no")]}, "sample : permission inconnue : no.no."),
    ({"pages": [modules.Page(url_name="none")]}, "sample : adresse inconnue : none."),
    ({"tiles": [modules.Tile(label="x", value=print, permission="no.no")]}, "sample : permission inconnue : no.no."),
    (
        {"layers": [modules.Layer(code="l", label="L", features=print, permission="no.no")]},
        "sample : permission inconnue : no.no.",
    ),
    ({"grants": {"wizard": ("sample.read",)}}, "sample : rôle inconnu : wizard."),
    ({"grants": {"agent": ("sample.fly",)}}, "sample : permission inconnue : sample.fly."),
    (
        {"search": [modules.SearchSource(model="sample.No", label="No", queryset=list, document=print)]},
        "sample : modèle inconnu : sample.No.",
    ),
    (
        {"object_actions": [modules.ObjectAction(model="none", label="x", url=str)]},
        "sample : modèle inconnu : none.",
    ),
    ({"retention": [_rule(model="sample.Ghost")]}, "sample : modèle inconnu : sample.Ghost."),
    (
        {"notices": [modules.Notice(verb="v", recipients=list, template="sample/no", category="c", label="l")]},
        "sample : gabarit absent : sample/no.txt.",
    ),
    (
        {"home_blocks": [modules.HomeBlock(code="b", template="sample/no.html", context=print)]},
        "sample : gabarit absent : sample/no.html.",
    ),
    (
        {"datasets": [_dataset(fields=(DatasetField(name="id", type="money", description=""),))]},
        "sample : type inconnu : d.id (money).",
    ),
    ({"datasets": [_dataset(longitude="lon")]}, "sample : colonne absente : d.lon."),
    ({"datasets": [_dataset(fields=_dataset().fields * 2)]}, "sample : colonne en double : d."),
    ({"datasets": [_dataset(frequency="often")]}, "sample : fréquence inconnue : d (often)."),
    ({"retention": [_rule(), _rule()]}, "code en double : retention « r »."),
    ({"permissions": sample.permissions * 2}, "code en double : permissions « sample.read »."),
    ({"search": sample.search * 2}, "source de recherche en double : Notes."),
]


@pytest.mark.parametrize(("parts", "message"), FAULTS, ids=[message for _parts, message in FAULTS])
def test_check_of_a_faulty_manifest_says_what_is_wrong(declare, parts, message):
    declare(**parts)
    assert message in _faults()


def test_forget_follows_a_changed_manifest(declare):
    assert modules.find("layers", "notes") is not None
    declare(layers=[])
    assert modules.find("layers", "notes") is None
