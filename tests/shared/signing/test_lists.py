"""The European list of trust, fetched over a socket from lists that we sign: who is qualified, and who is not."""

import datetime

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from lxml import etree
from pyhanko.sign.validation.qualified.eutl_parse import trust_list_to_registry, validate_and_parse_lotl

from beffroi.kernel.models import Entry
from beffroi.shared.signing import actions, keys, pades, trust, verifying, xades
from beffroi.shared.signing.actions import trusted
from beffroi.shared.signing.actions.signature import Key
from beffroi.shared.signing.levels import Level, Refused, Strength
from beffroi.shared.signing.lists.naming import TSL
from beffroi.shared.signing.models import Kind, TrustedList, TrustedService
from tests.support import lists

pytestmark = pytest.mark.django_db
POLICY = "1.2.250.1.999.1"


@pytest.fixture(scope="session")
def europe():
    with lists.running() as running:
        yield running


@pytest.fixture
def listed(europe, house, settings, tmp_path):
    """The lists are read here; the authority of elsewhere is on that of « FR », for signatures."""
    europe.down, house.down, house.revoked = set(), set(), set()
    path = tmp_path / "signataires.pem"
    path.write_bytes(europe.commission.certificate.public_bytes(Encoding.PEM))
    settings.TRUST_LIST, settings.TRUST_LIST_SIGNERS = f"{europe.url}/lotl.xml", str(path)
    settings.TRUST_LIST_STATES = []
    settings.TRUST = ""
    europe.publish(lists.service(house.root, extensions=lists.use()))
    return europe


def worth(house, **more) -> trust.Worth:
    packed = house.person("Jeanne Caron", **more)[0]
    with keys.of_file(packed, "secret") as key:
        return trust.worth_of(key.chain)


def kept(territory="FR") -> TrustedList:
    return TrustedList.objects.get(territory=territory)


def test_our_lists_are_those_that_the_reader_of_pyhanko_accepts(listed, europe):
    signer = trust.to_asn1(europe.commission.certificate)
    found = validate_and_parse_lotl(europe.pages["lotl.xml"].decode(), [signer])
    assert [one.territory for one in found.references] == ["EU", "FR"]
    registry, errors = trust_list_to_registry(europe.pages["fr.xml"].decode(), found.references[1].tlso_certs)
    assert not errors
    assert len(list(registry.known_certificate_authorities)) == 1


def test_qualified_certificate_is_said_qualified_and_by_which_list(listed, house):
    assert actions.refresh_lists() == (2, 0)
    found = worth(house, qualified=True)
    assert found.strength == Strength.QUALIFIED
    assert "certificat qualifié de signature" in found.words
    assert "Service of tests" in found.words
    assert "liste FR" in found.words
    (entry,) = Entry.objects.filter(verb="signing.trusted_list", data__territory="FR")
    assert entry.data["services"] == 1


@pytest.mark.parametrize(
    ("publish", "person", "strength", "words"),
    [
        ({}, {}, Strength.SIMPLE, "non qualifié d’après la liste européenne"),
        ({}, {"qualified": True, "device": False}, Strength.ADVANCED, "n’est pas dans un dispositif qualifié"),
        ({"status": lists.WITHDRAWN}, {"qualified": True}, Strength.SIMPLE, "il se dit qualifié"),
        ({"extensions": lists.use("ForeSeals")}, {"qualified": True}, Strength.SIMPLE, "il se dit qualifié"),
        ({"extensions": lists.use("ForWebSiteAuthentication")}, {"qualified": True}, Strength.SIMPLE, "il se dit"),
        ({"kind": lists.CLOCK}, {"qualified": True}, Strength.SIMPLE, "il se dit qualifié"),
        ({"days": -30}, {"qualified": True}, Strength.SIMPLE, "il se dit qualifié"),
        (
            {"extensions": lists.use() + lists.qualifier("NotQualified", POLICY)},
            {"qualified": True, "policy": POLICY},
            Strength.SIMPLE,
            "il se dit qualifié",
        ),
        (
            {"extensions": lists.use() + lists.qualifier("NotQualified", POLICY)},
            {"qualified": True, "policy": "1.2.250.1.999.2"},
            Strength.QUALIFIED,
            "certificat qualifié",
        ),
        (
            {"extensions": lists.qualifier("QCStatement", POLICY) + lists.qualifier("QCWithQSCD", POLICY)},
            {"policy": POLICY},
            Strength.QUALIFIED,
            "clé dans un dispositif qualifié",
        ),
        (
            {"extensions": lists.use() + lists.qualifier("QCNoQSCD", POLICY)},
            {"qualified": True, "policy": POLICY},
            Strength.ADVANCED,
            "n’est pas dans un dispositif qualifié",
        ),
        (
            {"extensions": lists.use() + lists.qualifier("QCForESeal", POLICY)},
            {"qualified": True, "policy": POLICY},
            Strength.SIMPLE,
            "il se dit qualifié",
        ),
    ],
)
def test_what_the_list_does_not_say_is_not_qualified(listed, europe, house, publish, person, strength, words):
    europe.publish(lists.service(house.root, **{"extensions": lists.use()} | publish))
    assert actions.refresh_lists() == (2, 0)
    found = worth(house, **person)
    assert found.strength == strength, found.words
    assert words in found.words


