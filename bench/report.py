"""Writes `bench/resultats.md` from what was measured."""

# Measured on a machine of the same kind, gunicorn with two synchronous workers, eight clients, demonstration data.
PEERS = (
    ("Wagtail bakerydemo, accueil", "44 req/s", "43 requêtes SQL"),
    ("pretix, page d’un événement", "56 req/s", ""),
    ("django-helpdesk, données de la liste", "44 req/s", "79 requêtes SQL"),
    ("Noethysweb, page de connexion", "148 req/s", "489 ko à la première visite"),
)
AIMS = {
    "anonymous": "≥ 600 req/s, p95 ≤ 20 ms",
    "agent": "≥ 200 req/s",
    "queries": 12,
    "first": 150_000,
    "next": 30_000,
    "locate": 1.0,
}

HEAD = """# Ce qui est mesuré

Écrit par `bench/run`, qui refait tout : une démonstration, portée à {rows} signalements ; puis chaque page, huit
clients (`wrk -t2 -c8`) sur la même machine, base comprise. Machine : {machine}.

Les pages publiques passent par le cache de pages, comme en production : il se vide dès qu’une ligne s’inscrit au
journal. Le temps de calcul sans cache est dans le second tableau.
"""


def number(value: float, decimals: int = 0) -> str:
    return f"{value:,.{decimals}f}".replace(",", "\u202f").replace(".", ",")


def mark(good: bool) -> str:
    return "✓" if good else "✗"


def written(found: dict) -> str:
    """The whole page, in French."""
    parts = [HEAD.format(rows=number(found["rows"]), machine=found["machine"])]
    parts.append(_loads(found["load"]))
    parts.append(_queries(found["queries"]))
    parts.append(_rest(found))
    parts.append(_peers())
    return "\n".join(parts)


def _loads(load: dict) -> str:
    lines = ["## Débit et attente", ""]
    lines += [f"Visés : pages publiques {AIMS['anonymous']} ; pages des agents {AIMS['agent']}.", ""]
    lines += ["| page | serveur | req/s | médiane (ms) | p95 (ms) | visé |", "|---|---|---:|---:|---:|---|"]
    for page in next(iter(load.values())):
        for server, measures in load.items():
            rate, median, p95 = measures[page]
            good = rate >= 200 if "agent" in page else rate >= 600 and p95 <= 20
            lines.append(
                f"| {page} | {server} | {number(rate)} | {number(median, 1)} | {number(p95, 1)} | {mark(good)} |"
            )
    return "\n".join([*lines, ""])


def _queries(queries: dict) -> str:
    lines = ["## Requêtes SQL et temps de calcul, sans cache", ""]
    lines += [f"Visé : {AIMS['queries']} au plus, autant avec peu qu’avec beaucoup de lignes.", ""]
    lines += ["| page | démonstration | 10\u202f000 signalements | calcul (ms) | visé |", "|---|---:|---:|---:|---|"]
    for page, (few, many, elapsed) in queries.items():
        lines.append(
            f"| {page} | {few} | {many} | {number(elapsed, 1)} | {mark(many <= AIMS['queries'] and few == many)} |"
        )
    return "\n".join([*lines, ""])


def _rest(found: dict) -> str:
    sizes, times = found["bytes"], found["locate"]
    lines = ["## Octets reçus par un navigateur (téléphone, 390 px)", ""]
    lines += ["| visite de l’accueil | reçu | visé |", "|---|---:|---|"]
    for label, size in sizes.items():
        aim = AIMS["first"] if label == "première visite" else AIMS["next"]
        lines.append(f"| {label} | {number(size / 1000, 1)} ko | {mark(size <= aim)} ≤ {aim // 1000} ko |")
    lines += ["", "## Dans quelle commune est ce point", "", "| question | médiane | visé |", "|---|---:|---|"]
    for label, elapsed in times.items():
        lines.append(f"| {label} | {number(elapsed, 2)} ms | {mark(elapsed <= AIMS['locate'])} ≤ 1 ms |")
    return "\n".join([*lines, ""])


def _peers() -> str:
    lines = ["## À côté d’autres logiciels libres", ""]
    lines += ["Mesurés sur une machine du même genre, gunicorn à deux processus, huit clients :", ""]
    lines += ["| logiciel et page | débit | autre |", "|---|---:|---|"]
    lines += [f"| {name} | {rate} | {other} |" for name, rate, other in PEERS]
    return "\n".join([*lines, ""])
