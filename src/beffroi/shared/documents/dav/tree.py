"""The spaces as folders of a disk: what a person sees, reads and may write."""

import io
import tempfile
from typing import IO, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from wsgidav.dav_error import HTTP_CONFLICT, HTTP_FORBIDDEN, HTTP_LOCKED, HTTP_MEDIATYPE_NOT_SUPPORTED, DAVError
from wsgidav.dav_provider import DAVCollection, DAVNonCollection, DAVProvider

from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.documents import actions
from beffroi.shared.documents.models import Document, Fence, Folder, Space
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, copy_file, store_upload
from beffroi.shared.files.refusals import Refused

# What office suites and systems leave beside a file: never documents.
LITTER = (".~lock.", "~$", "._", ".DS_Store", "Thumbs.db", "desktop.ini")
IN_MEMORY = 4 * 1024 * 1024


def _attempt(write):
    """Do a write; what the house refuses becomes what WebDAV says."""
    try:
        return write()
    except PermissionDenied:
        raise DAVError(HTTP_FORBIDDEN) from None
    except Refused as refusal:
        raise DAVError(HTTP_MEDIATYPE_NOT_SUPPORTED, str(refusal)) from None
    except TransitionRefused as refusal:
        raise DAVError(HTTP_CONFLICT, str(refusal)) from None
    except ValidationError as error:
        said = " ".join(error.messages)
        raise DAVError(HTTP_LOCKED if "pris par" in said else HTTP_CONFLICT, said) from None


def name_of(space: Space) -> str:
    """A space as it is called at the root."""
    return f"{space.name} ({space.organisation.name})".replace("/", "-")


def spaces_of(user) -> dict[str, Space]:
    """The spaces in which the person sees something."""
    inside = Fence.objects.open_to(user).values("space")
    found = Space.objects.filter(pk__in=inside, is_active=True).select_related("organisation")
    return {name_of(space): space for space in found}


class Root(DAVCollection):
    """All the spaces."""

    def get_member_names(self) -> list[str]:
        return sorted(spaces_of(self.environ["beffroi.user"]))


class Place(DAVCollection):
    """A folder, or the root of a space."""

    def __init__(self, path: str, environ: dict, space: Space, folder: Folder | None):
        super().__init__(path, environ)
        self.space, self.folder, self.user = space, folder, environ["beffroi.user"]

    def get_display_name(self) -> str:
        return self.folder.name if self.folder else name_of(self.space)

    def get_creation_date(self) -> float:
        return (self.folder or self.space).created_at.timestamp()

    def get_last_modified(self) -> float:
        return self.get_creation_date()

    def get_member_names(self) -> list[str]:
        here = {
            "space": self.space,
        }
        folders = Folder.objects.visible_to(self.user).filter(parent=self.folder, **here)
        documents = Document.objects.visible_to(self.user).filter(
            folder=self.folder, current__file__isnull=False, **here
        )
        return [*folders.values_list("name", flat=True), *documents.values_list("name", flat=True)]

    def create_empty_resource(self, name: str) -> "Pending":
        if name.startswith(LITTER):
            raise DAVError(HTTP_FORBIDDEN)
        return Pending(f"{self.path.rstrip('/')}/{name}", self.environ, self, name)

    def create_collection(self, name: str) -> None:
        _attempt(lambda: actions.create_folder(actor=self.user, space=self.space, parent=self.folder, name=name))

    def support_recursive_delete(self) -> bool:
        return True

    def delete(self) -> list:
        if self.folder is None:
            raise DAVError(HTTP_FORBIDDEN)
        _attempt(lambda: actions.throw_folder(self.folder, actor=self.user))
        return []

    def handle_move(self, dest_path: str) -> bool:
        if self.folder is None:
            raise DAVError(HTTP_FORBIDDEN)
        place, name = self.provider.destination(dest_path, self.environ)
        folder = self.folder

        def go():
            if (place.space, place.folder) != (self.space, folder.parent):
                actions.move_folder(folder, actor=self.user, space=place.space, parent=place.folder)
            if folder.name != name:
                folder.name = name
                actions.update_folder(folder, actor=self.user)

        _attempt(go)
        return True

    def copy_move_single(self, dest_path: str, *, is_move: bool) -> None:
        place, name = self.provider.destination(dest_path, self.environ)
        place.create_collection(name)


class _Written(tempfile.SpooledTemporaryFile):
    """What is being sent; the library closes it before it says that it is whole."""

    def close(self) -> None:
        """Kept until it is filed."""

    def drop(self) -> None:
        super().close()


