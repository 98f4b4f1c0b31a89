"""The life of a budget and of a grant: given, published, withdrawn."""

from django.db import models

from beffroi.kernel.workflow import Transition, Workflow
from beffroi.modules.transparency import access


class State(models.TextChoices):
    """Of a budget."""

    DRAFT = "draft", "À relire"
    PUBLISHED = "published", "Publié"
    WITHDRAWN = "withdrawn", "Retiré"


class GrantState(models.TextChoices):
    """The same, of a grant."""

    DRAFT = "draft", "À relire"
    PUBLISHED = "published", "Publiée"
    WITHDRAWN = "withdrawn", "Retirée"


budgets = Workflow(
    Transition(
        verb="publish_budget",
        label="Publier",
        sources=(State.DRAFT,),
        target=State.PUBLISHED,
        who=access.can_publish,
        tone="primary",
    ),
    Transition(
        verb="withdraw_budget",
        label="Retirer",
        sources=(State.PUBLISHED,),
        target=State.WITHDRAWN,
        who=access.can_publish,
        reason=True,
        tone="danger",
    ),
)
grants = Workflow(
    Transition(
        verb="publish_grant",
        label="Publier",
        sources=(State.DRAFT, State.WITHDRAWN),
        target=State.PUBLISHED,
        who=access.can_publish,
        tone="primary",
    ),
    Transition(
        verb="withdraw_grant",
        label="Retirer",
        sources=(State.PUBLISHED,),
        target=State.WITHDRAWN,
        who=access.can_publish,
        reason=True,
        tone="danger",
    ),
)
TONES = {State.DRAFT: "waiting", State.PUBLISHED: "done", State.WITHDRAWN: "late"}
