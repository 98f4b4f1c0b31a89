"""What can go wrong at an identity service. `reason` is a word for the log; it never holds personal data."""


class IdentityError(Exception):
    """The person could not be identified by the service."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Rejected(IdentityError):
    """The service answered, and its answer cannot be trusted or used."""


class Unavailable(IdentityError):
    """The service does not answer."""
