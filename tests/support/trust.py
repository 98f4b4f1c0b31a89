"""An authority of the tests and its services on a real socket: OCSP (RFC 6960), CRL (RFC 5280), clock (RFC 3161).

Its answers are made by `cryptography` and by pyHanko's own timestamper; the platform asks them over HTTP.
"""

import contextlib
import datetime
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

QUALIFIED = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.3")
# SEQUENCE { SEQUENCE { QcCompliance }, SEQUENCE { QcSSCD } } (ETSI EN 319 412-5)
STATEMENTS = bytes.fromhex("30143008060604008e4601013008060604008e460104")
# The same without the device.
NO_DEVICE = bytes.fromhex("300a3008060604008e460101")


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def pkcs12_of(common_name: str) -> bytes:
    """A key that no authority here knows, with its certificate and the one above, opened by "secret"."""
    above, key = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité inconnue")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    made = [
        x509.CertificateBuilder(issuer, name, holder.public_key(), x509.random_serial_number())
        .not_valid_before(_now() - datetime.timedelta(days=1))
        .not_valid_after(_now() + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), critical=True)
        .sign(above, hashes.SHA256())
        for name, holder, ca in ((subject, key, False), (issuer, above, True))
    ]
    return serialize_key_and_certificates(b"x", key, made[0], made[1:], BestAvailableEncryption(b"secret"))


class Authority:
    """`down` holds the names of the services that do not answer: "ocsp", "crl", "tsa"."""

    def __init__(self):
        self.down: set[str] = set()
        self.revoked: set[int] = set()
        self.asked: list[str] = []
        self.key = rsa.generate_private_key(65537, 2048)
        self.url = ""
        self.clock_days = 3650

    def start(self) -> ThreadingHTTPServer:
        authority = self

        class Handler(_Handler):
            house = authority

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Autorité d’essai")])
        self.root = self._certificate(name, self.key.public_key(), name, ca=True)
        self.responder_key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Réponses OCSP d’essai")])
        self.responder = self._certificate(name, self.responder_key.public_key(), self.root.subject, responder=True)
        self.renew_clock()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    def renew_clock(self, days: int = 3650) -> None:
        """Another certificate for the timestamping service."""
        self.clock_key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Horodatage d’essai")])
        self.clock = self._certificate(name, self.clock_key.public_key(), self.root.subject, clock=True, days=days)

    def person(
        self, name: str, *, qualified: bool = False, device: bool = True, policy: str = "", expired: bool = False
    ) -> tuple:
        """(PKCS #12 opened by "secret", certificate, key) of somebody."""
        key = rsa.generate_private_key(65537, 2048)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self._certificate(
            subject,
            key.public_key(),
            self.root.subject,
            qualified=qualified,
            device=device,
            policy=policy,
            days=-1 if expired else 365,
        )
        packed = serialize_key_and_certificates(b"x", key, certificate, [self.root], BestAvailableEncryption(b"secret"))
        return packed, certificate, key

    def _certificate(
        self,
        subject,
        public,
        issuer,
        *,
        ca=False,
        clock=False,
        responder=False,
        qualified=False,
        device=True,
        policy="",
        days=365,
    ):
        usage = x509.KeyUsage(not ca, not ca and not clock, False, False, False, ca, ca, False, False)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(_now() - datetime.timedelta(days=30))
            .not_valid_after(_now() + datetime.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        if responder:
            # As real authorities do: a responder that is not itself asked about (RFC 6960, 4.2.2.2.1).
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.OCSP_SIGNING]), critical=True)
            builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
        elif not ca:
            place = x509.UniformResourceIdentifier(f"{self.url}/crl")
            builder = builder.add_extension(
                x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)]), critical=False
            )
            answers = x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.url}/ocsp")
            )
            builder = builder.add_extension(x509.AuthorityInformationAccess([answers]), critical=False)
        if clock:
            builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        if qualified:
            builder = builder.add_extension(
                x509.UnrecognizedExtension(QUALIFIED, STATEMENTS if device else NO_DEVICE), critical=False
            )
        if policy:
            said = x509.PolicyInformation(x509.ObjectIdentifier(policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([said]), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def crl(self) -> bytes:
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.subject)
            .last_update(_now() - datetime.timedelta(hours=1))
            .next_update(_now() + datetime.timedelta(days=2))
            .add_extension(x509.CRLNumber(1), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        for serial in self.revoked:
            gone = x509.RevokedCertificateBuilder().serial_number(serial)
            builder = builder.add_revoked_certificate(gone.revocation_date(_now() - datetime.timedelta(days=1)).build())
        return builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)

    def ocsp(self, content: bytes) -> bytes:
        asked = ocsp.load_der_ocsp_request(content)
        gone = asked.serial_number in self.revoked
        builder = (
            ocsp.OCSPResponseBuilder()
            .add_response_by_hash(
                issuer_name_hash=asked.issuer_name_hash,
                issuer_key_hash=asked.issuer_key_hash,
                serial_number=asked.serial_number,
                algorithm=asked.hash_algorithm,
                cert_status=ocsp.OCSPCertStatus.REVOKED if gone else ocsp.OCSPCertStatus.GOOD,
                this_update=_now() - datetime.timedelta(minutes=5),
                next_update=_now() + datetime.timedelta(days=1),
                revocation_time=_now() - datetime.timedelta(days=1) if gone else None,
                revocation_reason=None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.responder)
            .certificates([self.responder])
        )
        with contextlib.suppress(x509.ExtensionNotFound):
            nonce = asked.extensions.get_extension_for_class(x509.OCSPNonce)
            builder = builder.add_extension(nonce.value, critical=False)
        return builder.sign(self.responder_key, hashes.SHA256()).public_bytes(Encoding.DER)

    def timestamp(self, content: bytes) -> bytes:
        loaded = [asn1_x509.Certificate.load(one.public_bytes(Encoding.DER)) for one in (self.clock, self.root)]
        key = self.clock_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stamper = DummyTimeStamper(loaded[0], asn1_keys.PrivateKeyInfo.load(key), certs_to_embed=loaded[1:])
        return stamper.request_tsa_response(tsp.TimeStampReq.load(content)).dump()


class _Handler(BaseHTTPRequestHandler):
    house: Authority

    def _answer(self) -> None:
        service = self.path.strip("/").split("/")[0]
        self.house.asked.append(service)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if service in self.house.down:
            self.send_error(503)
            return
        made = {
            "crl": lambda: ("application/pkix-crl", self.house.crl()),
            "ocsp": lambda: ("application/ocsp-response", self.house.ocsp(body)),
            "tsa": lambda: ("application/timestamp-reply", self.house.timestamp(body)),
        }[service]()
        self.send_response(200)
        self.send_header("Content-Type", made[0])
        self.send_header("Content-Length", str(len(made[1])))
        self.end_headers()
        self.wfile.write(made[1])

    do_GET = do_POST = _answer  # noqa: N815

    def log_message(self, *args) -> None:
        """Say nothing."""


@contextlib.contextmanager
def running():
    """An authority whose services answer."""
    authority = Authority()
    server = authority.start()
    try:
        yield authority
    finally:
        server.shutdown()
        server.server_close()
