from beffroi.kernel import access
from beffroi.kernel.workflow import Transition, Workflow


def agents(actor, note) -> bool:
    return access.can(actor, "sample.handle", note.organisation_id)


workflow = Workflow(
    Transition(verb="finish", label="Terminer", sources=("open",), target="done", who=agents),
    Transition(verb="drop", label="Abandonner", sources=("open",), target="dropped", reason=True),
    Transition(verb="reopen", label="Rouvrir", sources=("done", "dropped"), target="open", hidden=True),
)
