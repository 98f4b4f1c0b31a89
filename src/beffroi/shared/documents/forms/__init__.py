"""What is written about documents."""

from beffroi.shared.documents.forms.documents import (
    DescriptionForm,
    FilesForm,
    HoldForm,
    MoveForm,
    ReasonForm,
    VersionForm,
)
from beffroi.shared.documents.forms.places import CloseForm, FolderForm, RightForm, SpaceForm
from beffroi.shared.documents.forms.plan import ActivityForm, CopyPlanForm, SeriesForm

__all__ = [
    "ActivityForm",
    "CloseForm",
    "CopyPlanForm",
    "DescriptionForm",
    "FilesForm",
    "FolderForm",
    "HoldForm",
    "MoveForm",
    "ReasonForm",
    "RightForm",
    "SeriesForm",
    "SpaceForm",
    "VersionForm",
]
