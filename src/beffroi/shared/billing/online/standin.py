"""A stand-in for PayFiP: what the norm says, without any bank. For the demonstration and for the tests.

It checks what it is sent as the real service does (order, lengths, amount), gives an idOp that lives fifteen minutes,
and answers P5 until somebody has chosen on its page what happens. It keeps its operations in any mapping.
"""

import re
import secrets
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from lxml import etree

from beffroi.shared.billing.online.payfip import CREATE, LEAST, MOST, SERVICE, SOAP

LIFETIME = timedelta(minutes=15)
FORGOTTEN = timedelta(days=1)
FORMATS = {
    "exer": r"\d{4}",
    "mel": r"[^@\s]{1,64}@[^@\s]{1,73}",
    "montant": r"\d{1,8}",
    "numcli": r"\d{6}",
    "objet": r"[A-Za-z0-9 ]{0,100}",
    "refdet": r"[A-Za-z0-9]{1,30}",
    "saisie": r"[TXW]",
    "urlnotif": r"https?://.{1,240}",
    "urlredirect": r"https?://.{1,240}",
}
CHOICES = {"P": "Payer par carte", "V": "Payer par prélèvement", "R": "Simuler un refus", "A": "Abandonner"}


DAY = 24 * 3600


class Shared(MutableMapping):
    """Operations shared by all processes, forgotten after a day."""

    @staticmethod
    def _name(key: str) -> str:
        return f"billing:standin:{key[:64]}"

    def __getitem__(self, key: str) -> dict[str, Any]:
        kept = cache.get(self._name(key))
        if kept is None:
            raise KeyError(key)
        return kept

    def __setitem__(self, key: str, value: dict[str, Any]) -> None:
        cache.set(self._name(key), value, DAY)

    def __delitem__(self, key: str) -> None:
        cache.delete(self._name(key))

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Refused(Exception):
    """A functional error of the service: code, words."""


class StandIn:
    """`store` maps an idOp to its operation; `now` gives the hour."""

    def __init__(self, store: MutableMapping[str, dict[str, Any]], now: Callable[[], datetime]):
        self.store = store
        self.now = now

    def handle(self, content: bytes) -> tuple[int, bytes]:
        """Answer a SOAP request: (HTTP status, body)."""
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            body = etree.fromstring(content, parser).find(f"{{{SOAP}}}Body")
            call = body[0]
            name = etree.QName(call).localname
            arguments = call.find("arg0")
            fields = [(etree.QName(one).localname, one.text or "") for one in arguments]
        except (etree.XMLSyntaxError, AttributeError, IndexError, TypeError):
            return 500, self._fault("TechProtocolaireErreur", "T1", "Requête illisible")
        gestures = {"creerPaiementSecurise": self._create, "recupererDetailPaiementSecurise": self._detail}
        if name not in gestures:
            return 500, self._fault("TechProtocolaireErreur", "T1", "Opération inconnue")
        try:
            return 200, self._answer(name, gestures[name](fields))
        except Refused as refusal:
            code, words = refusal.args
            return 500, self._fault("FonctionnelleErreur", code, words)

    def _create(self, fields: list[tuple[str, str]]) -> dict[str, str]:
        if tuple(name for name, _value in fields) != CREATE:
            raise Refused("T2", "Les champs ne sont pas dans l’ordre du schéma")
        values = dict(fields)
        for name, pattern in FORMATS.items():
            if not re.fullmatch(pattern, values[name]):
                raise Refused("F1", f"Champ {name} invalide")
        if not LEAST <= int(values["montant"]) <= MOST:
            raise Refused("M5", "Montant hors limites")
        operation = secrets.token_hex(16)
        self.store[operation] = values | {"at": self.now(), "resultrans": ""}
        return {"idOp": operation}

    def _detail(self, fields: list[tuple[str, str]]) -> dict[str, str]:
        operation = dict(fields).get("idOp", "")
        kept = self.store.get(operation)
        if kept is None or self.now() - kept["at"] > FORGOTTEN:
            raise Refused("P1", "IdOp incorrect")
        if not kept["resultrans"]:
            raise Refused("P5", "Résultat de la transaction non connu")
        paid = kept["resultrans"] in "PV"
        told = {
            "dattrans": f"{kept['ended']:%d%m%Y}",
            "exer": kept["exer"],
            "heurtrans": f"{kept['ended']:%H%M}",
            "idOp": operation,
            "mel": kept["mel"],
            "montant": kept["montant"],
            "numauto": kept["numauto"] if paid else "",
            "numcli": kept["numcli"],
            "objet": kept["objet"],
            "refdet": kept["refdet"],
            "resultrans": kept["resultrans"],
            "saisie": kept["saisie"],
        }
        return {name: value for name, value in told.items() if value}

    def alive(self, operation: str) -> dict[str, Any] | None:
        """An operation that can still be paid."""
        kept = self.store.get(operation)
        if kept is None or kept["resultrans"] or self.now() - kept["at"] > LIFETIME:
            return None
        return kept

    def choose(self, operation: str, result: str) -> dict[str, Any] | None:
        """The payer has paid, was refused, or gives up; None when the operation is no longer alive."""
        kept = self.alive(operation)
        if kept is None or result not in CHOICES:
            return None
        numbers = "".join(secrets.choice("0123456789") for _rank in range(6))
        kept = kept | {"resultrans": result, "ended": self.now(), "numauto": numbers}
        self.store[operation] = kept
        return kept

    @staticmethod
    def _answer(name: str, fields: dict[str, str]) -> bytes:
        root = etree.Element(etree.QName(SOAP, "Envelope"), nsmap={"soap": SOAP, "ns2": SERVICE})
        body = etree.SubElement(root, etree.QName(SOAP, "Body"))
        told = etree.SubElement(etree.SubElement(body, etree.QName(SERVICE, f"{name}Response")), "return")
        for key, value in fields.items():
            etree.SubElement(told, key).text = value
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    @staticmethod
    def _fault(kind: str, code: str, words: str) -> bytes:
        root = etree.Element(etree.QName(SOAP, "Envelope"), nsmap={"soap": SOAP, "ns2": SERVICE})
        fault = etree.SubElement(etree.SubElement(root, etree.QName(SOAP, "Body")), etree.QName(SOAP, "Fault"))
        etree.SubElement(fault, "faultcode").text = "soap:Server"
        etree.SubElement(fault, "faultstring").text = words
        told = etree.SubElement(etree.SubElement(fault, "detail"), etree.QName(SERVICE, kind))
        for name, value in (("code", code), ("descriptif", words), ("libelle", words), ("severite", "2")):
            etree.SubElement(told, name).text = value
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
