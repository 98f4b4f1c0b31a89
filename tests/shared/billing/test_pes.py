"""PES V2: valid for the schema of the DGFiP, keys as its annex says, collections read back."""

import base64
import gzip
import shutil
import subprocess
from datetime import date

import pytest
from lxml import etree

from beffroi.config.env import PROJECT
from beffroi.shared.billing.pes import acquit, datamatrix, keys, reading, symbol, writing

XSD = PROJECT.parent / "shared/data/pes/PES_V2/Rev0/PES_Aller.xsd"
if not XSD.exists():
    XSD = PROJECT.parents[1] / "shared/data/pes/PES_V2/Rev0/PES_Aller.xsd"


def title(rank=1, **fields):
    debtor = writing.Debtor(
        last_name="Dupré",
        first_name="Camille",
        title="Mme",
        street="3 bis, rue de l’Œuvre",
        postal_code="80630",
        city="Beauval",
        reference="42",
    )
    values = {
        "rank": rank,
        "debt": 26001000000 + rank,
        "number": f"ACM-2026-{rank:06d}",
        "label": "Accueil de loisirs « été »",
        "amount": 4205,
        "debtor": debtor,
    } | fields
    return writing.Title(**values)


def slip(*titles, **fields):
    values = {
        "name": "PES-ACM-2026-0001.xml",
        "number": 1,
        "year": 2026,
        "period": 10,
        "issued_on": date(2026, 11, 5),
        "label": "Accueils de loisirs, octobre",
        "post": "080012",
        "siret": "20007087600017",
        "body": "012",
        "budget": "01",
        "product": "5401",
        "nature": "588",
        "titles": list(titles or [title()]),
    } | fields
    return writing.Slip(**values)


