"""What every page and every manifest must hold, as functions that name each fault in a sentence.

They know nothing of the modules; the tests run them on everything that is installed, and on injected faults.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from lxml import html as parser

HTML_LIMIT = 60_000
QUERY_LIMIT = 12
REPEAT_LIMIT = 3
FREE_OF_LABEL = {"hidden", "submit", "button", "reset", "image"}
# What a person must never read: a Python object, nothing written in full, decimals that say nothing.
REPRESENTATION = re.compile(
    r"\b\w+\([a-z_]+=|<\w+ object at|<QuerySet|\bDecimal\(|\bdatetime\.\w+\(|\bnamespace\(|[\[{]'\w"
    r"|\b(?:None|True|False|NaN)\b|\b\d+[.,]\d{2,}0(?![\d.])"
)
CODE = "ancestor-or-self::script or ancestor::code or ancestor::pre or ancestor::style"
SAID = ("alt", "aria-label", "title", "placeholder", "value", "content")
LITERAL = re.compile(r"'(?:[^']|'')*'|\b\d+\b")
PERSONAL = re.compile(
    r"^(?:.*_)?(?:email|e_mail|phone|mobile|telephone|first_name|last_name|full_name|birth_\w+|birthday|"
    r"street_address|postal_address|iban|nir|ip|ip_address|user_agent)$"
)


def page(text: str) -> Iterator[str]:
    """The faults of one page of HTML."""
    size = len(text.encode())
    if size > HTML_LIMIT:
        yield f"{size} octets de HTML (limite {HTML_LIMIT})"
    tree = parser.document_fromstring(text)
    if tree.get("lang") != "fr":
        yield 'la langue n’est pas dite : <html lang="fr">'
    title = "".join(tree.xpath("//head/title/text()")).strip()
    if not title:
        yield "pas de titre <title>"
    headings = tree.xpath("//h1")
    if len(headings) != 1:
        yield f"{len(headings)} titres <h1> au lieu d’un seul"
    elif not headings[0].text_content().strip():
        yield "le titre <h1> est vide"
    yield from _labels(tree)
    yield from _inline(tree)
    yield from _structure(tree)
    said = " or ".join(f"name()='{one}'" for one in SAID)
    for text in tree.xpath(f"//text()[not({CODE})] | //@*[{said}]"):
        yield from representations(text)


def representations(text: str) -> Iterator[str]:
    """Where a text shows how Python writes a value instead of saying it: `Territory(name=…)`, `None`, « 7,0000 »."""
    for found in REPRESENTATION.finditer(text):
        around = " ".join(text[max(0, found.start() - 40) : found.end() + 40].split())
        yield f"écriture de Python : {found[0]} dans « {around} »"


def _labels(tree) -> Iterator[str]:
    """Each field has a name that everybody hears: <label>, aria-label or aria-labelledby."""
    named = {label.get("for") for label in tree.xpath("//label[@for]")}
    for control in tree.xpath("//input|//select|//textarea"):
        if control.get("type", "text") in FREE_OF_LABEL or control.get("aria-label") or control.get("aria-labelledby"):
            continue
        if control.get("id") in named or control.xpath("ancestor::label"):
            continue
        yield f'champ sans étiquette : <{control.tag} name="{control.get("name", "")}">'
    for button in tree.xpath("//button|//a[@href]"):
        name = button.text_content().strip() or button.get("aria-label") or button.get("title")
        pictures = button.xpath(".//img[@alt!='']|.//*[@aria-label]|.//*[local-name()='title']")
        if not name and not pictures:
            yield f"bouton ou lien sans nom : {_short(button)}"
    for image in tree.xpath("//img[not(@alt)]"):
        yield f"image sans alternative : {_short(image)}"


def _inline(tree) -> Iterator[str]:
    """A script, a style or a handler in the page: the content security policy refuses it."""
    for script in tree.xpath("//script[not(@src)]"):
        if script.get("type") not in {"application/json", "application/ld+json", "importmap"}:
            yield "script écrit dans la page"
    if tree.xpath("//style"):
        yield "style écrit dans la page"
    for element in tree.xpath("//*[@style]"):
        yield f"attribut style : {_short(element)}"
    for element in tree.iter():
        if isinstance(element.tag, str):
            for name in element.attrib:
                if name.startswith("on"):
                    yield f"attribut {name} : {_short(element)}"
    for link in tree.xpath("//a[starts-with(normalize-space(@href), 'javascript:')]"):
        yield f"lien javascript : {_short(link)}"


def _structure(tree) -> Iterator[str]:
    """Identifiers once each, links inside the page that lead somewhere, forms that are protected."""
    identifiers = Counter(tree.xpath("//@id"))
    yield from (f"identifiant en double : {name}" for name, count in identifiers.items() if count > 1)
    for anchor in tree.xpath("//a[starts-with(@href, '#')]/@href"):
        if len(anchor) > 1 and anchor[1:] not in identifiers:
            yield f"lien vers une partie absente : {anchor}"
    for form in tree.xpath("//form[translate(@method, 'POST', 'post')='post']"):
        if not form.xpath(".//input[@name='csrfmiddlewaretoken']"):
            yield f"formulaire sans protection CSRF : {form.get('action') or 'cette page'}"
    if len(tree.xpath("//main")) != 1:
        yield f"{len(tree.xpath('//main'))} parties <main> au lieu d’une"


def _short(element) -> str:
    return parser.tostring(element, encoding="unicode", with_tail=False)[:90]


def queries(statements: Iterable[str]) -> Iterator[str]:
    """Too many queries, or one that is asked again with other values: the page would slow down with its rows."""
    statements = list(statements)
    if len(statements) > QUERY_LIMIT:
        yield f"{len(statements)} requêtes (limite {QUERY_LIMIT})"
    yield from repeats(statements)


def repeats(statements: Iterable[str]) -> Iterator[str]:
    """A query asked again with other values."""
    for statement, count in Counter(LITERAL.sub("?", one) for one in set(statements)).items():
        if count > REPEAT_LIMIT:
            yield f"requête répétée {count} fois : {re.sub(r'SELECT .*? FROM', 'SELECT … FROM', statement)[:160]}"


def growth(few: int, many: int) -> Iterator[str]:
    """The number of queries with few rows and with many."""
    if few != many:
        yield f"{few} requêtes avec peu de lignes, {many} avec beaucoup"


def access(permission: str, signed_in: bool, holder: bool, status: int, login: bool) -> Iterator[str]:
    """What a page answers to somebody. `holder` = holds the permission; `login` = was led to the sign-in page."""
    opened = not permission or (signed_in if permission == "login" else holder)
    if status >= 500:
        yield f"erreur {status}"
    elif opened and login:
        yield "la page demande de se connecter"
    elif opened and permission in {"", "login"} and status != 200 or opened and status not in {200, 403, 404}:
        yield f"réponse {status} au lieu de 200"
    elif not opened and not login and status not in {403, 404}:
        yield f"réponse {status} sans la permission « {permission} » : 403, 404 ou la connexion étaient attendues"


def recorded_verbs(source: str) -> Iterator[str]:
    """The verbs that a source writes in the journal, when they are written in full."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and node.args and ast.unparse(node.func) in {"journal.record", "record"}):
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
        elif isinstance(first, ast.IfExp):
            for side in (first.body, first.orelse):
                if isinstance(side, ast.Constant):
                    yield str(side.value)


