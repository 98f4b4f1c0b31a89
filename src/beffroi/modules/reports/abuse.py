"""How many reports may leave from one device and from one address in an hour."""

from beffroi.kernel import limits

HOUR = 3600
BY_ACCOUNT, BY_DEVICE, BY_ADDRESS, UNKNOWN = 60, 12, 60, 12
WAIT = "Trop de signalements sont partis d’ici depuis une heure."


def count_filing(request) -> None:
    """Count one more. A device is known by its session; one that keeps none is known by its address alone, and is
    held as tightly. Many telephones may share the address of their operator: that of known devices is looser.

    Raises limits.TooMany.
    """
    if request.user.is_authenticated:
        limits.limit_key("reports.create.account", str(request.user.pk), most=BY_ACCOUNT, seconds=HOUR)
        return
    known = request.session.session_key
    if known is None or not request.session.exists(known):
        limits.limit(request, "reports.create.unknown", most=UNKNOWN, seconds=HOUR)
        request.session.create()
    limits.limit_key("reports.create.device", request.session.session_key, most=BY_DEVICE, seconds=HOUR)
    limits.limit(request, "reports.create", most=BY_ADDRESS, seconds=HOUR)
