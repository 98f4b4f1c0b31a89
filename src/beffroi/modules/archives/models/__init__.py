from beffroi.modules.archives.models.box import Box, Loan, Shelf
from beffroi.modules.archives.models.elimination import Elimination, Line, Sorting
from beffroi.modules.archives.models.ledger import LedgerHead, LedgerLine, Piece
from beffroi.modules.archives.models.numbering import Counter, Setup, setup_of
from beffroi.modules.archives.models.paper_transfer import PaperLine, PaperTransfer
from beffroi.modules.archives.models.profile import Profile, UnitProfile
from beffroi.modules.archives.models.transfer import Handover, Message, Transfer, TransferFolder

__all__ = [
    "Box",
    "Counter",
    "Elimination",
    "Handover",
    "LedgerHead",
    "LedgerLine",
    "Line",
    "Loan",
    "Message",
    "PaperLine",
    "PaperTransfer",
    "Piece",
    "Profile",
    "Setup",
    "Shelf",
    "Sorting",
    "Transfer",
    "TransferFolder",
    "UnitProfile",
    "setup_of",
]
