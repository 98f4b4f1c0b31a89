"""The house rules, as functions that name each fault; the tests run them on the sources and on injected faults."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

FILE_LIMIT = 500
FUNCTION_LIMIT = 60
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"(?:application/(?:ld\+)?json|importmap)\"))[^>]*>"
    r"|<style[\s>]|\sstyle=[\"']|\son[a-z]+=[\"']|javascript:",
    re.I,
)
TEMPLATE_NAME = re.compile(r"[\"']([\w./-]+\.(?:html|txt|xml|typ))[\"']")


def long_file(path: str, text: str) -> Iterator[str]:
    """A file past the hard limit."""
    lines = text.count("\n") + 1
    if lines > FILE_LIMIT:
        yield f"{path} : {lines} lignes (limite {FILE_LIMIT})"


def long_functions(path: str, text: str) -> Iterator[str]:
    """A function past the hard limit."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LIMIT:
                yield f"{path}:{node.lineno} {node.name} : {length} lignes (limite {FUNCTION_LIMIT})"


def state_assignments(path: str, text: str) -> Iterator[str]:
    """`x.state = …`, `setattr(x, "state", …)` or `.update(state=…)` outside the workflow."""
    for node in ast.walk(ast.parse(text)):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        if any(isinstance(t, ast.Attribute) and t.attr == "state" for t in targets):
            yield f"{path}:{node.lineno} état changé hors du flux de travail"
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in {"update", "bulk_update"} and any(k.arg == "state" for k in node.keywords):
                yield f"{path}:{node.lineno} état changé par {name}()"
            if name == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "state":
                yield f"{path}:{node.lineno} état changé par setattr()"


def writes_in_views(path: str, text: str) -> Iterator[str]:
    """A write to the database from a view: it belongs to `actions.py`."""
    writers = {"create", "bulk_create", "update_or_create", "get_or_create", "delete", "bulk_update", "save"}
    for node in ast.walk(ast.parse(text)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr not in writers:
            continue
        if any(k.arg == "commit" for k in node.keywords):
            continue  # form.save(commit=False) builds an object and writes nothing
        owner = ast.unparse(node.func.value)
        if ".objects" in owner or node.func.attr in {"save", "delete"}:
            yield f"{path}:{node.lineno} écriture dans une vue : {owner}.{node.func.attr}()"


def inline_code(path: str, text: str) -> Iterator[str]:
    """A script, a style or an event handler written in a page: the content security policy refuses it."""
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", text, flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        if INLINE.search(line):
            yield f"{path}:{number} code dans la page : {line.strip()[:80]}"


def unused_templates(templates: Iterable[str], sources: Iterable[str], dynamic: Iterable[str]) -> Iterator[str]:
    """A template that nothing names. `dynamic` = prefixes of names that are composed at run time."""
    named = {match for source in sources for match in TEMPLATE_NAME.findall(source)}
    for template in sorted(templates):
        if template not in named and not template.startswith(tuple(dynamic)):
            yield f"modèle de page inutilisé : {template}"


def capitals(models: Iterable) -> Iterator[str]:
    """A `verbose_name` that starts with a capital (acronyms excepted): Django capitalises where it must."""
    for model in models:
        names = [(model._meta.label, str(model._meta.verbose_name))]
        names += [(f"{model._meta.label}.{f.name}", str(f.verbose_name)) for f in model._meta.local_fields]
        for owner, name in names:
            first = name.split(" ")[0].split("’")[-1]
            if name[:1].isupper() and not (len(first) > 1 and first.isupper()):
                yield f"{owner} : « {name} » commence par une majuscule"


def undeclared_relations(config, allowed: set[str]) -> Iterator[str]:
    """A foreign key to a part that the manifest does not need (import-linter cannot see a string)."""
    for model in config.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and not field.auto_created and field.related_model:
                target = field.related_model._meta.app_label
                if target not in allowed:
                    yield f"{field} désigne {target}, absent de needs"


def undeclared_imports(importer: str, imported: Iterable[str], own: str, needs: set[str], parts: dict[str, str]):
    """An import of a part that the manifest does not need, or of a sibling's inner files."""
    for target in imported:
        for package, label in parts.items():
            if package == own or not (target == package or target.startswith(f"{package}.")):
                continue
            if label not in needs:
                yield f"{importer} importe {target} sans que needs le dise"
            elif ".modules." in package and target not in {f"{package}.actions", f"{package}.models"}:
                yield f"{importer} entre dans {target} : seuls actions et models d’un autre module sont permis"


def python_files(root: Path) -> Iterator[tuple[str, str]]:
    """The sources below a folder, without migrations: (path, text)."""
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            yield str(path.relative_to(root.parent)), path.read_text(encoding="utf-8")


def unused_functions(sources: Iterable[tuple[str, str]], others: str) -> Iterator[str]:
    """A function of a module that no line of the product names but its own: dead, or alive in its tests alone.

    `others` = what may name it too: templates, scripts. What a decorator registers, or a framework calls by name
    (`get_…` of a form, `ready`), is a method or is decorated.
    """
    sources = list(sources)
    named = Counter(re.findall(r"\w+", others))
    for _path, text in sources:
        named.update(re.findall(r"\w+", text))
    for path, text in sources:
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list and named[node.name] == 1:
                yield f"{path}:{node.lineno} {node.name} ne sert à rien dans le produit"
