"""Everything else that a manifest declares, tried on the demonstration."""

import json
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from beffroi.config import preparation
from beffroi.kernel import modules
from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.ui.context import Territory
from tests.contract import rules

PARTS = [(config.label, module, config) for config, module in modules.installed() if config.label != "sample"]
MANY = 40


def each(kind):
    """One parameter for each entry of that kind, named by its part and its code."""
    entries = [(label, entry) for label, module, _config in PARTS for entry in getattr(module, kind)]
    names = [
        f"{label}-{getattr(entry, 'code', '') or getattr(entry, 'verb', '') or getattr(entry, 'label', '')}"
        for label, entry in entries
    ]
    if not entries:
        return pytest.mark.parametrize("entry", [])
    return pytest.mark.parametrize("entry", [entry for _label, entry in entries], ids=names)


@pytest.fixture
def request_of_a_visitor(rf: RequestFactory):
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def told(found) -> None:
    found = list(found)
    assert not found, "\n" + "\n".join(found)


def _leads_somewhere(path: str) -> bool:
    try:
        resolve(urlsplit(path).path)
    except Resolver404:
        return False
    return True


def _counts() -> dict[str, int]:
    tables = [table for table in connection.introspection.table_names() if not table.startswith("procrastinate_")]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables))  # noqa: S608
        return dict(cursor.fetchall())


def test_demonstration_loaded_again_changes_nothing():
    before = _counts()
    preparation.load_demonstration()
    told(rules.differences(before, _counts()))


def test_journal_of_the_demonstration_is_told_in_words():
    verbs = Entry.objects.values_list("verb", flat=True).distinct()
    told(rules.untold(verbs, modules.labels()))


EACH_PART = [pytest.param(config, id=label) for label, _module, config in PARTS]


@pytest.mark.parametrize("config", EACH_PART)
def test_verbs_that_a_part_records_are_told_in_words(config):
    found = set()
    for path in Path(config.path).rglob("*.py"):
        if "migrations" not in path.parts and not (config.label == "kernel" and "/ui/" in str(path)):
            found |= set(rules.recorded_verbs(path.read_text(encoding="utf-8")))
    told(rules.untold({verb for verb in found if "." in verb}, modules.labels()))


def test_transitions_are_told_in_words():
    found = []
    for _label, _module, config in PARTS:
        for model in config.get_models():
            workflow = getattr(model, "workflow", None) or getattr(model, "WORKFLOW", None)
            if workflow is not None and hasattr(workflow, "transitions"):
                found += [f"{config.label}.{verb}" for verb in workflow.transitions]
    told(rules.untold(found, modules.labels()))


def test_personal_data_is_treated_by_a_rule_of_retention():
    ruled = {rule.model for rule in modules.collect("retention")}
    explained = {model: why for _label, module, _config in PARTS for model, why in module.kept.items()}
    models = [m for m in apps.get_models() if m.__module__.startswith("beffroi.")]
    told(rules.unkept(models, ruled, explained))
    names = {m._meta.label for m in apps.get_models()}
    assert sorted(set(explained) - names) == [], "modèles inconnus dans `kept`"
    assert sorted(model for model, why in explained.items() if len(why) < 20) == [], "raison trop courte dans `kept`"


@each("retention")
def test_retention_rule_finds_what_is_due(entry):
    assert apps.get_model(entry.model)
    assert entry.basis.strip()
    due = entry.due(timezone.now())
    assert due.model._meta.label == entry.model
    due.count()


@each("notices")
def test_notice_has_words_and_a_template(entry):
    assert entry.verb in modules.labels(), f"verbe inconnu : {entry.verb}"
    get_template(f"{entry.template}.subject.txt")
    get_template(f"{entry.template}.txt")


