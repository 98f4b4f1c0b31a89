"""The page of an order, at the desk and outside: what it asks of the database, what a late sending does."""

import datetime
import json
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.offline import KEEP_HEADER
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Answer, Labour, Order, Part, Store
from beffroi.modules.maintenance.views.common import checks_of
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.models import Category
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.maintenance.conftest import MORNING
from tests.shared.files import samples

HOUR = datetime.timedelta(hours=1)
MINUTE = datetime.timedelta(minutes=1)
QUERIES = 12


def photo(name="photo.jpg"):
    return SimpleUploadedFile(name, samples.jpeg(), content_type="image/jpeg")


@pytest.fixture
def phone(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def stock(operator, dispatcher):
    store = actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)
    part = actions.save_part(Part(organisation=operator, code="LED", name="Lampe", price=10), actor=dispatcher)
    actions.count_part(part, store, 500, actor=dispatcher)
    return part, store


def fill(order, count, worker, other_worker, dispatcher, stock):
    """Everything that an order may hold, `count` times."""
    part, store = stock
    for _ in range(count):
        number = Labour.objects.count()
        at = MORNING - 400 * HOUR + number * HOUR
        actions.add_labour(order, actor=worker, worker=worker, start=at, end=at + HOUR / 2)
        actions.use_part(order, part, store, 1, actor=worker)
        actions.add_expense(order, actor=dispatcher, label="Nacelle", amount=10)
        photos = [store_upload(photo(), actor=worker, kind="photo")]
        actions.add_note(order, actor=worker, text="Vu", photos=photos)
        for check in actions.set_checks(order, [{"label": "Propre ?", "kind": "yesno"}], actor=dispatcher):
            actions.answer_check(check, "oui", actor=worker)
            actions.answer_check(check, "non", actor=other_worker)
    if not order.reservations.exists():
        actions.reserve_part(order, part, store, 1, actor=dispatcher)


@pytest.mark.parametrize("name", ["order", "field_order"])
def test_page_of_a_full_order_asks_twelve_queries_at_most_with_few_lines_and_with_many(
    client, make_order, worker, other_worker, dispatcher, stock, name
):
    order = make_order()
    client.force_login(dispatcher)

    def ask():
        """The queries of the page once what every page keeps for a while is there."""
        found = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(reverse(f"maintenance:{name}", args=[order.reference]))
            assert answer.status_code == 200
            asked = [one["sql"] for one in seen.captured_queries]
            found.append([sql for sql in asked if not sql.startswith(("SAVEPOINT", "RELEASE"))])
        return min(found, key=len)

    fill(order, 3, worker, other_worker, dispatcher, stock)
    ask()  # what is read once for the process
    few = ask()
    fill(order, 27, worker, other_worker, dispatcher, stock)
    many = ask()
    assert len(many) == len(few)
    assert len(many) <= QUERIES, "\n".join(one[:160] for one in many)


def test_order_that_two_people_closed_asks_twelve_queries_at_most(
    client, make_order, worker, other_worker, dispatcher, stock
):
    order = make_order()
    fill(order, 3, worker, other_worker, dispatcher, stock)
    for person in (worker, other_worker):
        actions.close_order(order, actor=person, text="Fait")
    client.force_login(dispatcher)
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            page = client.get(order.get_absolute_url()).content.decode()
    assert "Deux versions à rapprocher" in page
    assert len(seen) <= QUERIES


def test_pages_of_the_day_are_kept_by_the_device(phone, order):
    for name, args in (("field_order", [order.reference]), ("field_new", [])):
        assert KEEP_HEADER in phone.get(reverse(f"maintenance:{name}", args=args))


def post(phone, name, order, *args, **form):
    url = reverse(f"maintenance:{name}", args=[order.reference, *args]) + "?terrain=1"
    return phone.post(url, form)