class _Writable(DAVNonCollection):
    """A file that can be sent."""

    written: Any = None

    def begin_write(self, *, content_type=None) -> IO[bytes]:
        self.written = _Written(max_size=IN_MEMORY)
        return self.written

    def end_write(self, *, with_errors: bool) -> None:
        written, self.written = self.written, None
        try:
            size = written.tell()
            if not with_errors and size:
                written.seek(0)
                _attempt(lambda: self.keep(written, size))
        finally:
            written.drop()

    def keep(self, written: IO[bytes], size: int) -> None:
        raise DAVError(HTTP_FORBIDDEN)

    def support_ranges(self) -> bool:
        return True

    def support_etag(self) -> bool:
        return True


class Pending(_Writable):
    """A file announced and not sent yet: nothing is kept of it before its bytes."""

    def __init__(self, path: str, environ: dict, place: Place, name: str):
        super().__init__(path, environ)
        self.place, self.asked = place, name

    def keep(self, written, size):
        place = self.place
        file = store_upload(UploadedFile(written, name=self.asked, size=size), actor=place.user, kind=DOCUMENT)
        actions.add_document(
            actor=place.user, space=place.space, folder=place.folder, file=file, name=self.asked, source="dav"
        )

    def get_content_length(self) -> int:
        return 0

    def get_content_type(self) -> str:
        return "application/octet-stream"

    def get_etag(self) -> str | None:
        return None

    def support_etag(self) -> bool:
        return False

    def get_content(self) -> IO[bytes]:
        return io.BytesIO()


class Leaf(_Writable):
    """A document: its current version."""

    def __init__(self, path: str, environ: dict, document: Document):
        super().__init__(path, environ)
        self.document, self.user = document, environ["beffroi.user"]

    def get_content_length(self) -> int:
        return self.document.current.size

    def get_content_type(self) -> str:
        return self.document.current.mime

    def get_creation_date(self) -> float:
        return self.document.created_at.timestamp()

    def get_last_modified(self) -> float:
        return self.document.current.created_at.timestamp()

    def get_etag(self) -> str:
        return self.document.current.sha256

    def get_content(self) -> IO[bytes]:
        if not self.document.current.file.blob.is_available:
            raise DAVError(HTTP_LOCKED)
        return storage.contents().open(storage.address(self.document.current.sha256))

    def keep(self, written, size):
        name = self.document.name
        file = store_upload(UploadedFile(written, name=name, size=size), actor=self.user, kind=DOCUMENT)
        if file.blob.sha256 == self.document.current.sha256:
            return
        actions.add_version(
            self.document, actor=self.user, file=file, comment="Enregistré depuis une suite bureautique"
        )

    def delete(self) -> None:
        _attempt(lambda: actions.throw_document(self.document, actor=self.user))

    def handle_move(self, dest_path: str) -> bool:
        place, name = self.provider.destination(dest_path, self.environ)
        document = self.document

        def go():
            if (place.space, place.folder) != (document.space, document.folder):
                actions.move_document(document, actor=self.user, space=place.space, folder=place.folder)
            if document.name != name:
                document.name = name
                actions.update_document(document, actor=self.user)

        _attempt(go)
        return True

    def copy_move_single(self, dest_path: str, *, is_move: bool) -> None:
        place, name = self.provider.destination(dest_path, self.environ)

        def go():
            copy = copy_file(self.document.current.file, actor=self.user)
            actions.add_document(
                actor=self.user, space=place.space, folder=place.folder, file=copy, name=name, source="dav"
            )

        _attempt(go)


class Tree(DAVProvider):
    """Finds what a path names, for the person who asks."""

    def get_resource_inst(self, path: str, environ: dict):
        user = environ["beffroi.user"]
        parts = [part for part in path.split("/") if part]
        if not parts:
            return Root("/", environ)
        space = spaces_of(user).get(parts[0])
        if space is None:
            return None
        folder: Folder | None = None
        for rank, name in enumerate(parts[1:], start=2):
            here = Folder.objects.visible_to(user).filter(space=space, parent=folder, name=name).first()
            if here is None:
                return self._document(path, environ, space, folder, name) if rank == len(parts) else None
            folder = here
        return Place(path, environ, space, folder)

    def _document(self, path: str, environ: dict, space: Space, folder: Folder | None, name: str):
        found = Document.objects.visible_to(environ["beffroi.user"]).with_file()
        found = found.filter(space=space, folder=folder, name=name, current__file__isnull=False)
        document = found.select_related("space", "folder").first()
        return Leaf(path, environ, document) if document else None

    def destination(self, path: str, environ: dict) -> tuple[Place, str]:
        """The place and the name of something that goes there. Raises DAVError (409) where there is no such place."""
        above, _slash, name = path.rstrip("/").rpartition("/")
        place = self.get_resource_inst(above or "/", environ)
        if not isinstance(place, Place) or not name or name.startswith(LITTER):
            raise DAVError(HTTP_CONFLICT)
        return place, name
