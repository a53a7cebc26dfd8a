"""Files that are either whole or absent, also after a power cut.

A file is written under a name of its own, flushed to the disk, and renamed; the rename is one step for
whoever reads. The rename itself is on the disk only once its directory is flushed too, and so is a new
directory in its parent: `Batch` remembers which directories that are, and flushes each once.
"""

import os
import shutil
from pathlib import Path

#: Ends the name of a file that was not finished; no tile is named so, and every reader may ignore it.
UNFINISHED = ".unfinished"


class Batch:
    """Several files that become durable together, when `flush` returns."""

    def __init__(self) -> None:
        self._touched: set[Path] = set()

    def write(self, path: Path, content: bytes) -> None:
        """Write or replace one file; its content is on the disk when this returns, its name after `flush`."""
        self._make_directory(path.parent)
        draft = path.with_name(path.name + UNFINISHED)
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        self._touched.add(path.parent)

    def remove(self, path: Path) -> None:
        """Remove a file or a directory with all in it; nothing happens when it is not there."""
        try:
            path.unlink()
        except FileNotFoundError:
            return
        except (IsADirectoryError, PermissionError):  # macOS says the latter of a directory
            shutil.rmtree(path)
        self._touched.add(path.parent)

    def flush(self) -> None:
        """Make the names durable: one fsync for each directory touched, parents of new ones included."""
        for directory in sorted(self._touched):
            if not directory.exists():
                continue
            descriptor = os.open(directory, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        self._touched.clear()

    def _make_directory(self, directory: Path) -> None:
        try:
            directory.mkdir()
        except FileExistsError:
            return
        except FileNotFoundError:
            self._make_directory(directory.parent)
            directory.mkdir()
        self._touched.add(directory.parent)
