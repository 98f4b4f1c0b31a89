from beffroi.modules.deliberations.models.act import Act
from beffroi.modules.deliberations.models.alert import Alert
from beffroi.modules.deliberations.models.meeting import Councillor, Item, Meeting, Seat
from beffroi.modules.deliberations.models.settings import Mode, Regime, Register

__all__ = ["Act", "Alert", "Councillor", "Item", "Meeting", "Mode", "Regime", "Register", "Seat"]