def test_gestures_made_without_network_keep_their_hour_and_count_once(phone, order, dispatcher, worker, stock):
    part, store = stock
    check, picture = actions.set_checks(
        order, [{"label": "Propre ?", "kind": "yesno"}, {"label": "Plaque", "kind": "photo"}], actor=dispatcher
    )
    begun = (timezone.now() - 5 * HOUR).replace(microsecond=0)
    keys = {name: str(uuid.uuid4()) for name in ("start", "checks", "note", "part", "end")}

    def day():
        made = begun.isoformat()
        later = (begun + HOUR).isoformat()
        home = reverse("maintenance:field_order", args=[order.reference])
        gestures = [
            ("timer", ["debut"], {"client_uuid": keys["start"], "made_at": made}),
            (
                "checks",
                [],
                {
                    "client_uuid": keys["checks"],
                    "made_at": later,
                    f"c{check.pk}": "oui",
                    f"vu{check.pk}": "",
                    f"c{picture.pk}": photo(),
                },
            ),
            ("note", [], {"client_uuid": keys["note"], "made_at": later, "kind": "before", "photos": photo()}),
            (
                "part",
                [],
                {"client_uuid": keys["part"], "made_at": later, "part": part.pk, "store": store.pk, "quantity": "2"},
            ),
            ("timer", ["fin"], {"made_at": later}),
            (
                "close",
                [],
                {
                    "client_uuid": keys["end"],
                    "made_at": later,
                    "text": "Fait",
                    "signatory": "Une adjointe",
                    "signature": photo("signature.png"),
                    "seen": 1,
                },
            ),
        ]
        for name, args, form in gestures:
            answer = post(phone, name, order, *args, **form)
            assert answer.status_code == 302, (name, answer.context["form"].errors)
            assert answer.url == home

    day()
    day()
    order.refresh_from_db()
    labour = order.labours.get()
    assert (labour.start, labour.end) == (begun, begun + HOUR)
    assert (order.state, order.started_at, order.finished_at) == ("done", begun, begun + HOUR)
    assert [(one.value, one.made_at) for one in check.answers.all()] == [("oui", begun + HOUR)]
    assert StoredFile.objects.about(picture.answers.get()).count() == 1
    assert order.notes.get().made_at == begun + HOUR
    assert (order.movements.get().quantity, order.movements.get().at) == (-2, begun + HOUR)
    assert [one.kind for one in StoredFile.objects.about(order.closings.get())] == ["signature"]


def test_old_page_undoes_no_answer_of_somebody_else(phone, order, dispatcher, worker, other_worker):
    first, second = actions.set_checks(
        order, [{"label": "Propre ?", "kind": "yesno"}, {"label": "Calé ?", "kind": "yesno"}], actor=dispatcher
    )
    actions.answer_check(first, "oui", actor=worker)
    actions.answer_check(first, "non", actor=other_worker)  # after the page was kept, with « oui »
    post(phone, "checks", order, **{f"c{first.pk}": "oui", f"vu{first.pk}": "oui", f"c{second.pk}": "oui"})
    assert [one.value for one in Answer.objects.filter(line=first).order_by("pk")] == ["oui", "non"]
    assert second.answers.get().value == "oui"


def test_remark_on_a_line_is_kept_with_its_answer_or_alone(phone, order, dispatcher, worker, other_worker):
    first, second, third = actions.set_checks(
        order,
        [{"label": f"Point {n} ?", "kind": "yesno", "required": n == 3} for n in (1, 2, 3)],
        actor=dispatcher,
    )
    actions.answer_check(second, "oui", actor=worker)
    actions.answer_check(second, "non", actor=other_worker)  # after the page was kept, with « oui »
    given = {f"c{first.pk}": "oui", f"r{first.pk}": "Vis changée."}
    given |= {f"c{second.pk}": "oui", f"vu{second.pk}": "oui", f"r{second.pk}": "À revoir."}
    given |= {f"r{third.pk}": "Inaccessible aujourd’hui."}
    key = str(uuid.uuid4())
    for _ in range(2):  # the device sends it twice
        assert post(phone, "checks", order, client_uuid=key, **given).status_code == 302
    told = [(one.value, one.comment) for one in Answer.objects.filter(line__order=order).order_by("line", "pk")]
    assert told == [
        ("oui", "Vis changée."),
        ("oui", ""),
        ("non", ""),
        (None, "À revoir."),
        (None, "Inaccessible aujourd’hui."),
    ]
    lines = {line.pk: line for line in checks_of(order)}
    assert lines[second.pk].current == "non"
    page = phone.get(order.get_absolute_url()).content.decode()
    for words in ("Vis changée.", "À revoir.", "Inaccessible aujourd’hui."):
        assert words in page
    with pytest.raises(ValidationError, match="Point 3"):
        actions.close_order(order, actor=worker, text="Fait.")


def test_remark_too_long_is_told_and_kept(phone, order, dispatcher):
    (line,) = actions.set_checks(order, [{"label": "Propre ?", "kind": "yesno"}], actor=dispatcher)
    page = post(phone, "checks", order, **{f"r{line.pk}": "x" * 251})
    assert page.status_code == 200
    assert "x" * 251 in page.content.decode()
    assert not Answer.objects.exists()


