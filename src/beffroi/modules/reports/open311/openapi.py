"""The OpenAPI 3.1 document of the Open311 interface: what a client may send, and every answer that it may receive."""

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
NULLABLE: dict[str, Any] = {"type": ["string", "null"]}
MOMENT: dict[str, Any] = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: dict[str, Any] = {"type": ["string", "null"], "format": "date-time"}
STATUS: dict[str, Any] = {"type": "string", "enum": ["open", "closed"]}
KIND = {"xml": "text/xml", "json": "application/json"}


def document(server: str) -> dict:
    """The whole document; `server` = the address of the interface, without final slash."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Open311 GeoReport v2",
            "version": "2.0.0",
            "description": (
                "Les signalements publics, et le dépôt de nouveaux signalements. Norme : "
                "http://wiki.open311.org/GeoReport_v2. Les réponses JSON sont des listes nues."
            ),
        },
        "servers": [{"url": server}],
        "paths": {path: methods for kind in KIND for path, methods in _paths(kind).items()},
        "components": {"schemas": SCHEMAS},
    }


def _paths(kind: str) -> dict[str, dict]:
    def get(summary: str, schema: dict, *parameters: dict, refused=(404,)) -> dict:
        answers = {"200": _answer("Trouvé", kind, schema)} | _refusals(kind, 400, *refused)
        return {"summary": summary, "parameters": [JURISDICTION, *parameters], "responses": answers}

    reference = _path("service_request_id", "La référence d’un signalement", pattern="^[A-Za-z0-9_-]{1,40}$")
    return {
        f"/discovery.{kind}": {"get": get("Ce que cette adresse sait faire", _ref("Discovery"))},
        f"/services.{kind}": {"get": get("Les catégories", _list("Service"))},
        f"/services/{{service_code}}.{kind}": {
            "get": get(
                "Les questions d’une catégorie",
                _ref("Definition"),
                _path("service_code", "Le code d’une catégorie", pattern="^[A-Za-z0-9_-]{1,40}$"),
            )
        },
        f"/requests.{kind}": {
            "get": get("Les signalements publics", _list("Request"), *FILTERS),
            "post": _write(kind, "Déposer un signalement", "Filing", _list("Filed"), "Déjà reçu", "Reçu"),
        },
        f"/requests/{{service_request_id}}.{kind}": {"get": get("Un signalement", _list("Request"), reference)},
        f"/tokens/{{token}}.{kind}": {
            "get": get(
                "La référence d’un dépôt dont la réponse s’est perdue",
                _list("Token"),
                _path("token", "Le client_uuid du dépôt", pattern="^[A-Za-z0-9_-]{1,40}$"),
            )
        },
        f"/servicerequestupdates.{kind}": {
            "get": get("Les étapes publiques", _list("Update"), START, END),
            "post": _write(kind, "Dire où en est un signalement", "Advance", _list("Updated"), "Enregistré"),
        },
    }


def _write(kind: str, summary: str, body: str, schema: dict, *words: str) -> dict:
    codes = ("200", "201")
    answers = {code: _answer(text, kind, schema) for code, text in zip(codes, words, strict=False)}
    return {
        "summary": summary,
        "requestBody": {
            "required": True,
            "content": {"application/x-www-form-urlencoded": {"schema": _ref(body)}},
        },
        "responses": answers | _refusals(kind, 400, 403, 404, 429),
    }


def _ref(name: str) -> dict:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> dict:
    return {"type": "array", "items": _ref(name)}


def _answer(words: str, kind: str, schema: dict) -> dict:
    return {"description": words, "content": {KIND[kind]: {"schema": schema if kind == "json" else TEXT}}}


def _refusals(kind: str, *codes: int) -> dict:
    words = {400: "Demande incorrecte", 403: "Clé absente ou fausse", 404: "Inconnu", 429: "Trop de demandes"}
    return {str(code): _answer(words[code], kind, _list("Error")) for code in codes}


def _path(name: str, words: str, **schema) -> dict:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": TEXT | schema}


def _query(name: str, words: str, **schema) -> dict:
    return {"name": name, "in": "query", "required": False, "description": words, "schema": TEXT | schema}


def _object(needed: tuple[str, ...] = (), /, *, closed: bool = True, **properties: dict) -> dict:
    """An object; `needed` = the members that are always there, all of them by default."""
    made: dict[str, Any] = {"type": "object", "properties": properties, "required": list(needed or properties)}
    return made | ({"additionalProperties": False} if closed else {})


JURISDICTION = _query("jurisdiction_id", "Le nom de cette adresse ; elle ne sert qu’un territoire : facultatif")
START = _query("start_date", "Depuis, au format W3 (2026-11-24T10:00:00Z) ; 90 jours au plus", format="date-time")
END = _query("end_date", "Jusqu’à, au format W3", format="date-time")
FILTERS = (
    _query("service_request_id", "Des références, séparées par des virgules ; l’emporte sur tout autre filtre"),
    _query("service_code", "Des codes de catégories, séparés par des virgules"),
    START,
    END,
    _query("status", "open, closed, ou les deux", pattern="^(open|closed)(,(open|closed))*$"),
)
SCHEMAS = {
    "Error": _object(code={"type": "integer"}, description=TEXT),
    "Discovery": _object(
        changeset=MOMENT,
        contact=TEXT,
        key_service=TEXT,
        endpoints={
            "type": "array",
            "items": _object(
                specification=TEXT, url=TEXT, changeset=MOMENT, type=TEXT, formats={"type": "array", "items": TEXT}
            ),
        },
    ),
    "Service": _object(
        service_code=TEXT,
        service_name=TEXT,
        description=TEXT,
        metadata={"type": "boolean"},
        type={"type": "string", "enum": ["realtime", "batch", "blackbox"]},
        keywords=TEXT,
        group=TEXT,
    ),
    "Definition": _object(service_code=TEXT, attributes={"type": "array", "items": _ref("Attribute")}),
    "Attribute": _object(
        ("variable", "code", "datatype", "required", "datatype_description", "order", "description"),
        variable={"type": "boolean"},
        code=TEXT,
        datatype={"enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"]},
        required={"type": "boolean"},
        datatype_description=NULLABLE,
        order={"type": "integer", "minimum": 1},
        description=TEXT,
        values={"type": "array", "items": _object(key=TEXT, name=TEXT)},
    ),
    "Request": _object(
        service_request_id=TEXT,
        status=STATUS,
        status_notes=NULLABLE,
        service_name=TEXT,
        service_code=TEXT,
        description=NULLABLE,
        agency_responsible=NULLABLE,
        service_notice=NULLABLE,
        requested_datetime=MOMENT,
        updated_datetime=MOMENT,
        expected_datetime=MAYBE_MOMENT,
        address=TEXT,
        address_id=NULLABLE,
        zipcode=NULLABLE,
        lat={"type": "number"},
        long={"type": "number"},
        media_url=NULLABLE,
    ),
    "Filed": _object(service_request_id=TEXT, service_notice=TEXT, account_id=NULLABLE),
    "Token": _object(service_request_id=TEXT, token=TEXT),
    "Update": _object(
        update_id=TEXT,
        service_request_id=TEXT,
        status=STATUS,
        updated_datetime=MOMENT,
        description=TEXT,
        media_url=NULLABLE,
    ),
    "Updated": _object(update_id=TEXT),
    "Filing": _object(
        ("api_key", "service_code"),
        closed=False,
        api_key=TEXT,
        service_code=TEXT,
        jurisdiction_id=TEXT,
        lat={"type": "number", "minimum": -90, "maximum": 90},
        long={"type": "number", "minimum": -180, "maximum": 180},
        address_string=TEXT,
        address_id=TEXT,
        email={"type": "string", "format": "email"},
        device_id=TEXT,
        account_id=TEXT,
        first_name=TEXT,
        last_name=TEXT,
        phone=TEXT,
        description={"type": "string", "maxLength": 4000},
        media_url={"type": "string", "format": "uri"},
        client_uuid={"type": "string", "format": "uuid"},
    ),
    "Advance": _object(
        ("api_key", "service_request_id", "status"),
        closed=False,
        api_key=TEXT,
        service_request_id=TEXT,
        update_id=TEXT,
        status=TEXT,
        updated_datetime=MOMENT,
        description={"type": "string", "maxLength": 5000},
        media_url={"type": "string", "format": "uri"},
    ),
}
