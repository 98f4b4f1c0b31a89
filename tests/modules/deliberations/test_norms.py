"""The outputs read by the readers of the norms: frictionless (SCDL), xmllint (@ctes)."""

import datetime
import re
import shutil
import subprocess

import pytest
from lxml import etree

from beffroi.modules.deliberations import actes_xml, matters
from beffroi.modules.deliberations.exports import DATASET, rows
from tests.support.norms import norm, table_faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def voted(make_act, secretary):
    from beffroi.modules.deliberations import actions

    votes = {"voters": 11, "votes_cast": 10, "votes_for": 8, "votes_against": 1, "abstentions": 1}
    act = make_act(must_transmit=False, object="Tarifs « enfance » & école ; 3 €/jour", **votes)
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    return actions.publish_act(act, actor=secretary)


def test_dataset_follows_the_common_schema_of_deliberations(voted, published, tmp_path):
    lines = list(rows())
    assert len(lines) == 2
    assert [list(line) for line in lines] == [[field.name for field in DATASET.fields]] * 2
    assert table_faults(lines, norm("schemas", "scdl_deliberations_2.1.5.schema.json"), tmp_path) == []


def test_dataset_keeps_the_rules_that_frictionless_does_not_know(voted, published):
    from stdnum.fr import siret

    for line in rows():
        assert siret.is_valid(line["COLL_SIRET"])
        assert line["DELIB_MATIERE_NOM"] == matters.name_of(line["DELIB_MATIERE_CODE"])
        if line["PREF_DATE"]:
            assert line["PREF_DATE"] >= line["DELIB_DATE"]
        counts = [line[f"VOTE_{word}"] for word in ("EFFECTIF", "REEL", "POUR", "CONTRE", "ABSTENTION")]
        if counts[0] is None:
            assert counts == [None] * 5
        else:
            assert counts[0] >= counts[1] == sum(counts[2:])


def test_matters_are_those_of_the_nomenclature(tmp_path):
    lines = norm("nomenclatures", "actes_matieres_niveau2.csv").read_text(encoding="utf-8").splitlines()
    codes = {line.partition(",")[0] for line in lines[1:]}
    assert codes == set(matters.FIRST) | set(matters.SECOND)
    assert all(re.fullmatch(r"\d\.\d{1,2}", code) for code in matters.SECOND)


@pytest.mark.skipif(not shutil.which("xmllint"), reason="xmllint is not here (apt install libxml2-utils)")
def test_description_of_the_act_is_valid_under_actes(adopted, tmp_path):
    adopted.object = "Subvention & aide <« été »> à l’œuvre, 3 €"
    content = actes_xml.act_xml(adopted, ["a.pdf", "b.pdf"], datetime.date(2022, 1, 1))
    path = tmp_path / "acte.xml"
    path.write_bytes(content)
    command = ["xmllint", "--nonet", "--noout", "--schema", str(norm("actes", "actesv1_1.xsd")), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stderr
    root = etree.fromstring(content)
    assert root.findtext(f"{{{actes_xml.NAMESPACE}}}Objet") == adopted.object


def test_identifier_has_the_form_of_the_norm(adopted):
    assert re.fullmatch(r"0\d{2}-\d{9}-\d{8}-[A-Za-z0-9][A-Za-z0-9_-]*-[A-Z]{2}", adopted.identifier)
    assert len(adopted.identifier) <= 41