def test_authority_that_is_on_no_list_gives_nothing_qualified(listed, europe, house, elsewhere):
    europe.publish(lists.service(europe.state.certificate, extensions=lists.use()))
    actions.refresh_lists()
    found = worth(house, qualified=True)
    assert found.strength == Strength.ADVANCED, "the operator recognises it, and nobody else"
    assert "il se dit qualifié ; non qualifié d’après la liste européenne" in found.words


def test_without_the_setting_nothing_is_qualified(listed, house, settings):
    actions.refresh_lists()
    settings.TRUST_LIST = ""
    found = worth(house, qualified=True)
    assert found.strength == Strength.SIMPLE
    assert "liste européenne non consultée" in found.words
    assert actions.refresh_lists() == (0, 0)


def test_lists_serve_without_network_until_their_own_date(listed, europe, house):
    actions.refresh_lists()
    europe.down = {"lotl.xml", "fr.xml"}
    assert actions.refresh_lists() == (0, 1)
    assert "ne répond pas" in kept("EU").fault
    assert worth(house, qualified=True).strength == Strength.QUALIFIED
    assert trusted.check_lists()[0]
    TrustedList.objects.update(next_update=timezone.now() - datetime.timedelta(hours=1))
    found = worth(house, qualified=True)
    assert found.strength == Strength.SIMPLE
    assert "liste européenne non consultée" in found.words
    ok, sentence = trusted.check_lists()
    assert not ok
    assert "plus rien n’est dit qualifié" in sentence


def changed(content: bytes, before: bytes, after: bytes) -> bytes:
    assert before in content
    return content.replace(before, after, 1)


def other_signer(europe, house):
    europe.publish(lists.service(house.root, extensions=lists.use()), by=lists.Signer("Quelqu’un d’autre"))


def altered(europe, house):
    europe.pages["fr.xml"] = changed(europe.pages["fr.xml"], b"Service of tests", b"Service of others")


def unsigned(europe, house):
    text = lists.whole(lists.about("EUgeneric", "FR") + lists.providers(lists.service(house.root)))
    europe.pages["fr.xml"] = text.encode()


def wrapped(europe, house):
    """The signed list, put inside another that says more."""
    more = lists.about("EUgeneric", "FR") + lists.providers(lists.service(house.root, extensions=lists.use()))
    signed = europe.pages["fr.xml"].decode().partition("?>")[2]
    europe.pages["fr.xml"] = lists.whole(more + f"<Extensions>{signed}</Extensions>").encode()


def old(europe, house):
    europe.publish(lists.service(house.root, extensions=lists.use()), sequence=3)


def past(europe, house):
    europe.publish(lists.service(house.root, extensions=lists.use()), until=lists.now() - datetime.timedelta(days=1))


def of_another_state(europe, house):
    text = lists.whole(lists.about("EUgeneric", "BE") + lists.providers(lists.service(house.root)))
    europe.pages["fr.xml"] = europe.state.sign(text)


