"""What a SEDA message says, apart from its XML: units, contents, rules, and who writes to whom."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

NAMESPACE = "fr:gouv:culture:archivesdefrance:seda:v"
VERSIONS = ("2.1", "2.2", "2.3")


@dataclass(frozen=True)
class Rules:
    """Of a unit. `years` = its useful life (None = without limit), `final` = Keep or Destroy, `access` = the article
    that protects it; each counted from its own day. `held_because` = the reason of a hold."""

    years: int | None = None
    final: str = "Keep"
    start: datetime.date | None = None
    access: str = ""
    access_start: datetime.date | None = None
    held_because: str = ""


@dataclass(frozen=True)
class Content:
    """One content of the package: `key` is its number, `sha256` where its bytes lie; `usage` = what it is for, as
    SEDA says it; `copies` = the same document for another usage, in the same group."""

    key: str
    name: str
    mime: str
    size: int
    sha512: str
    sha256: str = ""
    puid: str = ""
    format: str = ""
    usage: str = "BinaryMaster"
    copies: tuple["Content", ...] = ()

    @property
    def uri(self) -> str:
        """Where it lies in the package: a plain name, whatever that of the document."""
        ending = self.name.rpartition(".")[2].lower()
        plain = ending if 0 < len(ending) <= 5 and ending.isascii() and ending.isalnum() else "bin"
        return f"Content/{self.key}.{plain}"


@dataclass(frozen=True)
class Unit:
    """A file, or a document of a file (`content` given). `profile` = the identifier of the profile that it follows."""

    key: str
    title: str
    level: str
    description: str = ""
    plan: str = ""
    reference: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    rules: Rules | None = None
    content: Content | None = None
    tags: tuple[str, ...] = ()
    profile: str = ""
    units: tuple["Unit", ...] = field(default_factory=tuple)

    def contents(self) -> Iterator[Content]:
        """Its own content and those of all that it holds, each with its copies."""
        if self.content is not None:
            yield self.content
        for unit in self.units:
            yield from unit.contents()


@dataclass(frozen=True)
class Envelope:
    """Who writes what to whom. `agency` receives, `own` sends and has made; both by their identifiers. `profile` = the
    identifier of the profile that the package follows."""

    version: str
    identifier: str
    at: datetime.datetime
    agency: str
    own: str
    comment: str = ""
    agreement: str = ""
    agency_name: str = ""
    own_name: str = ""
    profile: str = ""

    @property
    def namespace(self) -> str:
        return f"{NAMESPACE}{self.version}"
