"""What an action refuses; the message is for the user."""


class Refused(Exception):
    """The gesture cannot be done now; `str(error)` says why and what to do."""
