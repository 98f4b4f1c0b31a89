"""Addresses of the territory: found while one types, imported from the Base Adresse Nationale."""

from beffroi.shared.organisations.addresses.importing import Imported, ImportFault, import_addresses
from beffroi.shared.organisations.addresses.suggesting import Suggestion, suggest

__all__ = ["ImportFault", "Imported", "Suggestion", "import_addresses", "suggest"]