def untold(verbs: Iterable[str], told: Mapping[str, str]) -> Iterator[str]:
    """A verb of the journal that no manifest puts in words."""
    for verb in sorted(set(verbs)):
        if verb not in told:
            yield f"verbe sans mots dans le manifeste : {verb}"


def unkept(models: Iterable, ruled: set[str], explained: Mapping[str, str]) -> Iterator[str]:
    """A model whose fields look personal, without rule of retention nor the reason why it has none."""
    for model in models:
        label = model._meta.label
        if label in ruled or label in explained:
            continue
        fields = [field.name for field in model._meta.local_fields if _is_personal(field)]
        if fields:
            yield f"{label} garde {', '.join(fields)} sans règle de conservation"


def _is_personal(field) -> bool:
    return bool(PERSONAL.match(field.name)) and field.get_internal_type() not in {"BooleanField", "ForeignKey"}


def differences(before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[str]:
    """Tables whose number of rows changed."""
    for table in sorted(before.keys() | after.keys()):
        if before.get(table, 0) != after.get(table, 0):
            yield f"{table} : {before.get(table, 0)} lignes, puis {after.get(table, 0)}"


def message(subject: str, body: str) -> Iterator[str]:
    """A message as it leaves."""
    if not subject.strip():
        yield "objet vide"
    if "\n" in subject.strip():
        yield "objet sur plusieurs lignes"
    if len(subject.strip()) > 150:
        yield f"objet de {len(subject.strip())} signes"
    if not body.strip():
        yield "texte vide"
    for text in (subject, body):
        if re.search(r"\{\{|\{%|&#x27;|&amp;|&quot;", text):
            yield f"reste de gabarit : {text.strip()[:120]}"
        yield from representations(text)
    if "@" in subject:
        yield "adresse personnelle dans l’objet"