@each("notices")
def test_notice_of_the_demonstration_can_be_read(entry):
    found = []
    for line in Entry.objects.filter(verb=entry.verb).order_by("-id")[:5]:
        if line.target is None:
            continue
        for recipient in list(entry.recipients(line))[:3]:
            context = {
                "entry": line,
                "target": line.target,
                "recipient": recipient,
                "link": f"https://exemple.invalid{recipient.link}",
                "territory": Territory(name="Territoire"),
            }
            subject = render_to_string(f"{entry.template}.subject.txt", context)
            body = render_to_string(f"{entry.template}.txt", context)
            found += [f"{entry.template} : {fault}" for fault in rules.message(subject, body)]
            if recipient.link.startswith("/") and not _leads_somewhere(recipient.link):
                found.append(f"{entry.template} : lien vers nulle part")
    told(sorted(set(found)))


def test_messages_of_the_demonstration_say_no_value_as_python_writes_it():
    """What was written while it was loaded; what the worker writes afterwards is read by the test of each notice."""
    messages = list(Delivery.objects.values_list("subject", "body"))
    assert messages
    told(sorted({fault for message in messages for text in message for fault in rules.representations(text)}))


@each("search")
def test_search_source_gives_documents(entry):
    objects = list(entry.queryset()[:MANY])
    documents = [document for document in map(entry.document, objects) if document is not None]
    assert documents or not objects, f"aucun document pour {len(objects)} objets"
    told(
        f"{document.url} : titre ou adresse en défaut"
        for document in documents
        if not document.title.strip() or not _leads_somewhere(document.url)
    )


@each("layers")
def test_layer_gives_geojson(entry, request_of_a_visitor):
    west, south, east, north = 1.9, 49.8, 2.7, 50.4  # the demonstration territory, in degrees
    for bbox in (None, (west, south, east, north)):
        features = list(entry.features(request_of_a_visitor, bbox))
        json.dumps(features, default=str)
        for feature in features[:MANY]:
            assert feature["type"] == "Feature"
            assert feature["geometry"]["type"] in {
                "Point",
                "MultiPoint",
                "LineString",
                "MultiLineString",
                "Polygon",
                "MultiPolygon",
            }
            if url := feature["properties"].get("url"):
                assert _leads_somewhere(url), url


@each("datasets")
def test_dataset_fits_its_schema(entry, tmp_path):
    """Checked by frictionless, the reference implementation of Table Schema, from the CSV file as published."""
    from tests.contract import datasets

    told(datasets.faults(entry, tmp_path))


@each("indicators")
def test_indicator_gives_a_figure_or_nothing(entry):
    today = timezone.localdate()
    value = entry.value(today.replace(month=1, day=1), today)
    assert value is None or isinstance(value, Decimal), type(value)
    assert entry.description.strip()


@each("tiles")
def test_tile_counts_and_leads_somewhere(entry, visitors):
    assert not entry.url_name or _leads_somewhere(f"{reverse(entry.url_name)}{entry.query}")
    for visitor in visitors:
        if visitor.email:
            assert entry.value(visitor.user) is not None


@each("home_blocks")
def test_home_block_is_drawn(entry, request_of_a_visitor):
    context = entry.context(request_of_a_visitor)
    if context is not None:
        assert render_to_string(entry.template, dict(context), request_of_a_visitor).strip()


@each("commune_blocks")
def test_commune_block_is_drawn(entry, request_of_a_visitor):
    from beffroi.shared.organisations.models import Commune

    for commune in Commune.objects.members()[:3]:
        context = entry.context(request_of_a_visitor, commune)
        if context is not None:
            assert render_to_string(entry.template, dict(context), request_of_a_visitor).strip()


@each("sitemap")
def test_sitemap_leads_to_pages_that_exist(entry, client):
    paths = [path for path, _date in entry.entries()]
    told(path for path in paths if not _leads_somewhere(path))
    told(path for path in paths[:5] if client.get(path).status_code != 200)


@each("personal_data")
def test_personal_data_can_be_downloaded(entry, visitors):
    for visitor in visitors:
        if visitor.email:
            json.dumps(entry.export(visitor.user), default=str, ensure_ascii=False)


@each("health")
def test_health_check_answers(entry):
    fine, sentence = entry.check()
    assert isinstance(fine, bool)
    assert sentence.strip()


@each("object_actions")
def test_object_action_is_about_a_model_that_exists(entry):
    assert apps.get_model(entry.model)
