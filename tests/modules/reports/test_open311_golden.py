"""Open311 GeoReport v2: whole answers against documents written by hand from the norm, and against its own examples."""

import datetime
import json
import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.utils.dateparse import parse_datetime

from beffroi.config import env
from beffroi.kernel import journal
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Category
from tests.modules.reports.conftest import PLACE

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent / "golden"
API = "/open311/v2"
MOMENT = parse_datetime("2010-04-14T06:37:38-08:00")
SPRING = "start_date=2010-04-01T00:00:00Z&end_date=2010-06-01T00:00:00Z"
NUMBER = "6f9619ff-8b86-4011-b42d-00c04fc964ff"


@pytest.fixture
def services(doullens, secretary):
    """Two services, one with questions."""
    doullens.postal_codes = ["80600"]
    doullens.save()
    clean, street = (
        Category.objects.create(code=code, label=label, order=rank)
        for rank, (code, label) in enumerate((("proprete", "Propreté"), ("voirie", "Voirie")))
    )
    Category.objects.create(
        code="001",
        label="Bacs laissés dehors",
        parent=clean,
        help_text="Bacs restés plus de 24 heures sur le trottoir après la collecte",
    )
    questions = [
        {
            "name": "marque",
            "label": "Quelle est la taille de la plaque ?",
            "type": "choice",
            "required": True,
            "choices": ["petite", "grande"],
        },
        {"name": "ecart", "label": "De combien est-elle déplacée ?", "type": "integer", "unit": "cm"},
        {"name": "depuis", "label": "Depuis quel jour ?", "type": "date"},
    ]
    Category.objects.create(
        code="002",
        label="Plaque déplacée",
        parent=street,
        fields=questions,
        help_text="Plaque métallique déplacée & bruyante <la nuit>",
    )


@pytest.fixture
def bins(services):
    """A report of the norm's own day."""
    with journal.dated(MOMENT):
        return actions.create_report(
            actor=None,
            category=Category.objects.get(code="001"),
            location=PLACE,
            created_at=MOMENT,
            address="Rue du Bourg, Doullens",
            address_is_known=True,
            description="Deux bacs gris.",
        ).report


@pytest.fixture
def ended(bins, secretary):
    moment = datetime.datetime(2010, 4, 15, 7, tzinfo=datetime.UTC)
    actions.show_text(bins, actor=secretary)
    with journal.dated(moment):
        actions.resolve_report(bins, actor=secretary, reason="Rentrés.", at=moment)
    return bins


@pytest.fixture
def post(client, operator, services):
    key = actions.create_key(operator, actor=None, label="Application")[1]

    def post(kind, **more):
        given = {"api_key": key, "service_code": "001", "lat": PLACE[1], "long": PLACE[0], "description": "Un bac"}
        return client.post(f"{API}/requests.{kind}", given | more)

    return post


def tree(content) -> str:
    """The same for two documents that say the same, whatever their indentation."""
    text = content.decode() if isinstance(content, bytes) else content
    return ElementTree.canonicalize(text.replace("\u202f", " "), strip_text=True)


def same(answer, name: str) -> None:
    kind = name.rpartition(".")[2]
    expected = (GOLDEN / name).read_text(encoding="utf-8")
    types = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
    assert answer.headers["Content-Type"] == types[kind]
    body = answer.content.decode()
    if kind == "xml":
        assert body.startswith('<?xml version="1.0" encoding="utf-8"?>')
        assert tree(body) == tree(expected)
    else:
        assert json.loads(body.replace("\u202f", " ")) == json.loads(expected)


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_services_and_definition(client, services, kind):
    same(client.get(f"{API}/services.{kind}"), f"services.{kind}")
    same(client.get(f"{API}/services/002.{kind}"), f"definition.{kind}")
    assert client.get(f"{API}/services/404.{kind}").status_code == 404


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_requests_by_list_and_by_number(client, bins, kind):
    same(client.get(f"{API}/requests.{kind}?{SPRING}&jurisdiction_id=testserver"), f"requests.{kind}")
    same(client.get(f"{API}/requests/{bins.reference}.{kind}"), f"requests.{kind}")


