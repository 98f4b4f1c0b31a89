"""With whom a body archives."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Profile, Setup, UnitProfile
from beffroi.modules.archives.seda import profiles, units


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


@transaction.atomic
def save_unit_profile(profile: UnitProfile, *, actor, given: bytes | None = None) -> UnitProfile:
    """Add or change the profile of a sort of unit; `given` = its new schema, None = as it was. What is already packed
    does not change. Records "archives.unit_profile". Raises ValidationError for a schema that cannot be followed, or
    that is of another profile, or the series or the type of another body."""
    rights.require(actor, rights.MANAGE, profile.organisation_id)
    if profile.series is not None and profile.series.activity.organisation_id != profile.organisation_id:
        raise ValidationError({"series": "Cette série est d’une autre collectivité."})
    if profile.kind is not None and profile.kind.organisation_id != profile.organisation_id:
        raise ValidationError({"kind": "Ce type est d’une autre collectivité."})
    if given is not None:
        try:
            read = units.read_schema(given)
        except profiles.Unusable as fault:
            raise ValidationError({"file": str(fault)}) from fault
        if read.identifier and read.identifier != profile.identifier:
            raise ValidationError({"file": f"Ce fichier est celui du profil « {read.identifier} »."})
        profile.schema = read.schema
    profile.full_clean()
    profile.save()
    journal.record("archives.unit_profile", profile, actor=actor, data={"schema": bool(profile.schema)})
    return profile
