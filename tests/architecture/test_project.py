"""What surrounds the code says the truth: licence, public description, dependencies, environment variables."""

import json
import re
import tomllib

from beffroi.config import env

PYPROJECT = tomllib.loads((env.PROJECT / "pyproject.toml").read_text())
PACKAGE = json.loads((env.PROJECT / "package.json").read_text())
DEPENDENCIES = env.PROJECT / "docs" / "decisions" / "dependances.md"


def _names(requirements) -> set[str]:
    return {re.match(r"[\w.-]+", line)[0] for line in requirements}


def _locked(lock: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (env.PROJECT / lock).read_text(), re.M))


def _used() -> set[str]:
    found = _names(PYPROJECT["project"]["dependencies"]) | _names(PYPROJECT["dependency-groups"]["dev"])
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        found |= set(PACKAGE.get(kind, {}))
    return found | _locked("requirements-uv.lock") | _locked("requirements-node.lock")


def test_dependencies_each_has_its_reason():
    told = re.findall(r"^\| `([^`]+)` \| [^|]+ \| [^|]{10,} \|$", DEPENDENCIES.read_text(), re.M)
    assert sorted(told) == sorted(_used())


def test_dependencies_are_locked_with_a_digest():
    for lock, group in (
        ("requirements.lock", PYPROJECT["project"]["dependencies"]),
        ("requirements-dev.lock", PYPROJECT["dependency-groups"]["dev"]),
    ):
        assert _names(group) <= _locked(lock)
        blocks = re.split(r"\n(?=[\w.-]+==)", (env.PROJECT / lock).read_text())
        assert [b.split("==")[0] for b in blocks if "==" in b and "--hash=sha256:" not in b] == []
        assert "://" not in (env.PROJECT / lock).read_text()


def test_licence_is_the_same_everywhere():
    assert (env.PROJECT / "LICENSE").read_text().startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert PYPROJECT["project"]["license"] == PACKAGE["license"] == "EUPL-1.2"
    assert "license: EUPL-1.2" in (env.PROJECT / "publiccode.yml").read_text()


def test_publiccode_follows_the_standard():
    """The keys that publiccode.yml 0.4 requires; limits of lengths in `description` (characters)."""
    import yaml

    told = yaml.safe_load((env.PROJECT / "publiccode.yml").read_text())
    assert told["publiccodeYmlVersion"] == "0.4"
    required = {"name", "url", "releaseDate", "platforms", "categories", "developmentStatus", "softwareType"}
    assert required | {"description", "legal", "maintenance", "localisation"} <= {key for key in told if told[key]}
    assert told["softwareVersion"] == PYPROJECT["project"]["version"]
    assert told["maintenance"]["type"] in {"internal", "contract", "community", "none"}
    assert told["maintenance"]["contacts"] or told["maintenance"]["type"] != "internal"
    for text in told["description"].values():
        assert len(text["shortDescription"].strip()) <= 150
        assert 150 <= len(text["longDescription"]) <= 10000
        assert text["features"]
