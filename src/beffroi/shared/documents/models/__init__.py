from beffroi.shared.documents.models.arrival import Upload, UploadPart
from beffroi.shared.documents.models.bonds import Favourite, Hold, Link, SavedSearch, Suggestion
from beffroi.shared.documents.models.common import Removal
from beffroi.shared.documents.models.document import Document, DocumentType, Reading, Tag, Version
from beffroi.shared.documents.models.doors import AccessKey, DavLock, Fixity, Inlet, Received
from beffroi.shared.documents.models.folder import Folder
from beffroi.shared.documents.models.following import Following, Reminder
from beffroi.shared.documents.models.index import SearchLine
from beffroi.shared.documents.models.plan import Activity, Series
from beffroi.shared.documents.models.rules import FilingRule
from beffroi.shared.documents.models.sharing import OutsideLink
from beffroi.shared.documents.models.space import Fence, Grant, Level, Space

__all__ = [
    "AccessKey",
    "Activity",
    "DavLock",
    "Document",
    "DocumentType",
    "Favourite",
    "Fence",
    "FilingRule",
    "Fixity",
    "Folder",
    "Following",
    "Grant",
    "Hold",
    "Inlet",
    "Level",
    "Link",
    "OutsideLink",
    "Reading",
    "Received",
    "Reminder",
    "Removal",
    "SavedSearch",
    "SearchLine",
    "Series",
    "Space",
    "Suggestion",
    "Tag",
    "Upload",
    "UploadPart",
    "Version",
]
