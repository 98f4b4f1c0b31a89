"""System checks: every name that a manifest writes must exist."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core import checks
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import NoReverseMatch, get_resolver, reverse

from beffroi.kernel import modules

FACES = {"portal", "desk", "terrain", "account", "footer"}
FIELD_TYPES = {"string", "integer", "number", "boolean", "date", "datetime", "geopoint"}
FREQUENCIES = {"continuous", "daily", "weekly", "monthly", "quarterly", "annual", "irregular"}
CODED = (
    "services",
    "roles",
    "permissions",
    "layers",
    "datasets",
    "indicators",
    "retention",
    "personal_data",
    "health",
    "home_blocks",
    "commune_blocks",
    "terrain_blocks",
    "object_blocks",
    "sitemap",
)


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


def _addresses(module: modules.Module) -> Iterator[str]:
    permissions = {p.code for p in modules.collect("permissions")} | {"", "login"}
    named: tuple[Any, ...] = (*module.menu, *module.services, *module.tiles, *module.pages)
    for entry in named:
        if entry.url_name and not _known_url(entry.url_name):
            yield f"adresse inconnue : {entry.url_name}"
    held: tuple[Any, ...] = (*named, *module.layers, *module.object_actions, *module.object_blocks)
    for entry in held:
        if getattr(entry, "permission", "") not in permissions:
            yield f"permission inconnue : {entry.permission}"
    for item in module.menu:
        if item.face not in FACES:
            yield f"menu inconnu : {item.face}"


def _rights(module: modules.Module) -> Iterator[str]:
    permissions = {p.code for p in modules.collect("permissions")}
    roles = {role.code for role in modules.collect("roles")}
    for role, granted in module.grants.items():
        if role not in roles:
            yield f"rôle inconnu : {role}"
        yield from (f"permission inconnue : {code}" for code in granted if code not in permissions)


def _models(module: modules.Module) -> Iterator[str]:
    entries: tuple[Any, ...] = (*module.search, *module.object_actions, *module.object_blocks, *module.retention)
    for entry in entries:
        try:
            apps.get_model(entry.model)
        except (LookupError, ValueError):
            yield f"modèle inconnu : {entry.model}"


def _templates(module: modules.Module) -> Iterator[str]:
    names = [f"{notice.template}{end}" for notice in module.notices for end in (".subject.txt", ".txt")]
    blocks: tuple[Any, ...] = (
        *module.home_blocks,
        *module.commune_blocks,
        *module.terrain_blocks,
        *module.object_blocks,
    )
    names += [block.template for block in blocks]
    for name in names:
        try:
            get_template(name)
        except TemplateDoesNotExist:
            yield f"gabarit absent : {name}"


def _datasets(module: modules.Module) -> Iterator[str]:
    for dataset in module.datasets:
        names = [field.name for field in dataset.fields]
        for field in dataset.fields:
            if field.type not in FIELD_TYPES:
                yield f"type inconnu : {dataset.code}.{field.name} ({field.type})"
        for name in (dataset.longitude, dataset.latitude):
            if name and name not in names:
                yield f"colonne absente : {dataset.code}.{name}"
        if len(set(names)) != len(names):
            yield f"colonne en double : {dataset.code}"
        if dataset.frequency not in FREQUENCIES:
            yield f"fréquence inconnue : {dataset.code} ({dataset.frequency})"


def _doubles() -> Iterator[str]:
    for kind in CODED:
        counts = Counter(entry.code for entry in modules.collect(kind))
        yield from (f"code en double : {kind} « {code} »" for code, count in counts.items() if count > 1)
    counts = Counter(source.label for source in modules.collect("search"))
    yield from (f"source de recherche en double : {label}" for label, count in counts.items() if count > 1)


@checks.register("beffroi")
def check_manifests(app_configs, **kwargs):
    """Refuse to start with a manifest that names an address, role, permission, model or template that is absent."""
    installed = modules.installed()
    labels = {config.label for config in apps.get_app_configs() if isinstance(config, modules.ModuleConfig)}
    errors = [checks.Error(f"{fault}.", id="kernel.E003") for fault in _doubles()]
    for config, module in installed:
        for need in module.needs:
            if need not in labels:
                errors.append(checks.Error(f"{config.label} a besoin de {need}, qui est absent.", id="kernel.E001"))
        for examine in (_addresses, _rights, _models, _templates, _datasets):
            errors.extend(checks.Error(f"{config.label} : {fault}.", id="kernel.E002") for fault in examine(module))
    return errors
