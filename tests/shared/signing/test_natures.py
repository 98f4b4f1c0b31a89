"""Natures, rules, routes, forecast, ranks of which one is enough, holders who must all decide, delays."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing.pes import writing
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions, cades, choosing, reading, verifying, xades
from beffroi.shared.signing.actions import keeping
from beffroi.shared.signing.actions.deciding import Key
from beffroi.shared.signing.levels import Fallback, Format, Level, Refused, Strength
from beffroi.shared.signing.models import (
    Circuit,
    CircuitStep,
    Delegation,
    Detail,
    Folder,
    Kind,
    Nature,
    Route,
    Rule,
    Step,
)
from beffroi.shared.signing.workflow import State
from tests.shared.billing.test_pes import slip

pytestmark = pytest.mark.django_db
V, S, C = Kind.VISA, Kind.SIGNATURE, Kind.SEAL


def _now(folder) -> list[str]:
    return [step.desk.name for step in folder.steps.filter(outcome=Step.Outcome.CURRENT).order_by("pk")]


def _take(folder, actor, **more):
    return actions.decide_step(folder.steps.decidable_by(actor).first(), actor=actor, approve=True, **more)


def _content(file) -> bytes:
    return b"".join(storage.contents().read(storage.address(file.blob.sha256)))


@pytest.fixture
def nature(people, operator, make_circuit):
    """nature(circuit lines…, details=[…], **fields): a nature of folder."""

    def make(*lines, details=(), rules=(), **fields):
        made = Nature(organisation=operator, type="Finances", name="Essai", circuit=make_circuit(*lines), **fields)
        return actions.save_nature(made, actor=people["manager"], details=details, rules=rules)

    return make


@pytest.fixture
def prepare(people, document):
    def make(nature, *, title="Bon de commande", given=None, file=None, send=True):
        folder = actions.create_folder(
            actor=people["author"], nature=nature, title=title, document=file or document(), details=given or {}
        )
        return actions.submit_folder(folder, actor=people["author"]) if send else folder

    return make


# --- Rules ---------------------------------------------------------------------------------------------------------


def test_first_rule_that_holds_chooses_the_circuit(nature, prepare, make_circuit, people):
    amount, service = Detail(name="Montant", kind="number"), Detail(name="Service", required=False)
    large, roads = make_circuit((1, S, "president"), name="Grands"), make_circuit((1, V, "other"), name="Voirie")
    plain = nature((1, V, "director"), details=[amount, service])
    rules = [
        Rule(rank=1, detail=amount, test="ge", value="5000", circuit=large),
        Rule(rank=2, detail=service, test="eq", value="Voirie", circuit=roads),
        Rule(rank=3, detail=None, test="in", value="urgent", circuit=large),
    ]
    actions.save_nature(plain, actor=people["manager"], details=[amount, service], rules=rules)
    for said, title, wanted in (
        ({"Montant": "12,50"}, "Stylos", "Essai"),
        ({"Montant": "5 000"}, "Banc", "Grands"),
        ({"Montant": "4999,99", "Service": "voirie"}, "Sel", "Voirie"),
        ({"Montant": "1"}, "Achat URGENT", "Grands"),
    ):
        assert prepare(plain, given=said, title=title, send=False).circuit.name == wanted


@pytest.mark.parametrize(("said", "words"), [({}, "demandé"), ({"Montant": "beaucoup"}, "un nombre")])
def test_questions_of_the_preparation_are_answered(nature, prepare, said, words):
    plain = nature((1, V, "director"), details=[Detail(name="Montant", kind="number")])
    with pytest.raises(ValidationError, match=words):
        prepare(plain, given=said)
    assert not Folder.objects.exists()


@settings(max_examples=60, deadline=None)
@given(left=st.decimals(-(10**6), 10**6, places=2), right=st.decimals(-(10**6), 10**6, places=2))
def test_numbers_are_compared_as_numbers_however_written(left, right):
    rule = Rule(detail=Detail(kind="number"), value=str(right).replace(".", ","))
    rule.test = Rule.Test.ATLEAST
    assert choosing.holds(rule, str(left)) is (left >= right)
    rule.test = Rule.Test.BELOW
    assert choosing.holds(rule, str(left)) is (left < right)


@pytest.mark.parametrize(("moment", "kind"), [("visa", V), ("signature", S), ("reject", V)])
def test_questions_of_a_step_are_asked_then_and_there(nature, prepare, people, moment, kind):
    desk = "director" if kind == V else "president"
    folder = prepare(nature((1, kind, desk), details=[Detail(name="Imputation", moment=moment)]))
    step, approve = folder.steps.get(), moment != "reject"
    gesture = {"actor": people[desk], "approve": approve, "comment": "Non"}
    with pytest.raises(ValidationError, match="Imputation"):
        actions.decide_step(step, **gesture)
    done = actions.decide_step(step, details={"Imputation": "6068"}, **gesture)
    assert done.details == {"Imputation": "6068"}


# --- Routes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def routed(operator, people):
    def make(*steps):
        circuit = Circuit(organisation=operator, name="Routes")
        return actions.save_circuit(circuit, actor=people["manager"], steps=steps)

    return make


def test_each_route_finds_its_desk(routed, people, desks, document):
    circuit = routed(
        CircuitStep(position=1, kind=V, route=Route.AUTHOR),
        CircuitStep(position=2, kind=V, route=Route.NEXT_ABOVE),
        CircuitStep(position=3, kind=V, route=Route.NEXT_ABOVE),
        CircuitStep(position=4, kind=V, route=Route.ABOVE),
        CircuitStep(position=5, kind=V, route=Route.CHOSEN),
    )
    folder = actions.create_folder(actor=people["author"], circuit=circuit, title="X", document=document())
    with pytest.raises(ValidationError, match="Choisissez le bureau"):
        actions.submit_folder(folder, actor=people["author"])
    left = circuit.steps.get(route=Route.CHOSEN)
    actions.submit_folder(folder, actor=people["author"], chosen={left.pk: desks["other"]})
    names = [step.desk.name for step in folder.steps.order_by("position")]
    assert names == ["Author", "Director", "President", "Director", "Other"]


def test_route_above_the_top_is_told(routed, people, document, desks):
    steps = [CircuitStep(position=1, kind=V, desk=desks["president"]), CircuitStep(position=2, kind=V, route="next")]
    folder = actions.create_folder(actor=people["author"], circuit=routed(*steps), title="X", document=document())
    with pytest.raises(ValidationError, match="au-dessus de « President »"):
        actions.submit_folder(folder, actor=people["author"])


def test_forecast_says_the_people_and_the_dates(make_circuit, people, desks):
    today = timezone.localdate()
    Delegation.objects.create(desk=desks["president"], user=people["other"], start=today, end=today)
    circuit = make_circuit((1, V, "director", {"days": 2}), (1, V, "other", {"days": 5}), (2, S, "president"))
    planned = choosing.plan(circuit, people["author"])
    assert [(one.desk.name, (one.due - today).days) for one in planned] == [
        ("Director", 2),
        ("Other", 5),
        ("President", 8),
    ]
    assert planned[2].people == ("President Essai", "Other Essai (en l’absence de President)")


# --- One is enough, everyone decides -------------------------------------------------------------------------------


def test_one_of_a_rank_is_enough_and_the_others_are_skipped(send, people):
    folder = send(
        (1, V, "director", {"alternative": True}), (1, V, "other", {"alternative": True}), (2, S, "president")
    )
    step = _take(folder, people["other"])
    assert _now(folder) == ["President"]
    assert folder.steps.get(desk__name="Director").outcome == Step.Outcome.SKIPPED
    actions.regret_step(step, actor=people["other"])
    assert sorted(_now(folder)) == ["Director", "Other"]


def test_rank_is_alternative_as_a_whole(make_circuit):
    with pytest.raises(ValidationError, match="rang 1"):
        make_circuit((1, V, "director", {"alternative": True}), (1, V, "other"))


def test_every_holder_must_decide_each_for_oneself(send, people, desks):
    actions.save_desk(desks["president"], actor=people["manager"], holders=[people["president"], people["other"]])
    folder = send((1, S, "president", {"everyone": True}))
    _take(folder, people["president"])
    assert folder.steps.decidable_by(people["president"]).count() == 0
    with pytest.raises(PermissionDenied):
        actions.decide_step(folder.steps.get(outcome=Step.Outcome.CURRENT), actor=people["president"], approve=True)
    _take(folder, people["other"])
    folder.refresh_from_db()
    assert folder.state == State.DONE
    assert len(verifying.verify(_content(folder.main()))) == 2


# --- How it is signed ----------------------------------------------------------------------------------------------


def test_level_of_the_nature_is_reached_told_and_kept_alive(nature, prepare, people, elsewhere):
    elsewhere.renew_clock(days=60)
    folder = prepare(nature((1, S, "president"), level=Level.LTA))
    done = _take(folder, people["president"], key=Key(pkcs12=elsewhere.person("Jeanne Caron")[0], password="secret"))  # noqa: S106
    assert (done.reached, done.shortfall) == (Level.LTA, "")
    assert "B-LTA" in done.level
    assert "liste européenne non consultée" in done.level
    folder.refresh_from_db()
    before = folder.proof_ends
    assert keeping.check_proofs()[0]
    elsewhere.renew_clock()
    elsewhere.down = {"tsa"}
    assert keeping.renew_due() == (0, 1)
    assert not keeping.check_proofs()[0] or before - timezone.now() > keeping.URGENT
    elsewhere.down = set()
    assert keeping.renew_due() == (1, 0)
    folder.refresh_from_db()
    assert folder.proof_ends > before
    assert keeping.renew_due() == (0, 0)
    assert Entry.objects.filter(verb="signing.renew").count() == 1
    (found,) = verifying.verify(_content(folder.main()))
    assert (found.level, found.is_good) == (Level.LTA, True)


@pytest.mark.parametrize("fallback", list(Fallback))
def test_dead_timestamping_is_told_to_the_person(client, nature, prepare, people, elsewhere, fallback):
    folder = prepare(nature((1, S, "president"), level=Level.LT, fallback=fallback))
    elsewhere.down = {"tsa"}
    client.force_login(people["president"])
    url = reverse("signing:decide", args=[folder.pk, folder.steps.get().pk])
    page = client.post(url, {"geste": "approve", "way": "account"}, follow=True).content.decode()
    assert "horodatage ne répond pas" in page
    step = folder.steps.get()
    if fallback == Fallback.REFUSE:
        assert step.outcome == Step.Outcome.CURRENT
        assert "Rien n’est signé" in page
    else:
        assert (step.reached, step.outcome) == (Level.B, Step.Outcome.APPROVED)
        assert "horodatage ne répond pas" in client.get(folder.get_absolute_url()).content.decode()


@pytest.mark.parametrize("strength", [Strength.ADVANCED, Strength.QUALIFIED])
def test_step_refuses_a_weaker_key(send, people, elsewhere, strength):
    folder = send((1, S, "president", {"strength": strength}))
    keys = [elsewhere.person("Reconnue")[0], elsewhere.person("Se dit qualifiée", qualified=True)[0]]
    recognised, claiming = (Key(pkcs12=one, password="secret") for one in keys)  # noqa: S106
    for key in [None] if strength == Strength.ADVANCED else [None, recognised, claiming]:
        with pytest.raises(Refused, match="Cette étape demande"):
            _take(folder, people["president"], key=key)
    if strength == Strength.QUALIFIED:
        return  # what the list says to be qualified: see test_lists.py
    strong = elsewhere.person("Jeanne Caron")[0]
    done = _take(folder, people["president"], key=Key(pkcs12=strong, password="secret"))  # noqa: S106
    assert "Jeanne Caron" in done.level


@pytest.mark.parametrize(("format_", "ending"), [(Format.XADES, "xml"), (Format.AUTO, "xml"), (Format.CADES, "p7s")])
def test_file_that_is_not_a_pdf_is_signed_beside(nature, prepare, people, stored, format_, ending):
    content = "Nom;Montant\nÉcole;12\n".encode()
    folder = prepare(nature((1, S, "president"), (2, C, "director"), format=format_), file=stored("liste.csv", content))
    _take(folder, people["president"])
    _take(folder, people["director"])
    beside = [file for file in folder.documents() if file.kind == "signature"]
    assert [file.name.rpartition(".")[2] for file in beside] == [ending, ending]
    for file in beside:
        assert reading.read(_content(file), content)[0].is_good
    assert _content(folder.main()) == content


def test_pes_comes_back_signed_inside(nature, prepare, people, stored):
    pes = writing.write(slip())
    folder = prepare(nature((1, S, "president"), format=Format.PES), file=stored("bordereau.xml", pes))
    _take(folder, people["president"])
    (found,) = xades.verify(_content(folder.main()))
    assert found.is_good
    assert StoredFile.objects.about(folder).get(kind="before").blob.mime == "application/xml"


def test_pes_signed_elsewhere_is_taken_only_if_it_is_the_same(nature, prepare, people, stored, house):
    from beffroi.shared.signing import keys

    pes = writing.write(slip())
    folder = prepare(nature((1, S, "president"), format=Format.PES), file=stored("bordereau.xml", pes))
    packed = house.person("Jeanne Caron")[0]
    with keys.of_file(packed, "secret") as key:
        other = xades.sign_pes(writing.write(slip(number=2)), key)
        same = xades.sign_pes(pes, key)
    with pytest.raises(Refused, match="n’est pas le document"):
        _take(folder, people["president"], key=Key(signed_copy=other))
    done = _take(folder, people["president"], key=Key(signed_copy=same))
    assert "signé ailleurs par Jeanne Caron" in done.level


# --- Turns, delays -------------------------------------------------------------------------------------------------


def test_folder_read_in_turn_is_hidden_until_it_arrives(nature, prepare, people):
    folder = prepare(nature((1, V, "director"), (2, S, "president"), in_turn=True))
    seen = Folder.objects.visible_to
    assert not seen(people["president"]).exists()
    assert seen(people["director"]).exists()
    _take(folder, people["director"])
    assert seen(people["president"]).exists()
    assert seen(people["director"]).exists()


def test_reminders_are_one_message_by_desk(nature, prepare, people, desks):
    plain = nature((1, V, "director"), reminder_days=2)
    folders = [prepare(plain) for _ in range(3)]
    now = timezone.now()
    assert keeping.remind_desks(now) == 0
    assert keeping.remind_desks(now + datetime.timedelta(days=2, hours=1)) == 1
    assert keeping.remind_desks(now + datetime.timedelta(days=3)) == 0
    assert keeping.remind_desks(now + datetime.timedelta(days=4, hours=2)) == 1
    line = Entry.objects.filter(verb="signing.remind").first()
    assert line.data == {"folders": [folder.pk for folder in folders], "count": 3}
    filling.fill(line)
    (letter,) = Delivery.objects.filter(entry=line, channel=Delivery.Channel.EMAIL)
    assert letter.user == people["director"]
    assert "3 dossiers attendent" in letter.body.replace("\xa0", " ")


def test_desk_that_reads_once_a_day_gets_one_message(send, people, desks):
    desks["director"].digest = True
    actions.save_desk(desks["director"], actor=people["manager"], holders=[people["director"]])
    send((1, V, "director"))
    line = Entry.objects.get(verb="signing.submit")
    filling.fill(line)
    assert not Delivery.objects.filter(entry=line, user=people["director"]).exists()
    assert keeping.remind_desks() == 1


def test_folder_leaves_its_circuit_after_its_delay_and_is_prepared_again(nature, prepare, people):
    folder = prepare(nature((1, V, "director"), expiry_days=5))
    assert keeping.expire_due() == 0
    assert keeping.expire_due(timezone.now() + datetime.timedelta(days=6)) == 1
    folder.refresh_from_db()
    assert folder.state == State.EXPIRED
    with pytest.raises(ValidationError, match="délai du dossier est passé"):
        actions.decide_step(folder.steps.get(), actor=people["director"], approve=True)
    again = actions.send_again(folder, actor=people["author"])
    assert (again.state, again.follows, again.nature) == (State.DRAFT, folder, folder.nature)


def test_rejected_folder_starts_again_from_the_unsigned_document(send, people, pdf_bytes):
    folder = send((1, S, "director"), (2, S, "president"))
    _take(folder, people["director"])
    actions.decide_step(
        folder.steps.get(position=2), actor=people["president"], approve=False, comment="Montant à revoir"
    )
    folder.refresh_from_db()
    with pytest.raises(ValidationError, match="Seul l’auteur"):
        actions.send_again(folder, actor=people["director"])
    again = actions.send_again(folder, actor=people["author"])
    assert _content(again.main()) == pdf_bytes


def test_signed_document_goes_on_in_another_circuit(send, people, make_circuit):
    folder = send((1, S, "director"))
    _take(folder, people["director"])
    folder.refresh_from_db()
    seal = make_circuit((1, C, "president"), name="Cachet")
    after = actions.submit_folder(
        actions.chain_folder(folder, actor=people["author"], circuit=seal), actor=people["author"]
    )
    _take(after, people["president"])
    assert len(verifying.verify(_content(after.main()))) == 2
    assert cades.MIME not in {file.blob.mime for file in after.documents()}