@pytest.mark.skipif(not XSD.exists(), reason="le schéma PES V2 n’est pas sur cette machine")
@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint n’est pas installé")
def test_file_is_valid_for_the_schema_of_the_dgfip(tmp_path):
    path = tmp_path / "bordereau.xml"
    path.write_bytes(writing.write(slip(title(1), title(2, amount=99))))
    command = ["xmllint", "--nonet", "--noout", "--schema", str(XSD), str(path)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    path.write_bytes(path.read_bytes().replace(b'TypBord V="06"', b'TypBord V="60"'))
    assert subprocess.run(command, capture_output=True).returncode != 0


def test_file_is_in_latin_capitals_and_adds_up():
    content = writing.write(slip(title(1), title(2, amount=99)))
    assert content.startswith(b"<?xml version='1.0' encoding='ISO-8859-1'?>")
    root = etree.fromstring(content)

    def values(name):
        return [one.get("V") for one in root.iter(name)]

    assert values("MtBordHt") == ["43.04"]
    assert values("MtHT") == ["42.05", "0.99"]
    assert values("NbrPce") == ["2"]
    assert values("Adr2")[0] == "3 BIS, RUE DE L'OEUVRE"
    assert values("Nom")[0] == "DUPRE"


def test_keys_follow_the_annex():
    assert keys.modulo_11("0") == 1
    assert keys.modulo_11("1") == 9
    assert keys.modulo_11("123456") == 1  # 77 is a multiple of 11: the key would be 11
    assert keys.modulo_11("123457") == 11 - (7 * 2 + 5 * 3 + 4 * 4 + 3 * 5 + 2 * 6 + 1 * 7) % 11
    assert keys.modulo_11("1234567") == 11 - (7 * 2 + 6 * 3 + 5 * 4 + 4 * 5 + 3 * 6 + 2 * 7 + 1 * 2) % 11
    assert [keys.modulo_23(str(value)) for value in (0, 7, 22, 23)] == ["A", "H", "Y", "A"]
    assert keys.key_2(2026, 10, 123) == keys.modulo_23("260000000000000123")
    assert 0 <= keys.key_1("012", "01", 2026, 10, 123) <= 9


def test_square_code_has_each_field_at_its_place():
    text = datamatrix.content(
        datamatrix.Title(
            establishment="012",
            period=3,
            product="5401",
            year=2026,
            issuer="200070",
            debt=26001000001,
            post="080012",
            amount=4205,
        )
    )
    assert len(text) == 130
    assert text[:64].strip() == ""
    assert text[64:75] == "01230010026"
    assert text[75] == str(keys.modulo_11("01230010026") % 10)
    assert text[76:86] == "2000700001"
    assert text[91:106] == "000026001000001"
    assert text[108:116] == "08001249"
    assert text[118:121] == "806"
    assert text[122:] == "    4205"
    with pytest.raises(ValueError, match="too long"):
        datamatrix.content(
            datamatrix.Title(
                establishment="1",
                period=3,
                product="54",
                year=2026,
                issuer="200070",
                debt=10**15,
                post="080012",
                amount=1,
            )
        )


def test_symbol_is_that_of_the_norm():
    """ISO 16022: the codewords of the example of its annex, the borders of the four regions, the same text again."""
    assert symbol.codewords("123456") == [142, 164, 186]
    assert symbol._correction([142, 164, 186], 5) == [114, 25, 5, 88, 102]
    rows = symbol.matrix(" " * 64 + "0" * 66)
    half = len(rows) // 2
    assert len(rows) in symbol.SIZES
    for start in (0, half):
        assert all(line[start] for line in rows)
        assert [line[start + half - 1] for line in rows[:half]] == [row % 2 == 1 for row in range(half)]
        assert all(rows[start + half - 1])
    with pytest.raises(ValueError, match="too long"):
        symbol.matrix("A" * 175)
    with pytest.raises(ValueError, match="ASCII"):
        symbol.matrix("é")
    assert symbol.svg("A" * 90).startswith("<svg")


def test_what_would_be_rejected_is_said_before():
    bad = slip(title(debtor=writing.Debtor(last_name="X")), post="12", body="12", product="0000")
    with pytest.raises(writing.Unfit) as found:
        writing.write(bad)
    told = " ".join(found.value.faults)
    for word in ("poste comptable", "code collectivité", "code produit", "adresse du payeur est incomplète"):
        assert word in told
    with pytest.raises(writing.Unfit, match="aucun titre"):
        writing.write(slip(titles=[]))


def answered(*collections):
    """The slip as the trésorerie sends it back, with what it has collected."""
    root = etree.fromstring(writing.write(slip()))
    line = next(root.iter("LigneDePiece"))
    for identifier, amount, kind in collections:
        block = etree.SubElement(line, "Recouvrement")
        for name, value in (
            ("TypFlux", kind),
            ("ModRegl", "05"),
            ("DteReco", "2026-11-20"),
            ("IdEncaissement", identifier),
            ("MtReco", amount),
        ):
            etree.SubElement(block, name, V=value)
    return etree.tostring(root, encoding="ISO-8859-1", xml_declaration=True)


def test_collections_are_read_back():
    found = reading.read(answered(("901", "40.00", "01"), ("902", "2.05", "01"), ("903", "1.00", "02")))
    assert [(one.identifier, one.amount, one.debt, one.number) for one in found] == [
        ("901", 4000, 26001000001, "ACM-2026-000001"),
        ("902", 205, 26001000001, "ACM-2026-000001"),
    ]
    assert found[0].day == date(2026, 11, 20)


@pytest.mark.parametrize("content", [b"", b"%PDF", b"<a/>", answered(("1", "1,00", "01"))])
def test_what_is_not_such_a_file_is_refused(content):
    with pytest.raises(reading.Unreadable):
        reading.read(content)


@pytest.mark.skipif(not XSD.exists(), reason="le schéma PES V2 n’est pas sur cette machine")
@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint n’est pas installé")
@pytest.mark.parametrize("printed", [False, True])
def test_attachments_are_valid_and_read_back_as_they_were(tmp_path, printed):
    attachment = writing.Attachment(
        unique="BF20007087600017B202600001D26001000001",
        name="ACM-2026-000001.pdf",
        content=b"%PDF-1.7 essai" * 400,
        description="Facture ACM-2026-000001",
        kind="010" if printed else "002",
    )
    path = tmp_path / "bordereau.xml"
    path.write_bytes(writing.write(slip(title(1, attachment=attachment), printed=printed)))
    command = ["xmllint", "--nonet", "--noout", "--schema", str(XSD), str(path)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    root = etree.parse(path).getroot()
    file = next(root.iter("Fichier"))
    assert gzip.decompress(base64.b64decode(file.text)) == attachment.content
    assert len(file.text) < len(attachment.content)
    assert file.get("MIMEType") == "application/pdf"
    assert [one.get("V") for one in root.iter("IdUnique")] == [attachment.unique, attachment.unique]
    assert [one.get("V") for one in root.iter("Edition")] == (["06"] if printed else [])


def test_the_same_slip_gives_the_same_file():
    attachment = writing.Attachment(unique="A1", name="a.pdf", content=b"%PDF", description="a")
    assert writing.write(slip(title(attachment=attachment))) == writing.write(slip(title(attachment=attachment)))


def test_the_code_nature_of_the_first_key_is_a_setting():
    def key(**fields):
        return next(etree.fromstring(writing.write(slip(**fields))).iter("Cle1")).get("V")

    assert key() == str(keys.key_1("012", "01", 2026, 10, 26001000001))
    assert key(key_nature="45") == str(keys.key_1("012", "45", 2026, 10, 26001000001))
    with pytest.raises(writing.Unfit, match="code nature"):
        writing.write(slip(product="54AB"))
    writing.write(slip(product="54AB", key_nature="45"))


ACQUIT_V1 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<n:PES_ACQUIT xmlns:n="http://www.minefi.gouv.fr/cp/helios/pes_v2/Rev0/retour">
<Enveloppe><Parametres><Version V="1"/><TypFic V="ACQUIT"/><NomFic V="ACK"/></Parametres><Emetteur><Sigle V="H"/>
<Adresse V="Paris"/></Emetteur></Enveloppe>
<EnTetePES><DteStr V="2026-11-06"/><IdPost V="080012"/><IdColl V="20007087600017"/><CodCol V="012"/><CodBud V="01"/>
</EnTetePES><ACQUIT><EnTeteAcquit><IdVer V="1"/></EnTeteAcquit>{}</ACQUIT></n:PES_ACQUIT>"""
ACQUIT_V2 = ACQUIT_V1.replace("Rev0/retour", "Rev0/retour/v2").replace('IdVer V="1"', 'IdVer V="2"')
TAKEN = (
    '<ElementACQUIT><DomaineAck V="7"/><EtatAck V="1"/><ExerciceBord V="2026"/><NumBord V="1"/></ElementACQUIT>',
    '<ElementACQUIT><DomaineAck V="7"/><EtatAck V="1"/><NumBord V="1"/><ExerciceBord V="2026"/></ElementACQUIT>',
)
REFUSED = (
    '<ElementACQUIT><DomaineAck V="7"/><EtatAck V="0"/><ExerciceBord V="2026"/><NumBord V="1"/><NumPiece V="2"/>'
    '<NumAnoAck V="ERREUR_DOUBLON_PIECE"/><LibelleAnoAck V="Piece deja recue"/></ElementACQUIT>',
    '<ElementACQUIT><DomaineAck V="7"/><EtatAck V="0"/><NumBord V="1"/><ExerciceBord V="2026"/><DetailPiece>'
    '<NumPiece V="2"/><Erreur><NumAnoAck V="ERREUR_DOUBLON_PIECE"/><LibelleAnoAck V="Piece deja recue"/></Erreur>'
    "</DetailPiece></ElementACQUIT>",
)


def acquit_file(version: int, *elements: str) -> bytes:
    """A PES Acquit of that version; the elements are those of the version."""
    return (ACQUIT_V1, ACQUIT_V2)[version - 1].format("".join(elements)).encode("latin-1")


@pytest.mark.skipif(not XSD.exists(), reason="le schéma PES V2 n’est pas sur cette machine")
@pytest.mark.skipif(shutil.which("xmllint") is None, reason="xmllint n’est pas installé")
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("elements", [TAKEN, REFUSED])
def test_the_answers_of_these_tests_are_valid_for_the_schema(tmp_path, version, elements):
    schema = XSD.with_name("PES_V2_Acquit_Autonome.xsd" if version == 1 else "PES_V2_Acquit_Autonome_V2.xsd")
    path = tmp_path / "ack.xml"
    path.write_bytes(acquit_file(version, elements[version - 1]))
    command = ["xmllint", "--nonet", "--noout", "--schema", str(schema), str(path)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


@pytest.mark.parametrize("version", [1, 2])
def test_answers_are_read_in_both_versions(version):
    (taken,) = acquit.read(acquit_file(version, TAKEN[version - 1]))
    assert (taken.domain, taken.accepted, taken.year, taken.number, taken.faults) == ("rôle", True, 2026, 1, [])
    (refused,) = acquit.read(acquit_file(version, REFUSED[version - 1]))
    assert not refused.accepted
    assert refused.faults == [acquit.Fault("ERREUR_DOUBLON_PIECE", "Piece deja recue", 2, None)]


@pytest.mark.parametrize("content", [b"", b"%PDF", b"<a/>", acquit_file(1)])
def test_what_is_not_an_answer_is_refused(content):
    with pytest.raises(reading.Unreadable):
        acquit.read(content)
