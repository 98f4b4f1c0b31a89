"""Who may do what with the assets: the rule in plain words.

- Agents, secretaries, elected members and administrators of a body consult its assets (`assets.view`); a commune also
  reads those that stand on its soil and belong to another body.
- Agents, secretaries and administrators add, correct, move, retire, import those of their body (`assets.manage`).
- The administrator of the platform decides the kinds and their fields, for everyone (`assets.configure`).
- Anyone reads the public page of an asset whose kind is published.
"""

from beffroi.kernel import access
from beffroi.shared.organisations.access import owning

VIEW = "assets.view"
MANAGE = "assets.manage"
CONFIGURE = "assets.configure"


def can_manage(user, asset) -> bool:
    """May change this asset."""
    return access.can(user, MANAGE, asset.organisation_id)


def owners(user):
    """The bodies in whose name `user` may keep assets, as a queryset; read once for a request."""
    kept = user.__dict__.setdefault("assets_owners", {})
    if "all" not in kept:
        kept["all"] = owning(user, MANAGE)
    return kept["all"]
