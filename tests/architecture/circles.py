"""What the imports of ours may not do: go round in circles, or hide in functions."""

import ast
from collections.abc import Iterable, Iterator, Mapping

# Where an import of ours may hide: before Django is ready, and as it becomes so.
READY = "ready"
CONFIG = "beffroi/config/"


def circles(imports: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """The groups of files that import each other, directly or through others: Tarjan's strong components (1972)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        order[name] = lowest[name] = len(order)
        path.append(name)
        for other in sorted(imports.get(name, ())):
            if other not in order:
                visit(other)
                lowest[name] = min(lowest[name], lowest[other])
            elif other in path:
                lowest[name] = min(lowest[name], order[other])
        if lowest[name] == order[name]:
            group = path[path.index(name) :]
            del path[path.index(name) :]
            if len(group) > 1 or name in imports.get(name, ()):
                found.append(sorted(group))

    for name in sorted(imports):
        if name not in order:
            visit(name)
    return sorted(found)


def hidden_imports(path: str, text: str) -> Iterator[str]:
    """An import of ours inside a function, elsewhere than in `config` and in `ready` of a configuration."""
    if path.startswith(CONFIG):
        return
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if function.name == READY and path.endswith("apps.py"):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""] if not node.level else ["beffroi"]
            elif isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            else:
                continue
            if any(name.split(".")[0] == "beffroi" for name in names):
                yield f"{path}:{node.lineno} importation cachée dans {function.name}()"


def jobs_asked(path: str, text: str) -> Iterator[tuple[str, str, set[str]]]:
    """Each job that a file asks for: (where, its name, the names of the arguments that it is given)."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "jobs.defer":
            given = {keyword.arg or "**" for keyword in node.keywords} - {"lock"}
            for name in ast.walk(node.args[0]):
                if isinstance(name, ast.Constant) and isinstance(name.value, str):
                    yield f"{path}:{node.lineno}", name.value, given
