"""Documents laid out by Typst: archivable (PDF/A-2a, ISO 19005-2) and accessible (PDF/UA-1, ISO 14289-1).

A template is a `.typ` file that reads its data by `json(bytes(sys.inputs.data))`; it must set the document's title and
give headings in order, alternatives to pictures and headers to tables, or Typst refuses to make the file. Only the
fonts that Typst carries are used, so that the same data give the same file on every machine.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import typst
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse
from django.utils import timezone

STANDARDS = ["a-2a", "ua-1"]


def render(template: Path, data: dict[str, Any], *, at: datetime | None = None) -> bytes:
    """The PDF of `template` for `data` (dates and amounts become text); `at` = the date written in the file."""
    moment = at or timezone.now()
    return typst.compile(  # type: ignore[call-overload]
        str(template),
        root=str(template.parent),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)},
        pdf_standards=STANDARDS,
        timestamp=int(moment.timestamp()),
    )


def response(name: str, content: bytes, *, inline: bool = True) -> HttpResponse:
    """The document, opened in the browser, or downloaded."""
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'{"inline" if inline else "attachment"}; filename="{name}.pdf"'
    return answer
