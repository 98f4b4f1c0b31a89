"""What is written in the sign-book."""

from beffroi.shared.signing.forms.deciding import DecisionForm, OtherDeskForm, ReasonForm, SignatureForm
from beffroi.shared.signing.forms.details import add_details, details_of
from beffroi.shared.signing.forms.notes import NoteForm
from beffroi.shared.signing.forms.preparing import AgainForm, ChainForm, FolderForm, SubmitForm
from beffroi.shared.signing.forms.setting import (
    CircuitForm,
    CircuitStepFormSet,
    DelegationForm,
    DeskForm,
    DetailFormSet,
    ModuleKeyForm,
    NatureForm,
    RuleFormSet,
    VerifyForm,
    agents_of,
    steps_of,
)

__all__ = [
    "AgainForm",
    "ChainForm",
    "CircuitForm",
    "CircuitStepFormSet",
    "DecisionForm",
    "DelegationForm",
    "DeskForm",
    "DetailFormSet",
    "FolderForm",
    "ModuleKeyForm",
    "NatureForm",
    "NoteForm",
    "OtherDeskForm",
    "ReasonForm",
    "RuleFormSet",
    "SignatureForm",
    "SubmitForm",
    "VerifyForm",
    "add_details",
    "agents_of",
    "details_of",
    "steps_of",
]
