"""The name of an authority, as it is looked for: two ways of encoding the same name give the same digest."""

import hashlib

from asn1crypto import x509 as asn1_x509

# The namespace of the lists (ETSI TS 119 612).
TSL = "http://uri.etsi.org/02231/v2#"


def name_digest(name: asn1_x509.Name) -> str:
    """SHA-256 of a name, prepared as RFC 5280 compares names (case, spaces, encodings)."""
    return hashlib.sha256(name.hashable.encode()).hexdigest()
