"""System checks: every name that a manifest writes must exist."""

from django.apps import apps
from django.core import checks
from django.urls import NoReverseMatch, get_resolver, reverse

from beffroi.kernel import modules


def _known_url(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        resolver = get_resolver()
        for part in name.split(":")[:-1]:
            if part not in resolver.namespace_dict:
                return False
            resolver = resolver.namespace_dict[part][1]
        return name.split(":")[-1] in resolver.reverse_dict
    return True


def _names(module: modules.Module):
    permissions = {p.code for p in modules.collect("permissions")} | {"", "login"}
    for entry in (*module.menu, *module.services, *module.tiles, *module.pages):
        if entry.url_name and not _known_url(entry.url_name):
            yield f"adresse inconnue : {entry.url_name}"
        if getattr(entry, "permission", "") not in permissions:
            yield f"permission inconnue : {entry.permission}"
    roles = {role.code for role in modules.collect("roles")}
    for role, granted in module.grants.items():
        if role not in roles:
            yield f"rôle inconnu : {role}"
        for code in granted:
            if code not in permissions:
                yield f"permission inconnue : {code}"
    for entry in (*module.search, *module.object_actions, *module.retention):
        try:
            apps.get_model(entry.model)
        except (LookupError, ValueError):
            yield f"modèle inconnu : {entry.model}"


@checks.register("beffroi")
def check_manifests(app_configs, **kwargs):
    """Refuse to start with a manifest that names an address, a role, a permission or a model that does not exist."""
    errors = []
    installed = modules.installed()
    labels = {config.label for config, _module in installed}
    for config, module in installed:
        for need in module.needs:
            if need not in labels:
                errors.append(checks.Error(f"{config.label} a besoin de {need}, qui est absent.", id="kernel.E001"))
        errors.extend(checks.Error(f"{config.label} : {fault}.", id="kernel.E002") for fault in _names(module))
    return errors
