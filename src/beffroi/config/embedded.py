"""The PostgreSQL server that Beffroi carries with it, used where DATABASE_URL is unset."""

import hashlib
import os
import tempfile
from pathlib import Path


def socket_directory(home: Path) -> Path:
    """A short path (Unix sockets allow about 100 characters), one for each home folder."""
    digest = hashlib.sha256(str(home).encode()).hexdigest()[:12]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"beffroi-{digest}"


def url(home: Path) -> str:
    """The address of the embedded database, whether or not its server runs."""
    return f"postgresql://beffroi@/beffroi?host={socket_directory(home)}"
