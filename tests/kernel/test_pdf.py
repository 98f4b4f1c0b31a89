import datetime
import io

import pytest
from pypdf import PdfReader

from beffroi.kernel import pdf

TEMPLATE = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: "fr")
= #data.title
#data.text
"""


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "essai.typ"
    path.write_text(TEMPLATE, encoding="utf-8")
    return path


def test_pdf_is_archivable_accessible_and_in_french(template):
    moment = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    content = pdf.render(template, {"title": "Bilan", "text": "Élan #vif $3 [x]"}, at=moment)
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "fr"
    assert root["/StructTreeRoot"] is not None
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert reader.metadata.title == "Bilan"
    assert "Élan #vif $3 [x]" in reader.pages[0].extract_text()


def test_pdf_of_the_same_data_is_the_same(template):
    moment = datetime.datetime(2026, 11, 24, 9, tzinfo=datetime.UTC)
    data = {"title": "Bilan", "text": datetime.date(2026, 1, 2)}
    assert pdf.render(template, data, at=moment) == pdf.render(template, data, at=moment)


def test_pdf_without_title_is_refused(tmp_path):
    path = tmp_path / "sans.typ"
    path.write_text('#set text(lang: "fr")\nTexte', encoding="utf-8")
    with pytest.raises(Exception, match="title"):
        pdf.render(path, {})
