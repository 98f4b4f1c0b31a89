class Refused(Exception):
    """The gesture cannot be done; the message is for the person who tried."""


class TooLate(Refused):
    """The deadline of the activity is past; an agent may pass over it."""


class Full(Refused):
    """No seat is left in the vehicle; one may wait for it."""
