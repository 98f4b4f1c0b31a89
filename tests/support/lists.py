"""Lists of trust of the tests, signed by ourselves and served on a real socket: a list of the lists (« EU »), and the
list of a State (« FR »), written as ETSI TS 119 612 (v2.3) says and signed in XAdES."""

import contextlib
import datetime
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import SignatureConstructionMethod
from signxml.xades import XAdESSigner

BASE = "http://uri.etsi.org/TrstSvc"
CA, CLOCK = f"{BASE}/Svctype/CA/QC", f"{BASE}/Svctype/TSA/QTST"
GRANTED, WITHDRAWN = f"{BASE}/TrustedList/Svcstatus/granted", f"{BASE}/TrustedList/Svcstatus/withdrawn"
INFO = f"{BASE}/TrustedList/SvcInfoExt"
SPACES = (
    'xmlns="http://uri.etsi.org/02231/v2#" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" '
    'xmlns:more="http://uri.etsi.org/02231/v2/additionaltypes#" '
    'xmlns:sie="http://uri.etsi.org/TrstSvc/SvcInfoExt/eSigDir-1999-93-EC-TrustedList/#" '
    'xmlns:xades="http://uri.etsi.org/01903/v1.3.2#"'
)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


class Signer:
    """Who signs a list: a key, and a certificate that it gave itself."""

    def __init__(self, name: str):
        self.key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now() - datetime.timedelta(days=400))
            .not_valid_after(now() + datetime.timedelta(days=700))
            .sign(self.key, hashes.SHA256())
        )

    def sign(self, text: str, *, reference: str | None = None) -> bytes:
        """`reference` = how the signature names the list (« #tsl »); nothing = the whole file."""
        signer = XAdESSigner(method=SignatureConstructionMethod.enveloped)
        root = etree.fromstring(text.encode())
        signed = signer.sign(
            root,
            key=self.key,
            cert=[self.certificate],
            always_add_key_value=False,
            reference_uri=reference,
            id_attribute="Id",
        )
        return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def encoded(certificate: x509.Certificate) -> str:
    return b64encode(certificate.public_bytes(Encoding.DER)).decode()


def identity(*certificates) -> str:
    found = "".join(f"<DigitalId><X509Certificate>{encoded(one)}</X509Certificate></DigitalId>" for one in certificates)
    return f"<ServiceDigitalIdentity>{found}</ServiceDigitalIdentity>"


def about(kind: str, territory: str, *, sequence=7, issued=None, until=None, inside="") -> str:
    issued = issued or now() - datetime.timedelta(days=3)
    until = until or now() + datetime.timedelta(days=150)
    return (
        "<SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier>"
        f"<TSLSequenceNumber>{sequence}</TSLSequenceNumber><TSLType>{BASE}/TrustedList/TSLType/{kind}</TSLType>"
        '<SchemeOperatorName><Name xml:lang="en">Tests</Name></SchemeOperatorName>'
        '<SchemeInformationURI><URI xml:lang="en">http://tests.invalid/</URI></SchemeInformationURI>'
        f"<SchemeTerritory>{territory}</SchemeTerritory>"
        f"<HistoricalInformationPeriod>65535</HistoricalInformationPeriod>{inside}"
        f"<ListIssueDateTime>{issued:%Y-%m-%dT%H:%M:%SZ}</ListIssueDateTime>"
        f"<NextUpdate><dateTime>{until:%Y-%m-%dT%H:%M:%SZ}</dateTime></NextUpdate></SchemeInformation>"
    )


def whole(inside: str) -> str:
    return (
        f'<TrustServiceStatusList {SPACES} Id="tsl" TSLTag="http://uri.etsi.org/19612/TSLTag">{inside}'
        "</TrustServiceStatusList>"
    )


def pointer(territory: str, address: str, *signers, kind="EUgeneric") -> str:
    return (
        f"<OtherTSLPointer><ServiceDigitalIdentities>{identity(*[one.certificate for one in signers])}"
        f"</ServiceDigitalIdentities><TSLLocation>{address}</TSLLocation><AdditionalInformation>"
        f"<OtherInformation><TSLType>{BASE}/TrustedList/TSLType/{kind}</TSLType></OtherInformation>"
        f"<OtherInformation><SchemeTerritory>{territory}</SchemeTerritory></OtherInformation>"
        "<OtherInformation><SchemeTypeCommunityRules>"
        f'<URI xml:lang="en">{BASE}/TrustedList/schemerules/EUcommon</URI></SchemeTypeCommunityRules>'
        "</OtherInformation><OtherInformation><more:MimeType>application/vnd.etsi.tsl+xml</more:MimeType>"
        "</OtherInformation></AdditionalInformation></OtherTSLPointer>"
    )


