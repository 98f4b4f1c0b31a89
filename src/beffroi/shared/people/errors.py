"""Why a gesture is refused, in words for the person who made it."""


class Refused(Exception):
    """The rules forbid it; nothing was written."""


class WrongCode(Refused):
    """This is not the code, or it is no longer worth anything."""
