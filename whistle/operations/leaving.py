"""A municipality leaves for good: packed for those who receive it, and deleted here once they have said that it lives there.

Nobody does this alone.  Whoever runs the server packs and deletes; the word that the package arrived and the rest may be
deleted is signed with the organisation's root key, which no server has (`python -m whistle.client.sign_leave`).  From
the packing on nothing of it is served or logged here, so that its log has one history, at the new place.
"""

import hashlib
import os
import shutil
import tarfile
import threading
from pathlib import Path

from django.conf import settings

from whistle.audit import guards, selectors
from whistle.audit import services as audit
from whistle.audit.folders import LOGS, may_sign
from whistle.core import canonical, clock
from whistle.core.later import later
from whistle.operations import moving
from whistle.operations.rows import ArchiveError
from whistle.organisations.models import Departure, Organisation
from whistle.store import blobs
from whistle.store.models import Item
from whistle.vault import certificate

pyrage = later(
    "pyrage"
)  # age (age-encryption.org/v1), so that the receiver may open the package with any tool for it


def leave(one: Organisation, folder: Path, *, moved_to: str) -> Path:
    """Serve and log nothing more of an organisation, and pack it; return the package's manifest.

    Raises ArchiveError when something was logged while it was packed: pack it again; and before anything is done when a
    package could not be whole.  What else stops the packing calls the move off, so that nobody stands before a closed door.
    """
    _refuse_half(one, folder)
    with audit.atomic():
        audit.record("organisation.leaving", organisation=one)
        Organisation.objects.filter(pk=one.pk).update(left_on=clock.today(), moved_to=moved_to)
    try:
        moving.take_out(one, folder, sizes=sizes(one))
    except OSError:
        stay(one, live=one.live)
        shutil.rmtree(folder, ignore_errors=True)
        raise
    manifest = folder / moving.MANIFEST
    Organisation.objects.filter(pk=one.pk).update(package=_digest(manifest))
    one.refresh_from_db()
    return manifest


def _refuse_half(one: Organisation, folder: Path) -> None:
    if hasattr(one, "training"):
        raise ArchiveError(f"{one.training.slug} is its place to practise: let that leave first")
    if folder.exists():
        raise ArchiveError(f"{folder} is there already: name a new folder")
    if not may_sign(one):
        raise ArchiveError(
            "this user may not read the logs' keys, without which its log ends: whistle-manage --whole"
        )


def stay(one: Organisation, *, live: bool = False) -> None:
    """Call the move off: it is here again, closed until somebody opens it.  Never after it was opened elsewhere."""
    with audit.atomic():
        Organisation.objects.filter(pk=one.pk).update(left_on=None, moved_to="", package="", live=live)
        audit.record("organisation.stayed", organisation=one)


def sizes(one: Organisation) -> dict[str, int]:
    """Return how many entries each of its logs has."""
    return {log: selectors.size(one, log) for log in LOGS}


# ——— the package, for one receiver ———


def new_receiver(path: Path) -> str:
    """Make the receiver's private key in a file, and return the public one (age1…)."""
    identity = pyrage.x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(f"{identity}\n")
    return str(identity.to_public())


def seal(folder: Path, target: Path, receiver: str) -> None:
    """Put a folder into one file that only the receiver can open, and delete the folder.

    Raises ArchiveError, and then the folder stays, when the key is none or a file of the folder cannot be read: what
    was packed until then would open like a whole package.
    """
    try:
        to = pyrage.x25519.Recipient.from_str(receiver)
    except pyrage.RecipientError as error:
        raise ArchiveError("the receiver's key is not an age key (age1…)") from error
    read, write = os.pipe()
    faults: list[Exception] = []
    with os.fdopen(read, "rb") as source, target.open("xb") as out:
        packer = threading.Thread(target=_pack, args=(folder, write, faults))
        packer.start()
        pyrage.encrypt_io(source, out, [to])
        packer.join()
        out.flush()
        os.fsync(out.fileno())
    if faults:
        target.unlink()
        raise ArchiveError(f"{folder} could not be read whole, and stays") from faults[0]
    shutil.rmtree(folder)


def unseal(package: Path, folder: Path, key: Path) -> None:
    """Open a package into a new folder.  Raises ArchiveError for another's key, and for one that was changed."""
    identity = pyrage.x25519.Identity.from_str(key.read_text().strip())
    folder.mkdir(mode=0o700)
    draft = folder / "package.tar"
    try:
        with package.open("rb") as source, draft.open("xb") as out:
            pyrage.decrypt_io(source, out, [identity])
        with tarfile.open(draft) as archive:
            archive.extractall(folder, filter="data")
    except (pyrage.DecryptError, tarfile.TarError, OSError) as error:
        shutil.rmtree(folder)
        raise ArchiveError(f"{package.name} does not open with this key, or was changed") from error
    draft.unlink()


def _pack(folder: Path, descriptor: int, faults: list[Exception]) -> None:
    """Write the folder into the pipe; what goes wrong is for the thread that reads to know."""
    try:
        with os.fdopen(descriptor, "wb") as out, tarfile.open(fileobj=out, mode="w|") as archive:
            for path in sorted(folder.rglob("*")):
                archive.add(path, path.relative_to(folder), recursive=False)
    except (OSError, tarfile.TarError) as error:
        faults.append(error)


# ——— the word of the municipality, and the deletion ———


def remove(one: Organisation, manifest: Path, statement: bytes, signature: bytes) -> dict[str, int]:
    """Delete everything of an organisation that has left; return how many rows of each table went.

    As the owner of the tables.  Raises ArchiveError unless the root key signed that this very package arrived, or
    when anything was logged here since it was packed.
    """
    _agreed(one, manifest, statement, signature)
    if canonical.decode(manifest.read_bytes())["sizes"] != sizes(one):
        raise ArchiveError("something was logged here after the package was made: pack it again")
    names = list(Item.objects.filter(box__organisation=one).values_list("blob", flat=True))
    assert one.left_on is not None  # _agreed
    with guards.erasing():
        Departure.objects.create(
            ref=one.ref, slug=one.slug, name=one.name, host=one.host, moved_to=one.moved_to,
            left_on=one.left_on, removed_on=clock.today(), root_key=one.root_key,
            statement=statement, signature=signature,
        )  # fmt: skip
        counts = {}
        for model, way in reversed(moving.scoped()):
            rows = model._base_manager.filter(**{way: one.pk})
            counts[model._meta.db_table] = rows._raw_delete(rows.db)
    for name in names:
        blobs.remove(name)
    for folder in (settings.LOGS, settings.LOG_KEYS):
        shutil.rmtree(folder / one.slug, ignore_errors=True)
    return counts


def _agreed(one: Organisation, manifest: Path, statement: bytes, signature: bytes) -> None:
    if not one.left_on or _digest(manifest) != one.package:
        raise ArchiveError("this is not the manifest of the package it left with")
    root = bytes(one.root_key or b"")
    if not certificate.signed_leave(statement, signature, root, one.ref_bytes):
        raise ArchiveError("the statement is not signed with the organisation's root key")
    said = canonical.decode(statement)
    if said != {"v": 1, "type": "leave", "org": one.ref, "package": one.package}:
        raise ArchiveError("the statement is about something else")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept_elsewhere(one: Organisation) -> list[str]:
    """Return what is left of a deleted organisation in places this process may not write."""
    places = [settings.LOGS / one.slug, settings.LOG_KEYS / one.slug]
    return [str(place) for place in places if place.exists()]
