"""What a module may add to the platform, and the registry that holds it.

A module writes one `manifest.py` with `module = Module(...)`. The kernel never imports a module: it reads the
manifests when every model is loaded, and consults them at request time only.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django.apps import AppConfig, apps
from django.utils.module_loading import module_has_submodule

EVERY = "*"


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """An entry of a menu. `permission` empty = everyone who sees that face.

    `face` is "portal" (head of the public pages), "footer" (their foot), "account" (« mon espace »), "desk" or
    "terrain".

    `group` gathers the entries of the desk by job; `count(user)` gives the figure shown beside the label.
    """

    label: str
    url_name: str
    face: str = "desk"
    group: str = ""
    icon: str = "circle"
    permission: str = ""
    order: int = 100
    count: Callable[[Any], int] | None = None


@dataclass(frozen=True, kw_only=True)
class Service:
    """Something a resident can do, shown as a tile on the home page and found by the search box."""

    code: str
    label: str
    url_name: str
    text: str
    icon: str
    keywords: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page of the module, for the checks that visit every page of every manifest.

    `args()` gives the arguments of its address from the demonstration data (None = no such object exists now);
    `permission` empty means public, "login" means any signed-in person.
    """

    url_name: str
    permission: str = ""
    args: Callable[[], Iterable | None] = lambda: ()
    query: str = ""


@dataclass(frozen=True, kw_only=True)
class Role:
    """What a person is in an organisation. `kinds` limits the kinds of organisation in which it can be held."""

    code: str
    label: str
    description: str
    kinds: tuple[str, ...] = ()
    staff: bool = True


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Something that may be allowed, in plain words: `code` is "app_label.verb"."""

    code: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Tile:
    """A figure on the first screen of the desk.

    `value(user)` = the figure, or the rows to count: the rows of all tiles are counted in one query.
    """

    label: str
    value: Callable[[Any], Any]
    url_name: str = ""
    query: str = ""
    permission: str = ""
    tone: str = "neutral"
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """How the objects of a model are found by the search box.

    `queryset()` all that is indexed; `document(obj)` a `kernel.search.Document` (title, text, url, who may see), or
    None when this one must not be found. `gates(user)` = the gates (see `Document`) that this person may pass, where
    the part decides by rules of its own.
    """

    model: str
    label: str
    queryset: Callable[[], Any]
    document: Callable[[Any], Any]
    icon: str = "file-text"
    order: int = 100
    gates: Callable[[Any], Iterable[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class HomeBlock:
    """A part of the home page of the site.

    `context(request)` gives the variables of `template`, or None when there is nothing to show. `aside` = a narrow
    card beside the agenda, else the whole width.
    """

    code: str
    template: str
    context: Callable[[Any], Mapping[str, Any] | None]
    aside: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class CommuneBlock:
    """A part of the page of a commune: as `HomeBlock`, with `context(request, commune)`."""

    code: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any] | None]
    aside: bool = False
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class TerrainBlock:
    """A part of the first screen of an agent in the field: as `HomeBlock`, for the agent who asks."""

    code: str
    template: str
    context: Callable[[Any], Mapping[str, Any] | None]
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class SitemapSource:
    """Public pages told to search engines: `entries()` yields (path, date of the last change or None)."""

    code: str
    entries: Callable[[], Iterable[tuple[str, Any]]]


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of the map: `features(request, bbox)` yields GeoJSON features; bbox = (west, south, east, north)."""

    code: str
    label: str
    features: Callable[[Any, tuple[float, float, float, float] | None], Iterable[dict]]
    icon: str = "map-pin"
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Turn one journal verb into messages.

    `recipients(entry)` yields `kernel.notices.Recipient`. `template` names `<template>.subject.txt`,
    `<template>.txt` (and optional `<template>.sms.txt`), plain text rendered with `entry`, `target`, `recipient`,
    `link` (absolute) and `territory`. `category` is the line of the person's preferences, `label` what is told there;
    `agents` = only agents may receive it; `urgent` ignores quiet hours.
    """

    verb: str
    recipients: Callable[[Any], Iterable]
    template: str
    category: str
    label: str
    urgent: bool = False
    agents: bool = False


@dataclass(frozen=True, kw_only=True)
class DatasetField:
    """A column: `type` is a Table Schema type (string, integer, number, boolean, date, datetime, geopoint)."""

    name: str
    type: str
    description: str
    required: bool = False
    example: str = ""
    constraints: Mapping[str, Any] = field(default_factory=dict)


def column(name, type, description, required=False, example="", **constraints) -> DatasetField:
    """A DatasetField in one line; the named rest are its constraints, in the words of Table Schema."""
    return DatasetField(
        name=name, type=type, description=description, required=required, example=example, constraints=constraints
    )


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """A table that anyone may download, with its schema. `rows()` yields dicts keyed by field name.

    `frequency` is continuous, daily, weekly, monthly, quarterly, annual or irregular. `longitude` and `latitude` name
    the fields from which the GeoJSON file is made. `version()` gives a text that changes with the rows; by default
    they are held to change with the journal and with the day.
    """

    code: str
    title: str
    description: str
    fields: tuple[DatasetField, ...]
    rows: Callable[[], Iterable[Mapping[str, Any]]]
    frequency: str = "daily"
    licence: str = "Licence Ouverte 2.0"
    keywords: tuple[str, ...] = ()
    longitude: str = ""
    latitude: str = ""
    version: Callable[[], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A figure that the roadmap may read: `value(since, until)` gives a Decimal, or None without data."""

    code: str
    label: str
    unit: str
    value: Callable[[Any, Any], Any]
    description: str
    better: str = "up"
    public: bool = True


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """How personal data dies: `due(now)` is the queryset to treat, `apply(obj)` erases or anonymises one object.

    After `apply` the object must no longer be in `due`. `basis` is the law, norm or decision that sets the duration;
    `action` is "anonymise" or "delete". `each` = one line of the journal for each object; False for technical lines
    (messages sent, sessions), which are counted together.
    """

    code: str
    model: str
    label: str
    basis: str
    keep: timedelta
    due: Callable[[Any], Any]
    apply: Callable[[Any], None]
    action: str = "anonymise"
    each: bool = True