def with_a_dtd(europe, house):
    text = europe.pages["fr.xml"].decode().partition("?>")[2]
    europe.pages["fr.xml"] = f'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>{text}'.encode()


def a_page(europe, house):
    europe.pages["fr.xml"] = b"<html><body>En travaux</body></html>"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (other_signer, "pas signée par qui doit"),
        (altered, "a été modifiée"),
        (unsigned, "pas une liste de confiance"),
        (wrapped, "pas une liste de confiance"),
        (old, "plus ancienne"),
        (past, "sa date est passée"),
        (of_another_state, "pas la liste attendue"),
        (with_a_dtd, "DTD"),
        (a_page, "pas une liste de confiance"),
    ],
)
def test_list_that_is_not_what_it_should_be_changes_nothing(listed, europe, house, spoil, told):
    europe.publish(lists.service(house.root, extensions=lists.use()), sequence=9)
    actions.refresh_lists()
    before = list(TrustedService.objects.values_list("pk", flat=True))
    spoil(europe, house)
    assert actions.refresh_lists() == (1, 1)
    assert told in kept().fault
    assert kept().sequence == 9
    assert list(TrustedService.objects.values_list("pk", flat=True)) == before
    assert worth(house, qualified=True).strength == Strength.QUALIFIED


@pytest.mark.parametrize("name", ["autre", "tsl"])
def test_only_what_the_signature_covers_is_read(listed, europe, house, name):
    """A list signed by its name, moved inside another that bears its signature and says more."""
    said = lists.about("EUgeneric", "FR") + lists.providers(lists.service(europe.state.certificate))
    signed = etree.fromstring(europe.state.sign(lists.whole(said), reference="#tsl"))
    europe.pages["fr.xml"] = etree.tostring(signed)
    assert actions.refresh_lists() == (2, 0), "the same, as it was signed, is read"
    before = list(TrustedService.objects.values_list("names", flat=True))
    (signature,) = signed.findall(f"{{{xades.DS}}}Signature")
    more = lists.about("EUgeneric", "FR", sequence=99)
    more += lists.providers(lists.service(house.root, extensions=lists.use()))
    around = etree.fromstring(lists.whole(more))
    around.set("Id", name)
    signed.remove(signature)
    etree.SubElement(around, f"{{{TSL}}}Extensions").append(signed)
    around.append(signature)
    europe.pages["fr.xml"] = etree.tostring(around)
    actions.refresh_lists()
    assert kept().sequence == 7
    assert list(TrustedService.objects.values_list("names", flat=True)) == before
    assert worth(house, qualified=True).strength == Strength.SIMPLE


def test_list_of_the_lists_signed_by_somebody_else_is_not_believed(listed, europe, house, settings, tmp_path):
    stranger = lists.Signer("Un autre")
    path = tmp_path / "autres.pem"
    path.write_bytes(stranger.certificate.public_bytes(Encoding.PEM))
    settings.TRUST_LIST_SIGNERS = str(path)
    assert actions.refresh_lists() == (0, 1)
    assert "pas signée par qui doit" in kept("EU").fault
    assert not TrustedService.objects.exists()
    settings.TRUST_LIST_SIGNERS = ""
    assert actions.refresh_lists() == (0, 1), "nor by those of the Official Journal"


def test_signer_that_the_last_list_announced_is_believed_next(listed, europe, house):
    following = lists.Signer("Commission, clé suivante")
    europe.publish(lists.service(house.root, extensions=lists.use()), next_signer=following)
    actions.refresh_lists()
    first, europe.commission = europe.commission, following
    try:
        europe.publish(lists.service(house.root, extensions=lists.use()), lotl={"sequence": 8})
        assert actions.refresh_lists() == (2, 0)
        assert kept("EU").signer == "Commission, clé suivante"
    finally:
        europe.commission = first


def test_only_the_states_that_are_wanted_are_read(listed, europe, settings):
    settings.TRUST_LIST_STATES = ["BE"]
    assert actions.refresh_lists() == (1, 0)
    assert not TrustedList.objects.filter(territory="FR").exists()


