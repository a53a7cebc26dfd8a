"""Uploads on the plain path: sealed while they arrive, so that no file ever lies on the disk in clear."""

from collections.abc import Callable
from typing import NamedTuple, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload

from whistle.channel.plain_seal import PlainSealer, SealedFile
from whistle.core.errors import DomainError
from whistle.store import uploads


class RefuseUpload(FileUploadHandler):
    """The default everywhere: a form with a file is not read."""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Stop reading the request."""
        raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Never reached."""
        return None

    def file_complete(self, file_size: int) -> None:
        """Return nothing: there is no file."""


MOST_FILES = 1000  # of one form; more is nobody's album, and the reading ends


class LeftOut(NamedTuple):
    """A file that did not go along, and why, as the code of an error."""

    name: str
    why: str


class SealUpload(FileUploadHandler):
    """Feeds each file of the form into the sealer as it arrives.  Nothing in clear leaves the memory.

    `sealer_of` gets the name of the form's field.  A file that there is no room for is left out and named in `left_out`:
    what was written goes its way all the same.  `refused` says why the reading was stopped, as the code of an error.
    """

    chunk_size = 256 * 1024

    def __init__(self, organisation_ref: str, sealer_of: Callable[[str], PlainSealer]) -> None:
        super().__init__()
        self.organisation_ref, self.sealer_of = organisation_ref, sealer_of
        self.current: tuple[PlainSealer, SealedFile] | None = None
        self.count = 0
        self.refused = ""
        self.left_out: list[LeftOut] = []

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin sealing one file; one too many is left out, one for a mailbox that does not open stops the reading."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.count += 1
        if self.count > MOST_FILES:
            self._stop("report.too_many")
        if self.count > settings.FILES_PER_SENDING:
            self._leave_out("report.too_many")
        try:
            sealer = self.sealer_of(self.field_name or "")
        except DomainError as error:
            self._stop(error.code)
        self.current = sealer, sealer.begin_file(self.file_name or "", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Seal a part; returning None keeps other handlers from seeing it."""
        assert self.current is not None
        if start + len(raw_data) > settings.LARGEST_FILE:
            self._leave_out("upload.too_large")
        try:
            uploads.spend(self.organisation_ref, len(raw_data))
            self.current[1].add(raw_data)
        except DomainError as error:
            self._leave_out(error.code)
        except OSError:  # a full disk
            self._leave_out("upload.no_room")
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Finish the sealed file.  The form gets an empty stand-in: its content is sealed already."""
        if self.current is not None:
            self.current[1].finish()
            self.current = None
        return UploadedFile(file=None, name="sealed", size=file_size)

    def upload_interrupted(self) -> None:
        """Throw away a file whose sender went away."""
        if self.current is not None:
            self.current[1].discard()

    def _stop(self, why: str) -> NoReturn:
        self.refused = why
        raise StopUpload(connection_reset=False)

    def _leave_out(self, why: str) -> NoReturn:
        self.left_out.append(LeftOut((self.file_name or "")[:255], why))
        if self.current is not None:
            sealer, file = self.current
            sealer.drop(file)
            self.current = None
        raise SkipFile
