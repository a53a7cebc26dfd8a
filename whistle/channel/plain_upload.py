"""Uploads on the plain path: sealed while they arrive, so that no file ever lies on the disk in clear."""

from collections.abc import Callable
from typing import NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

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


class SealUpload(FileUploadHandler):
    """Feeds each file of the form into the sealer as it arrives.  Nothing in clear leaves the memory.

    `sealer_of` gets the name of the form's field.  `refused` says why the reading was stopped, as the code of an error.
    """

    chunk_size = 256 * 1024

    def __init__(self, organisation_ref: str, sealer_of: Callable[[str], PlainSealer]) -> None:
        super().__init__()
        self.organisation_ref, self.sealer_of = organisation_ref, sealer_of
        self.current: SealedFile | None = None
        self.count = 0
        self.refused = ""

    def new_file(self, *args: object, **kwargs: object) -> None:
        """Begin sealing one file; too many files, or one for a mailbox that does not open, stop the reading."""
        super().new_file(*args, **kwargs)  # type: ignore[arg-type]
        self.count += 1
        if self.count > settings.FILES_PER_SENDING:
            self._stop("report.too_many")
        try:
            sealer = self.sealer_of(self.field_name or "")
        except DomainError as error:
            self._stop(error.code)
        self.current = sealer.begin_file(self.file_name or "", self.content_type or "")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Seal a part; returning None keeps other handlers from seeing it."""
        assert self.current is not None
        if start + len(raw_data) > settings.LARGEST_FILE:
            self._stop("upload.too_large")
        try:
            uploads.spend(self.organisation_ref, len(raw_data))
        except DomainError as error:
            self._stop(error.code)
        self.current.add(raw_data)
        return None

    def file_complete(self, file_size: int) -> "UploadedFile[bytes] | None":
        """Finish the sealed file.  The form gets an empty stand-in: its content is sealed already."""
        if self.current is not None:
            self.current.finish()
            self.current = None
        return UploadedFile(file=None, name="sealed", size=file_size)

    def upload_interrupted(self) -> None:
        """Throw away a file whose sender went away."""
        if self.current is not None:
            self.current.discard()

    def _stop(self, why: str) -> NoReturn:
        self.refused = why
        if self.current is not None:
            self.current.discard()
        raise StopUpload(connection_reset=False)