def test_past_of_a_service_tells_what_a_clock_was(listed, europe, house):
    service = lists.service(
        house.clock, kind=lists.CLOCK, status=lists.WITHDRAWN, days=10, past=[(lists.GRANTED, 1000)]
    )
    europe.publish(service)
    actions.refresh_lists()
    now = timezone.now()
    assert verifying.clock_name(house.clock, now - datetime.timedelta(days=100)) == "Horodatage d’essai (qualifié)"
    assert verifying.clock_name(house.clock, now) == "Horodatage d’essai"
    assert verifying.clock_name(house.clock, now - datetime.timedelta(days=2000)) == "Horodatage d’essai"


def test_signed_files_say_it_in_every_format(listed, europe, house, pdf_bytes, settings):
    europe.publish(lists.service(house.root, extensions=lists.use()), lists.service(house.clock, kind=lists.CLOCK))
    actions.refresh_lists()
    settings.TSA_URL = f"{house.url}/tsa"
    packed = house.person("Jeanne Caron", qualified=True)[0]
    with keys.of_file(packed, "secret") as key:
        order = pades.Order(text="Essai", reason="Essai", level=Level.T)
        in_pdf = pades.sign(pdf_bytes, key, order).content
        beside = xades.sign_beside(b"note", key, name="note.txt", mime="text/plain", level=Level.T)
    for found in (*verifying.verify(in_pdf), *xades.verify(beside, b"note")):
        assert found.strength == Strength.QUALIFIED
        assert "certificat qualifié de signature" in found.worth
        assert found.clock == "Horodatage d’essai (qualifié)"


def test_revoked_qualified_certificate_does_not_sign(listed, house):
    actions.refresh_lists()
    packed, certificate, _key = house.person("Jeanne Caron", qualified=True)
    house.revoked.add(certificate.serial_number)
    with keys.of_file(packed, "secret") as key, pytest.raises(Refused, match="révoqué"):
        trust.worth_of(key.chain)


def test_step_that_asks_for_a_qualified_signature_takes_only_one_that_the_list_names(listed, house, send, people):
    folder = send((1, Kind.SIGNATURE, "president", {"strength": Strength.QUALIFIED}))
    key = Key(pkcs12=house.person("Alix", qualified=True)[0], password="secret")
    with pytest.raises(Refused, match="n’est pas lue ici"):
        actions.decide_step(folder.steps.get(), actor=people["president"], approve=True, key=key)
    actions.refresh_lists()
    simple = Key(pkcs12=house.person("Alix")[0], password="secret")
    with pytest.raises(Refused, match="celle-ci est « simple"):
        actions.decide_step(folder.steps.get(), actor=people["president"], approve=True, key=simple)
    done = actions.decide_step(folder.steps.get(), actor=people["president"], approve=True, key=key)
    assert "certificat qualifié de signature, clé dans un dispositif qualifié" in done.level


def test_page_says_what_is_read_and_asks_for_more(client, listed, house, europe, people, settings, operator):
    client.force_login(people["manager"])
    address = reverse("signing:trusted")
    assert "n’est pas encore lue" in client.get(address).content.decode()
    actions.refresh_lists()
    europe.down = {"fr.xml"}
    actions.refresh_lists()
    page = client.get(address).content.decode()
    assert "Commission d’essai" in page
    assert "Le service ne répond pas" in page
    assert client.post(reverse("signing:refresh_trusted"), follow=True).status_code == 200
    settings.TRUST_LIST = ""
    assert "n’est pas lue ici" in client.get(address).content.decode()
    assert client.post(reverse("signing:refresh_trusted")).status_code == 403
    client.force_login(people["author"])
    assert client.get(address).status_code == 403


def test_command_reads_and_names_what_it_could_not(listed, europe, capsys, settings):
    call_command("trusted_lists")
    assert "FR : n° 7, 1 services" in capsys.readouterr().out
    europe.down = {"fr.xml"}
    with pytest.raises(CommandError):
        call_command("trusted_lists")
    assert "FR : Le service ne répond pas" in capsys.readouterr().err
    settings.TRUST_LIST = ""
    with pytest.raises(CommandError, match="BEFFROI_TRUST_LIST"):
        call_command("trusted_lists")