def test_page_says_which_compulsory_lines_have_no_answer_yet(phone, order, dispatcher, worker):
    lines = actions.set_checks(
        order,
        [
            {"label": f"Point {n}", "kind": kind, "required": n < 4}
            for n, kind in ((1, "yesno"), (2, "photo"), (3, "number"), (4, "text"))
        ],
        actor=dispatcher,
    )
    actions.answer_check(lines[2], "0", actor=worker)
    form = phone.get(reverse("maintenance:field_order", args=[order.reference])).context["closing_form"]
    asked = [name for one in json.loads(form.needs) if "at" in one for name in one["fields"]]
    assert asked == [f"c{line.pk}" for line in lines[:2]]


def test_signature_needs_its_name(phone, order):
    answer = post(phone, "close", order, text="Fait", signature=photo("signature.png"))
    assert "Écrivez le nom de la personne qui signe" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "open"


def test_asset_is_found_by_its_label_with_its_work_and_its_neighbours(phone, operator, make_order):
    kind = AssetKind.objects.create(code="borne", label="Borne", group="Eau")
    place = {"kind": kind, "organisation": operator}
    lamp = Asset.objects.create(**place, code="B-1", name="Borne de la place", location=(2.34, 50.15))
    Asset.objects.create(**place, code="B-2", name="Borne voisine", location=(2.341, 50.15))
    Asset.objects.create(**place, code="B-3", name="Borne lointaine", location=(2.6, 50.15))
    order = make_order(asset=lamp, title="Purger")
    url = reverse("maintenance:field_assets")
    for code in ("b-1", lamp.tag, f"https://exemple.invalid/e/{lamp.tag}/"):
        page = phone.get(url, {"code": code}).content.decode()
        assert order.title in page
        assert "Borne voisine" in page
        assert "Borne lointaine" not in page
    page = phone.get(url, {"lat": "50.15", "lon": "2.34"}).content.decode()
    assert "72\u202fm" in page or "71\u202fm" in page or "72 m" in page or "71 m" in page
    assert "Aucun équipement ne porte" in phone.get(url, {"code": "X"}).content.decode()
    assert phone.get(url, {"lat": "x", "lon": "999"}).status_code == 200


def test_signature_that_the_plan_asks_for_is_asked_at_the_end(phone, make_order):
    order = make_order(needs_signature=True)
    page = post(phone, "close", order, text="Fait")
    assert page.status_code == 200
    order.refresh_from_db()
    assert order.state == "open"
    assert post(phone, "close", order, text="Fait", signatory="Une adjointe").status_code == 302


def test_photos_of_the_report_are_seen_with_the_order(client, dispatcher, operator, commune, make_order):
    category = Category.objects.create(code="eclairage", label="Éclairage", icon="lightbulb")
    report = create_report(
        actor=dispatcher,
        category=category,
        location=(2.34, 50.1),
        commune=commune,
        description="Lampe éteinte",
        photos=[store_upload(photo(), actor=None, kind="photo")],
        asks=False,
    ).report
    report.organisation = operator
    report.save()
    order = make_order(reports=[report])
    client.force_login(dispatcher)
    (file,) = StoredFile.objects.about(report)
    for name in ("order", "field_order"):
        page = client.get(reverse(f"maintenance:{name}", args=[order.reference]))
        assert file.thumbnail_url() in page.content.decode()


def test_work_seen_outside_is_opened_once_and_goes_to_the_dispatcher(phone, operator, commune, worker):
    key = str(uuid.uuid4())
    for _ in range(2):
        form = {"title": "Buse bouchée", "commune": commune.pk, "client_uuid": key, "photos": photo(), "urgent": "on"}
        assert phone.post(reverse("maintenance:field_new"), form).url == "/terrain/"
    order = Order.objects.get()
    assert (order.state, order.priority, order.organisation, order.created_by) == ("open", 4, operator, worker)
    assert StoredFile.objects.about(order.notes.get()).count() == 1


def test_unknown_asset_is_told_and_the_photo_is_not_lost(phone):
    form = {"title": "Buse bouchée", "asset_code": "X", "photos": photo()}
    page = phone.post(reverse("maintenance:field_new"), form).content.decode()
    assert "Aucun équipement ne porte ce numéro" in page
    assert "est reçu" in page


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
@pytest.mark.parametrize("name", ["note", "problem", "field_order", "field_new", "reserve"])
def test_field_gestures_open_for_their_roles(make_user, operator, order, role, name):
    client = Client()
    client.force_login(make_user(role, operator))
    args = [] if name == "field_new" else [order.reference]
    status = client.get(reverse(f"maintenance:{name}", args=args)).status_code
    if role in ("admin", "secretary"):
        assert status == 200
    elif role == "agent":
        assert status == (403 if name == "reserve" else 200)
    else:
        assert status in (403, 404)
