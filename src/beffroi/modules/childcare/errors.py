class Refused(Exception):
    """The gesture cannot be done; the message is for the person who tried."""
