"""Open311 seen by others' tools: a client of the norm over a real socket, and a fuzzer that reads our OpenAPI."""

import json

import georeport
import hypothesis
import pytest
import requests
import schemathesis
from schemathesis.specs.openapi import checks as conformity

from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from tests.modules.reports.conftest import API, PLACE


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_client_of_the_norm_reads_services_and_requests(address, make_report, sign, agent, kind):
    pothole = make_report(address_is_known=True).category
    pothole.fields = [{"name": "taille", "label": "Taille", "type": "choice", "choices": ["petit", "grand"]}]
    pothole.save()
    second = make_report(category=sign)
    actions.resolve_report(second, actor=agent, reason="Redressé.")
    reader = georeport.GeoReport(address, jurisdiction="127.0.0.1", output_format=kind)
    assert [one["service_code"] for one in reader.get_service_list()] == ["nid-de-poule", "panneau"]
    told = reader.get_service_definition("nid-de-poule")
    assert told["service_code"] == "nid-de-poule"
    everything = reader.get_service_requests()
    assert {one["service_request_id"] for one in everything} == {one.reference for one in Report.objects.all()}
    closed = reader.get_service_requests(status="closed")
    closed = closed if isinstance(closed, list) else [closed]
    assert [one["service_request_id"] for one in closed] == [second.reference]
    one = reader.get_service_request(second.reference)
    assert (one["status"], one["service_name"]) == ("closed", "Panneau abîmé")
    assert (float(one["long"]), float(one["lat"])) == PLACE
    with pytest.raises(requests.HTTPError, match="404"):
        reader.get_service_request("SIG-2026-999999")


def test_fuzzer_finds_no_answer_outside_our_openapi(address, make_report, agent, operator):
    """Each operation of our document, called for real: every answer is one that the document announces."""
    make_report()
    key = actions.create_key(operator, actor=None, label="Essai")[1]
    seen: dict[str, set[int]] = {}
    rules = [
        schemathesis.checks.not_a_server_error,
        conformity.status_code_conformance,
        conformity.content_type_conformance,
        conformity.response_schema_conformance,
    ]
    for found in schemathesis.openapi.from_url(f"{address}/openapi.json").get_all_operations():
        operation = found.ok()

        @hypothesis.given(case=operation.as_strategy())
        @hypothesis.settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        def play(case):
            if isinstance(case.body, dict):
                case.body["api_key"] = key
            answer = case.call()
            seen.setdefault(case.operation.label, set()).add(answer.status_code)
            case.validate_response(answer, checks=rules)

        play()
    assert len(seen) == 18
    assert {200, 404} <= set().union(*seen.values())


def test_openapi_is_valid_and_describes_every_address(client, db, operator):
    document = client.get(f"{API}/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert len(document["paths"]) == 14
    assert json.dumps(document).count("Open311") >= 1