@dataclass(frozen=True, kw_only=True)
class PersonalData:
    """A module's part of « mes données ».

    `export(user)` gives a JSON-ready value; `erase(user)` erases what may be, and returns plain sentences that
    explain what the law makes the organisation keep.
    """

    code: str
    label: str
    export: Callable[[Any], Any]
    erase: Callable[[Any], list[str]]


@dataclass(frozen=True, kw_only=True)
class ObjectAction:
    """A button that one module adds to the page of another module's object; `model` is "app_label.Model"."""

    model: str
    label: str
    url: Callable[[Any], str]
    icon: str = "plus"
    permission: str = ""
    shown: Callable[[Any, Any], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class ObjectBlock:
    """A part that one module adds to the page of another module's object; `model` is "app_label.Model".

    `context(request, obj)` gives the variables of `template`, or None when there is nothing to show; `permission` is
    held in the object's organisation.
    """

    code: str
    model: str
    template: str
    context: Callable[[Any, Any], Mapping[str, Any] | None]
    permission: str = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """Run `run(entry)` inside the transaction that records `verb` of a part that this module needs.

    `verb` may be `EVERY`: each fact of each part. `dated` False = not for the facts that are written after the event
    (`journal.dated`).
    """

    verb: str
    run: Callable[[Any], None]
    label: str = ""
    dated: bool = True


@dataclass(frozen=True, kw_only=True)
class HealthCheck:
    """One line of /sante/: `check()` returns (ok, sentence)."""

    code: str
    label: str
    check: Callable[[], tuple[bool, str]]


@dataclass(frozen=True, kw_only=True)
class Module:
    """Everything one part adds to the platform.

    `grants` maps a role's code to the permissions it gives; `verbs` a journal verb to the words that tell it
    ("reports.create": "Signalement déposé"). `kept` maps a model ("organisations.Team") that looks personal to the
    sentence that says why no rule of retention treats it: it dies with another, or is about no person. `demo` is the
    dotted path of the function that loads the sample data: nothing of it is imported on another day.
    """

    label: str
    needs: tuple[str, ...] = ()
    icon: str = "box"
    menu: list[MenuItem] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    roles: list[Role] = field(default_factory=list)
    permissions: list[Permission] = field(default_factory=list)
    grants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    verbs: Mapping[str, str] = field(default_factory=dict)
    tiles: list[Tile] = field(default_factory=list)
    search: list[SearchSource] = field(default_factory=list)
    home_blocks: list[HomeBlock] = field(default_factory=list)
    commune_blocks: list[CommuneBlock] = field(default_factory=list)
    terrain_blocks: list[TerrainBlock] = field(default_factory=list)
    sitemap: list[SitemapSource] = field(default_factory=list)
    layers: list[Layer] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    datasets: list[Dataset] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    retention: list[RetentionRule] = field(default_factory=list)
    kept: Mapping[str, str] = field(default_factory=dict)
    personal_data: list[PersonalData] = field(default_factory=list)
    object_actions: list[ObjectAction] = field(default_factory=list)
    object_blocks: list[ObjectBlock] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    health: list[HealthCheck] = field(default_factory=list)
    demo: str = ""
    demo_order: int = 100


class ModuleConfig(AppConfig):
    """Base AppConfig: reads the manifest once every model is loaded."""

    manifest: Module | None = None

    def ready(self) -> None:
        if module_has_submodule(self.module, "manifest"):
            self.manifest = import_module(f"{self.name}.manifest").module
        forget()


_caches: list[Callable[[], None]] = []


def derived(function):
    """A function computed once from the manifests, until one of them changes."""
    kept = cache(function)
    _caches.append(kept.cache_clear)
    return kept


def forget() -> None:
    """Compute again all that is `derived`: a manifest has changed."""
    for clear in _caches:
        clear()


def installed() -> list[tuple[ModuleConfig, Module]]:
    """Every installed part that has a manifest, in the order of the settings."""
    return [(c, c.manifest) for c in apps.get_app_configs() if isinstance(c, ModuleConfig) and c.manifest]


@derived
def collect(kind: str) -> tuple:
    """All the entries of one kind ("menu", "layers"…), by their `order`."""
    entries = [entry for _config, module in installed() for entry in getattr(module, kind)]
    return tuple(sorted(entries, key=lambda entry: getattr(entry, "order", 0)))


def find(kind: str, code: str) -> Any:
    """The entry of that kind whose `code` is given, or None."""
    return next((entry for entry in collect(kind) if entry.code == code), None)


@derived
def labels() -> dict[str, str]:
    """The words of every journal verb that a manifest tells."""
    return {verb: words for _config, module in installed() for verb, words in module.verbs.items()}
