from beffroi.shared.signing.models.circuit import Circuit, CircuitStep, Kind
from beffroi.shared.signing.models.desk import Delegation, Desk, Holder
from beffroi.shared.signing.models.folder import Folder, Step

__all__ = ["Circuit", "CircuitStep", "Delegation", "Desk", "Folder", "Holder", "Kind", "Step"]
