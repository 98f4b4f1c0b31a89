"""PayFiP, the payment service of the DGFiP: SOAP 1.1, service « PaiementSecuriseService ».

`creerPaiementSecurise` opens an operation (idOp, alive fifteen minutes); the payer goes to `paiementws.web?idop=…`;
`recupererDetailPaiementSecurise` says what became of it: resultrans P (card) or V (debit) = paid, R or Z = refused,
A = abandoned; error P5 = not yet known, P1 = idOp unknown or forgotten. From 1 € to 100 000 €.
Source: « Guide de mise en œuvre PayFiP, web service », DGFiP.
"""

import re
import unicodedata
from datetime import datetime

import requests
from django.conf import settings
from django.utils import timezone
from lxml import etree

from beffroi.shared.billing.online import Demand, Opened, Outcome, ProviderDown, ProviderRefuses, Result

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
SERVICE = (
    "http://securite.service.tpa.cp.finances.gouv.fr"
    "/services/mas_securite/contrat_paiement_securise/PaiementSecuriseService"
)
# The schema of the service is a sequence: the fields come in this order.
CREATE = ("exer", "mel", "montant", "numcli", "objet", "refdet", "saisie", "urlnotif", "urlredirect")
LEAST, MOST = 100, 10_000_000
TIMEOUT = (5, 20)
MOST_ANSWER = 200_000
PAID = {"P": "carte bancaire", "V": "prélèvement"}
ENDED = {"R": Result.REFUSED, "Z": Result.REFUSED, "A": Result.CANCELLED}
NOT_YET, UNKNOWN = "P5", "P1"


def plain(text: str) -> str:
    """A label as PayFiP takes it: letters without accent, digits and spaces, a hundred at most."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return re.sub(r"[^A-Za-z0-9]+", " ", bare).strip()[:100]


def envelope(operation: str, fields: dict[str, str]) -> bytes:
    """The SOAP request of an operation."""
    root = etree.Element(etree.QName(SOAP, "Envelope"), nsmap={"soapenv": SOAP, "pai": SERVICE})
    body = etree.SubElement(root, etree.QName(SOAP, "Body"))
    argument = etree.SubElement(etree.SubElement(body, etree.QName(SERVICE, operation)), "arg0")
    for name, value in fields.items():
        etree.SubElement(argument, name).text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def parse(content: bytes) -> etree._Element:
    """The document of an answer, without entities nor network. Raises ProviderDown when it is not XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content[:MOST_ANSWER], parser)
    except etree.XMLSyntaxError as fault:
        raise ProviderDown("réponse illisible") from fault


def _texts(element: etree._Element) -> dict[str, str]:
    return {etree.QName(child).localname: (child.text or "").strip() for child in element}


def _fault(document: etree._Element) -> tuple[str, str] | None:
    """(code, words) of a SOAP fault; None when the answer is not one."""
    fault = document.find(f".//{{{SOAP}}}Fault")
    if fault is None:
        return None
    for detail in fault.iterfind("detail/*"):
        told = _texts(detail)
        kind = etree.QName(detail).localname
        if kind == "FonctionnelleErreur":
            return told.get("code", ""), told.get("libelle") or told.get("message", "")
        raise ProviderDown(f"{kind} {told.get('code', '')}")
    raise ProviderDown(fault.findtext("faultstring") or "erreur sans détail")


class Payfip:
    """The client. `base` = the address of the service, without its last part."""

    code = "payfip"
    label = "PayFiP"
    lifetime_minutes = 15

    def __init__(self, base: str | None = None):
        self.base = (base or settings.PAYFIP_URL).rstrip("/")

    def _call(self, operation: str, fields: dict[str, str]) -> dict[str, str]:
        """The fields of the answer. Raises ProviderRefuses (functional error) or ProviderDown (anything else)."""
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
        try:
            answer = requests.post(
                f"{self.base}/services/securite",
                data=envelope(operation, fields),
                headers=headers,
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as fault:
            raise ProviderDown(type(fault).__name__) from fault
        if answer.status_code not in (200, 500):
            raise ProviderDown(f"réponse {answer.status_code}")
        document = parse(answer.content)
        if (fault := _fault(document)) is not None:
            raise ProviderRefuses(*fault)
        found = document.find(f".//{{{SERVICE}}}{operation}Response/return")
        if found is None:
            raise ProviderDown("réponse sans contenu")
        return _texts(found)

    def open(self, demand: Demand) -> Opened:
        if not LEAST <= demand.amount <= MOST:
            raise ProviderRefuses("", "Le montant doit être compris entre 1 € et 100 000 €.")
        values = {
            "exer": str(demand.year),
            "mel": demand.email[:80],
            "montant": str(demand.amount),
            "numcli": demand.client,
            "objet": plain(demand.label),
            "refdet": demand.reference,
            "saisie": demand.mode,
            "urlnotif": demand.notify_url,
            "urlredirect": demand.return_url,
        }
        operation = self._call("creerPaiementSecurise", {name: values[name] for name in CREATE}).get("idOp", "")
        if not operation:
            raise ProviderDown("réponse sans idOp")
        return Opened(operation=operation, url=self.page(operation))

    def page(self, operation: str) -> str:
        return f"{self.base}/paiementws.web?idop={operation}"

    def ask(self, operation: str) -> Outcome:
        try:
            told = self._call("recupererDetailPaiementSecurise", {"idOp": operation})
        except ProviderRefuses as refusal:
            if refusal.code == NOT_YET:
                return Outcome(result=Result.WAITING, words=str(refusal))
            if refusal.code == UNKNOWN:
                return Outcome(result=Result.UNKNOWN, words=str(refusal))
            raise ProviderDown(str(refusal)) from refusal
        code = told.get("resultrans", "")
        if told.get("idOp", operation) != operation:
            raise ProviderDown("réponse sur une autre opération")
        if code in ENDED:
            return Outcome(result=ENDED[code], words=f"resultrans {code}")
        if code not in PAID or not told.get("montant", "").isdigit():
            raise ProviderDown(f"resultrans inconnu : {code[:5]}")
        return Outcome(
            result=Result.PAID,
            amount=int(told["montant"]),
            reference=told.get("refdet", ""),
            authorisation=told.get("numauto", ""),
            at=_moment(told.get("dattrans", ""), told.get("heurtrans", "")),
            words=PAID[code],
        )


def _moment(day: str, hour: str) -> datetime | None:
    """« 24112026 » and « 1430 », in French time."""
    try:
        return timezone.make_aware(datetime.strptime(f"{day}{hour[:4] or '0000'}", "%d%m%Y%H%M"))
    except ValueError:
        return None
