from beffroi.shared.signing.models.annotation import Annotation
from beffroi.shared.signing.models.batch import Batch, BatchLine
from beffroi.shared.signing.models.circuit import SIGNED, Circuit, CircuitStep, Kind, Route
from beffroi.shared.signing.models.desk import Delegation, Desk, Holder
from beffroi.shared.signing.models.document import StepDocument
from beffroi.shared.signing.models.folder import Folder, Step
from beffroi.shared.signing.models.invitation import Invitation
from beffroi.shared.signing.models.key import ModuleKey
from beffroi.shared.signing.models.nature import Detail, Nature, Rule
from beffroi.shared.signing.models.sending import Sending
from beffroi.shared.signing.models.trusted import TrustedList, TrustedService

__all__ = [
    "SIGNED",
    "Annotation",
    "Batch",
    "BatchLine",
    "Circuit",
    "CircuitStep",
    "Delegation",
    "Desk",
    "Detail",
    "Folder",
    "Holder",
    "Invitation",
    "Kind",
    "ModuleKey",
    "Nature",
    "Route",
    "Rule",
    "Sending",
    "Step",
    "StepDocument",
    "TrustedList",
    "TrustedService",
]
