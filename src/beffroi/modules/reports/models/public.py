"""What everyone may read of a report, from its own columns and its neighbours."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beffroi.shared.organisations.models import Commune, Organisation


class PublicWords:
    """Shared by `Report` and by the line of an answer, read without its objects."""

    if TYPE_CHECKING:
        state: str
        organisation: Organisation
        external: Organisation | None
        commune: Commune
        address: str
        address_is_known: bool
        description: str
        text_shown_at: object
        anonymised_at: object

        def get_refusal_display(self) -> str: ...

    @property
    def competent(self):
        """The body that is competent, whether it has a desk here or not."""
        return self.external or self.organisation

    @property
    def public_address(self) -> str:
        """The address, once it is known to be one or has been read by an agent."""
        return self.address if self.address_is_known or self.text_shown_at else ""

    @property
    def public_street(self) -> str:
        """The same without the name of the commune, which stands beside it."""
        street, _, town = self.public_address.rpartition(",")
        return street if street and self.commune and self.commune.name in town else self.public_address

    @property
    def public_text(self) -> str:
        """The description, where the public may read it."""
        return self.description if self.text_shown_at and self.anonymised_at is None else ""