def qualifier(name: str, policy: str) -> str:
    """« Every certificate of this policy is … »."""
    return (
        '<Extension Critical="true"><sie:Qualifications><sie:QualificationElement><sie:Qualifiers>'
        f'<sie:Qualifier uri="{INFO}/{name}"/></sie:Qualifiers><sie:CriteriaList assert="all"><sie:PolicySet>'
        f"<sie:PolicyIdentifier><xades:Identifier>{policy}</xades:Identifier></sie:PolicyIdentifier></sie:PolicySet>"
        "</sie:CriteriaList></sie:QualificationElement></sie:Qualifications></Extension>"
    )


def use(name: str = "ForeSignatures") -> str:
    """What the certificates of the service are for."""
    return (
        '<Extension Critical="true"><AdditionalServiceInformation>'
        f'<URI xml:lang="en">{INFO}/{name}</URI></AdditionalServiceInformation></Extension>'
    )


def service(certificate, *, kind=CA, status=GRANTED, days=1000, extensions="", past=()) -> str:
    """A service. `past` = (status, since how many days) of its former states, the latest first."""

    def state(status, days, *, name="ServiceInformation", extensions=""):
        since = now() - datetime.timedelta(days=days)
        box = f"<ServiceInformationExtensions>{extensions}</ServiceInformationExtensions>" if extensions else ""
        return (
            f"<{name}><ServiceTypeIdentifier>{kind}</ServiceTypeIdentifier>"
            '<ServiceName><Name xml:lang="en">Service of tests</Name><Name xml:lang="fr">Service d’essai</Name>'
            f"</ServiceName>{identity(certificate)}<ServiceStatus>{status}</ServiceStatus>"
            f"<StatusStartingTime>{since:%Y-%m-%dT%H:%M:%SZ}</StatusStartingTime>{box}</{name}>"
        )

    history = "".join(state(one, since, name="ServiceHistoryInstance") for one, since in past)
    box = f"<ServiceHistory>{history}</ServiceHistory>" if history else ""
    return f"<TSPService>{state(status, days, extensions=extensions)}{box}</TSPService>"


def providers(*services: str) -> str:
    return (
        "<TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>"
        '<Name xml:lang="en">Provider of tests</Name></TSPName></TSPInformation>'
        f"<TSPServices>{''.join(services)}</TSPServices></TrustServiceProvider></TrustServiceProviderList>"
    )


class Europe:
    """The Commission and a State: what they publish, at `url`. `down` = the names of what does not answer."""

    def __init__(self):
        self.commission, self.state = Signer("Commission d’essai"), Signer("État d’essai")
        self.pages: dict[str, bytes] = {}
        self.down: set[str] = set()
        self.url = ""

    def publish(self, *services, by=None, names=None, next_signer=None, lotl=None, **about_state) -> None:
        """The list of the lists and that of « FR ». `by` = who signs that of the State; `names` = who may, as the
        list of the lists says; `next_signer` = who may sign the list of the lists next, besides the present one."""
        state = whole(about("EUgeneric", "FR", **about_state) + providers(*services))
        self.pages["fr.xml"] = (by or self.state).sign(state)
        own = [self.commission, *([next_signer] if next_signer else [])]
        pointers = pointer("EU", f"{self.url}/lotl.xml", *own, kind="EUlistofthelists")
        pointers += pointer("FR", f"{self.url}/fr.xml", *(names or [self.state]))
        inside = f"<PointersToOtherTSL>{pointers}</PointersToOtherTSL>"
        of_lists = whole(about("EUlistofthelists", "EU", inside=inside, **(lotl or {})))
        self.pages["lotl.xml"] = self.commission.sign(of_lists)

    def start(self) -> ThreadingHTTPServer:
        europe = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # noqa: N802
                name = self.path.strip("/")
                content = europe.pages.get(name)
                if content is None or name in europe.down:
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


@contextlib.contextmanager
def running():
    """The Commission and a State, whose addresses answer."""
    europe = Europe()
    server = europe.start()
    try:
        yield europe
    finally:
        server.shutdown()
        server.server_close()
