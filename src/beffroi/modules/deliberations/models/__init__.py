from beffroi.modules.deliberations.models.act import Act
from beffroi.modules.deliberations.models.alert import Alert
from beffroi.modules.deliberations.models.copies import CertifiedCopy, CopyFolder
from beffroi.modules.deliberations.models.meeting import Councillor, Item, Meeting, Seat
from beffroi.modules.deliberations.models.settings import ActTemplate, Mode, Regime, Register
from beffroi.modules.deliberations.models.vote import Ballot, Change, Recusal

__all__ = [
    "Act",
    "ActTemplate",
    "Alert",
    "Ballot",
    "CertifiedCopy",
    "Change",
    "CopyFolder",
    "Councillor",
    "Item",
    "Meeting",
    "Mode",
    "Recusal",
    "Regime",
    "Register",
    "Seat",
]
