"""With whom a body archives."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Profile, Setup
from beffroi.modules.archives.seda import profiles


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


@transaction.atomic
def save_profile(profile: Profile, *, actor, schema: bytes | None = None) -> Profile:
    """Add or change a profile; `schema` = the new one, None = as it was. What is already packed does not change.
    Records "archives.profile". Raises ValidationError for a schema that cannot be followed, or an identifier taken."""
    rights.require(actor, rights.MANAGE, profile.organisation_id)
    if schema is not None:
        try:
            profiles.compile_schema(schema)
        except profiles.Unusable as fault:
            raise ValidationError({"file": str(fault)}) from fault
        profile.schema = schema
    profile.full_clean()
    profile.save()
    journal.record("archives.profile", profile, actor=actor, data={"schema": bool(profile.schema)})
    return profile
