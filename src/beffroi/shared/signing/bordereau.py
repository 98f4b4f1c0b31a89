"""The record of a circuit: who decided what, when, in what name, with which signature."""

from pathlib import Path

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.signing.models import Folder, Step

TEMPLATE = Path(__file__).parent / "bordereau.typ"


def render(folder: Folder) -> bytes:
    """The PDF, dated from the last thing that happened: the same each time."""
    steps = list(folder.steps.select_related("desk", "decided_by"))
    moments = [step.decided_at for step in steps if step.decided_at]
    last = max(
        [moment for moment in (folder.ended_at, folder.submitted_at, *moments) if moment], default=folder.created_at
    )
    data = {
        "title": f"Bordereau de signature – {folder.title}",
        "body": folder.organisation.name,
        "facts": [
            ["Circuit", folder.circuit.name],
            ["Préparé par", f"{folder.author}, {formats.moment(folder.created_at)}"],
            ["Envoyé", formats.moment(folder.submitted_at) if folder.submitted_at else "pas encore"],
            ["État", folder.get_state_display()],
        ],
        "files": [[file.name, file.blob.sha256] for file in folder.documents()],
        "steps": [_line(step) for step in steps],
    }
    return pdf.render(TEMPLATE, data, at=last)


def _line(step: Step) -> list[str]:
    who = f"{step.decided_by}, {step.capacity}" if step.decided_by else str(step.desk)
    return [
        step.get_kind_display(),
        who,
        f"{step.get_outcome_display()} {formats.moment(step.decided_at)}"
        if step.decided_at
        else step.get_outcome_display(),
        "\n".join(text for text in (step.level, step.comment) if text),
    ]
