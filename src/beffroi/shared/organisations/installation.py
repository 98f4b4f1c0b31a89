"""Install the territory of any EPCI of France: communes, codes, population, postal codes, and outlines if at hand."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from stdnum.fr import siren as siren_number

from beffroi.shared.organisations import actions, names, outlines, remote
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.organisations.official import Division, SourceMissing

CONTOURS_LIMIT = 60 * 1024 * 1024


class InstallationError(Exception):
    """The territory cannot be installed; the message, in French, says why and what to do."""


@dataclass
class Report:
    """What was installed. `without_outline` holds the names of the communes still without one."""

    operator: Organisation
    communes: int
    edition: int
    outlines: int = 0
    without_outline: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    warning: str = ""


def install_territory(
    siren: str,
    *,
    contours: str | Path | None = None,
    online: bool = True,
    division: Division | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Report:
    """Install, or bring up to date, the territory of the EPCI with this SIREN; a second run changes nothing.

    `contours` is a GeoJSON file; without it, and if `online`, the outlines are asked of geo.api.gouv.fr. Without
    either, the territory is installed without outlines: they can be added later by the same command. `say` is told of
    the progress. Raises InstallationError: unknown SIREN, unreadable file, another territory already here.
    """
    division = division or Division.installed()
    try:
        siren = _checked(siren, division)
        body = division.epci[siren]
        shapes = _read_contours(contours) if contours else None
        operator, communes = _install(siren, body, division, say)
    except (SourceMissing, actions.OtherTerritory) as error:
        raise InstallationError(str(error)) from error
    report = Report(operator=operator, communes=len(communes), edition=division.edition)
    report.left = _part_with(operator, communes, say)
    if shapes is None:
        shapes, report.warning = _ask_contours(siren, online, say)
    report.outlines = _draw(communes, shapes, say)
    report.without_outline = [commune.name for commune in communes if not commune.outline]
    return report


def _checked(text: str, division: Division) -> str:
    siren = "".join(text.split())
    if not siren.isdigit():
        found = division.search(text)
        close = "".join(f"\n  {number}  {name}" for number, name in found)
        advice = f" Vouliez-vous dire :{close}" if found else ""
        raise InstallationError(f"Donnez le SIREN de l’intercommunalité : neuf chiffres, pas « {text} ».{advice}")
    if siren in division.epci:
        return siren
    if siren in division.territorial_bodies:
        raise InstallationError(
            f"« {division.territorial_bodies[siren]} » est un établissement public territorial : seules les "
            "intercommunalités à fiscalité propre peuvent être installées."
        )
    if not siren_number.is_valid(siren):
        raise InstallationError(f"« {text} » n’est pas un SIREN : neuf chiffres, dont le dernier vérifie les autres.")
    raise InstallationError(
        f"Aucune intercommunalité à fiscalité propre ne porte le SIREN {siren} dans l’édition {division.edition}. "
        "Cherchez-la par son nom ou celui d’une de ses communes : --chercher NOM."
    )


@transaction.atomic
def _install(siren: str, body: dict, division: Division, say) -> tuple[Organisation, list[Commune]]:
    operator = actions.put_operator(actor=None, siren=siren, name=names.full_epci_name(body["nom"]))
    say(f"{operator.name} : {len(body['membres'])} communes.")
    lines = [division.communes[member["code"]] for member in body["membres"]]
    communes = [_put_commune(operator, line, division) for line in sorted(lines, key=lambda line: line["code"])]
    for name in division.departement_bodies(lines, metropole_of_lyon=body["type"] == "MET69"):
        actions.put_body(actor=None, kind=Organisation.Kind.DEPARTEMENT, name=name)
    return operator, communes


def _put_commune(operator: Organisation, line: dict, division: Division) -> Commune:
    year, source = division.population_date(line["departement"])
    postal_codes = line.get("codesPostaux") or []
    values = {
        "parent": operator,
        "member": True,
        "siren": line.get("siren") or "",
        "departement": line["departement"],
        "postal_codes": postal_codes,
        "population": line.get("population"),
        "population_year": year,
        "population_source": source,
    }
    commune = actions.put_commune(actor=None, code_insee=line["code"], name=names.typographic(line["nom"]), **values)
    if not commune.postal_code and postal_codes:
        place = {"postal_code": postal_codes[0], "city": commune.name}
        commune = actions.put_commune(actor=None, code_insee=commune.code_insee, name=commune.name, **place)
    return commune


def _part_with(operator: Organisation, communes: list[Commune], say) -> list[str]:
    """Communes that have left the EPCI, or merged, stay in the database but are members no more."""
    kept = {commune.pk for commune in communes}
    gone = [c for c in Commune.objects.filter(parent=operator, member=True) if c.pk not in kept]
    for commune in gone:
        actions.put_commune(actor=None, code_insee=commune.code_insee, name=commune.name, member=False)
        say(f"{commune.name} n’est plus membre dans cette édition.")
    return [commune.name for commune in gone]


def _read_contours(path: str | Path) -> dict[str, dict]:
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
        shapes = dict(outlines.features(json.loads(text)))
    except FileNotFoundError as error:
        raise InstallationError(f"Le fichier de contours « {path} » n’existe pas.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise InstallationError(f"Le fichier de contours « {path} » est illisible.") from error
    except outlines.OutlineError as error:
        raise InstallationError(f"Le fichier de contours « {path} » ne convient pas : {error}.") from error
    except ValueError as error:
        raise InstallationError(f"Le fichier de contours « {path} » n’est pas du GeoJSON.") from error
    if not shapes:
        raise InstallationError(f"Le fichier de contours « {path} » ne donne aucun code INSEE (propriété « code »).")
    return shapes


def _ask_contours(siren: str, online: bool, say) -> tuple[dict[str, dict], str]:
    if not online:
        return {}, ""
    url = f"{settings.GEO_API_URL.rstrip('/')}/epcis/{siren}/communes"
    say("Téléchargement des contours…")
    try:
        answer = remote.get_json(
            url,
            {"fields": "code,nom", "format": "geojson", "geometry": "contour"},
            timeout=30,
            limit=CONTOURS_LIMIT,
        )
        return dict(outlines.features(answer)), ""
    except remote.Unreachable as error:
        return {}, f"Les contours n’ont pas pu être téléchargés : {error}."
    except outlines.OutlineError as error:
        return {}, f"Les contours téléchargés ne conviennent pas : {error}."


def _draw(communes: list[Commune], shapes: dict[str, dict], say) -> int:
    drawn = 0
    for commune in communes:
        geometry = shapes.get(commune.code_insee)
        if geometry is None:
            continue
        try:
            drawn += actions.draw_outline(commune, geometry, actor=None)
        except outlines.OutlineError as error:
            say(f"Contour de {commune.name} ignoré : {error}.")
    if drawn:
        say(f"{drawn} contours dessinés.")
    return drawn
