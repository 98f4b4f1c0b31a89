"""With whom a body archives."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Setup


@transaction.atomic
def save_setup(setup: Setup, *, actor) -> Setup:
    """Keep the settings of a body; what is already prepared keeps its own. Records "archives.setup"."""
    rights.require(actor, rights.MANAGE, setup.organisation_id)
    if setup.circuit is not None and setup.circuit.organisation_id != setup.organisation_id:
        raise ValidationError({"circuit": "Ce circuit est d’une autre collectivité."})
    setup.full_clean()
    setup.save()
    journal.record("archives.setup", setup, actor=actor)
    return setup
