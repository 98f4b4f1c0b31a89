"""The report that a visitor is writing: kept in their session, from one step to the next."""

import uuid
from dataclasses import asdict, dataclass, field, fields

from beffroi.modules.reports.models import Category
from beffroi.shared.assets.models import Asset
from beffroi.shared.files import tokens
from beffroi.shared.organisations.models import Commune

KEY = "report_draft"
SENT = "reports_sent"


@dataclass
class Draft:
    """What is known so far. `client_uuid` makes a second send harmless; `photos` are tokens of waiting files."""

    client_uuid: str = field(default_factory=lambda: str(uuid.uuid4()))
    category: str = ""
    asset: str = ""
    location: list[float] = field(default_factory=list)
    precision: str = "point"
    address: str = ""
    is_known: bool = False
    commune: int | None = None
    described: bool = False
    description: str = ""
    answers: dict = field(default_factory=dict)
    photos: list[str] = field(default_factory=list)
    is_private: bool = False
    keeps_warnings: bool = False
    compared: bool = False
    identified: bool = False
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""

    @classmethod
    def of(cls, request) -> "Draft":
        """That of the visitor, or an empty one."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in request.session.get(KEY, {}).items() if name in known})

    def keep(self, request) -> None:
        request.session[KEY] = asdict(self)

    @staticmethod
    def drop(request) -> None:
        request.session.pop(KEY, None)

    def chosen(self) -> Category | None:
        """The category, while it is proposed."""
        return Category.objects.offered().filter(code=self.category).first() if self.category else None

    def town(self) -> Commune | None:
        return Commune.objects.filter(pk=self.commune, member=True).first() if self.commune else None

    def equipment(self) -> Asset | None:
        return Asset.objects.public().filter(tag=self.asset).first() if self.asset else None

    def files(self) -> list:
        return tokens.take(self.photos)

    def set_files(self, files) -> None:
        self.photos = [tokens.give(file) for file in files]

    def missing(self) -> str:
        """The name of the first step that is not done."""
        if not self.category:
            return "reports:new"
        if not self.location:
            return "reports:new_place"
        if not self.described:
            return "reports:new_details"
        if not self.identified:
            return "reports:new_contact"
        return "reports:new_check"