def test_request_that_is_ended(client, ended):
    same(client.get(f"{API}/requests/{ended.reference}.json"), "closed.json")


def test_updates(client, ended):
    answer = client.get(f"{API}/servicerequestupdates.xml?{SPRING}")
    numbers = iter("12")
    answer.content = re.sub(rb"(?<=<update_id>)\d+", lambda _found: next(numbers).encode(), answer.content)
    same(answer, "updates.xml")


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_post_then_token(client, post, kind):
    answer = post(kind, client_uuid=NUMBER)
    answer.content = re.sub(rb"SIG-\d{4}", b"SIG-2026", answer.content)
    same(answer, f"filed.{kind}")
    found = client.get(f"{API}/tokens/{NUMBER}.{kind}")
    found.content = re.sub(rb"SIG-\d{4}", b"SIG-2026", found.content)
    same(found, f"token.{kind}")


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_error(post, kind):
    answer = post(kind, api_key="fausse")
    assert answer.status_code == 403
    same(answer, f"errors.{kind}")


def test_every_error_is_told(post):
    answer = post("json", service_code="002", **{"attribute[ecart]": "beaucoup"})
    assert answer.status_code == 400
    told = json.loads(answer.content)
    assert [line["description"].partition(" : ")[0] for line in told] == ["attribute[marque]", "attribute[ecart]"]
    assert {line["code"] for line in told} == {400}


def test_filters_empty_mean_nothing_and_values_add_up(client, ended):
    empty = f"{API}/requests.json?{SPRING}&service_code=&status=&service_request_id=&jurisdiction_id="
    assert len(client.get(empty).json()) == 1
    for query, found in (
        ("status=open", 0),
        ("status=closed", 1),
        ("status=open&status=closed", 1),
        ("service_code=002", 0),
        ("service_code=002,001", 1),
        ("service_code=002&service_code=001", 1),
    ):
        assert len(client.get(f"{API}/requests.json?{SPRING}&{query}").json()) == found, query


def norm() -> Path | None:
    """The text of the norm, where it lies beside the project."""
    places = [os.environ.get("BEFFROI_SHARED", ""), env.PROJECT.parent / "shared", env.PROJECT.parents[1] / "shared"]
    files = [Path(place) / "data" / "open311" / "GeoReport_v2_index.md" for place in places if place]
    return next((file for file in files if file.is_file()), None)


def shape(text: str) -> set[str]:
    """The paths of every element of a document."""
    found = set()

    def walk(element, path):
        found.add(path)
        for child in element:
            walk(child, f"{path}/{child.tag}")

    root = ElementTree.fromstring(text.strip())  # noqa: S314  the norm's own examples, and ours
    walk(root, root.tag)
    return found


def test_documents_have_the_shape_of_the_examples_of_the_norm(client, ended, post):
    path = norm()
    if path is None:
        pytest.skip("the text of the norm is not beside the project (BEFFROI_SHARED)")
    blocks = re.findall(
        r"^~~~~\n(?:HTTP/1.1 [^\n]*\n\n)?(<\?xml.*?)^~~~~", path.read_text(encoding="utf-8"), re.S | re.M
    )
    examples = [shape(block.replace('<?xml version="1.0" encoding="utf-8"?>', "")) for block in blocks]
    assert len(examples) >= 6
    post("xml", client_uuid=NUMBER)
    ours = [
        shape(client.get(f"{API}/{address}").content.decode().partition("?>")[2])
        for address in (
            "services.xml",
            "services/002.xml",
            f"requests.xml?{SPRING}",
            f"requests/{ended.reference}.xml",
            f"tokens/{NUMBER}.xml",
        )
    ]
    ours += [shape(post("xml").content.decode().partition("?>")[2])]
    ours += [shape(post("xml", api_key="").content.decode().partition("?>")[2])]
    # `account_id` and `service_notice` of a filing may be given or not; everything else is there, and nothing more.
    free = {"service_requests/request/account_id", "service_requests/request/service_notice"}
    for example in examples:
        assert any(example - free == one - free for one in ours), sorted(example)
