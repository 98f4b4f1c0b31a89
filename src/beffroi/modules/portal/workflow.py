"""How a publication goes from a draft to the site. « publier » may be for later: see `Publication.publish_at`."""

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.portal.access import is_publisher, is_writer

_STEPS = (
    Transition(verb="submit", label="Demander la relecture", sources=("draft",), target="review", who=is_writer),
    Transition(
        verb="publish",
        label="Publier",
        sources=("draft", "review", "withdrawn"),
        target="published",
        who=is_publisher,
        tone="primary",
    ),
    Transition(verb="send_back", label="Rendre à son auteur", sources=("review",), target="draft", who=is_publisher),
    Transition(
        verb="withdraw",
        label="Retirer du site",
        sources=("published", "cancelled"),
        target="withdrawn",
        who=is_publisher,
        tone="danger",
    ),
)
_CANCEL = Transition(
    verb="cancel",
    label="Annoncer l’annulation",
    sources=("published",),
    target="cancelled",
    who=is_publisher,
    tone="danger",
)
workflow = Workflow(*_STEPS)
event_workflow = Workflow(*_STEPS, _CANCEL)


def workflow_of(publication) -> Workflow:
    """The table of transitions that applies to this kind of publication."""
    return event_workflow if publication.kind == "evenement" else workflow
