"""The reporter's face as files: what a server without a program can serve, and what a monitor compares with.

Pages are pure functions of organisation, language and release, so what anybody is served can be compared octet for
octet.  Browsers check page scripts themselves (SRI); the scripts of workers, and the pages, are checked only this way.
The forms of the plain path are compared too, as an empty visitor gets them; what a server answers to one sent form, it
answers to one person, and nobody else can compare it.
"""

import base64
import hashlib
import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders

from whistle.accounts.selectors import roster, roster_document
from whistle.audit import selectors
from whistle.audit import services as audit
from whistle.audit.folders import key_path, verifier_key
from whistle.audit.registry import DESK
from whistle.channel import plain
from whistle.channel.pages import PAGES, render
from whistle.channel.services import texts
from whistle.core import clock
from whistle.organisations.languages import first, spoken
from whistle.organisations.look import style_sheet
from whistle.organisations.models import Organisation
from whistle.tlog import keys, note
from whistle.tlog.errors import NoteError
from whistle.ui.assets import built_files, release
from whistle.vault.certificate import fingerprint, read_roster
from whistle.vault.errors import VaultError

MANIFEST = "face.manifest"
ASSETS = ("reporter", "mailbox", "words-")  # names of built files that the reporter's pages use
LONGEST = 16 * 2**20  # octets of one served file
PATIENCE = 20  # seconds for one answer


def files(organisation: Organisation, document: texts.Document | None = None) -> dict[str, bytes]:
    """Return every address of the face and what stands there, with the organisation's own words of now unless told."""
    organisation.prefix = _prefix(organisation)
    pages = {
        f"{organisation.prefix}/{language}/{tail}": render(organisation, language, page, document)
        for language in spoken(organisation)
        for page, tail in PAGES.items()
    }
    pages[f"{organisation.prefix}/"] = render(organisation, first(organisation), "front", document)
    if organisation.accent:
        pages[f"{organisation.prefix}/look.css"] = style_sheet(organisation.accent).encode()
    return {**pages, **dict(_assets())}


def manifest(organisation: Organisation, served: Mapping[str, bytes]) -> str:
    """Return the text that is signed: whose face, which release, and the SHA-256 of each address."""
    lines = [f"{organisation.log_origin}/face", release()]
    lines += [f"{hashlib.sha256(served[path]).hexdigest()} {path}" for path in sorted(served)]
    return "\n".join(lines) + "\n"


def publish(organisation: Organisation, folder: Path) -> str:
    """Write the face and its signed manifest to `folder`, log that, and return the manifest's SHA-256.

    Raises FileNotFoundError where the desk log's key is not, which only the publisher's machine has.
    """
    signers = [
        each
        for each in keys.read_key_file(key_path(organisation, "desk"))
        if each.public.kind == note.ED25519
    ]
    served = files(organisation)
    text = manifest(organisation, served)
    for path in _before(folder) - set(
        served
    ):  # a language that is no longer spoken, scripts of an older release
        _file(folder, path).unlink(missing_ok=True)
    for path, content in served.items():
        target = _file(folder, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    digest = hashlib.sha256(text.encode()).hexdigest()
    with audit.atomic():
        audit.record("face.published", organisation=organisation, hash=digest, files=len(served))
    signed = note.sign(text, signers, int(clock.now().timestamp()))
    (folder / MANIFEST).write_text(str(signed))
    return digest


def _file(folder: Path, path: str) -> Path:
    return folder / (path.strip("/") + ("/index.html" if path.endswith("/") else "")).lstrip("/")


def _before(folder: Path) -> set[str]:
    """Return the addresses that were published to `folder` the last time."""
    try:
        return set(_rows(note.parse((folder / MANIFEST).read_bytes()).text))
    except (OSError, NoteError):
        return set()


def expected(organisation: Organisation, signed: bytes | None = None) -> dict[str, frozenset[str]]:
    """Return the SHA-256s that each address may have: of a signed manifest, else of this very release.

    The organisation's own words change between releases: two people adopt them, and the log knows it.  Where everything
    else is as the manifest says, pages with words that were adopted later are lawful too.  Raises NoteError when the
    desk log has not signed the manifest, DomainError `texts.unlogged` when words are shown that nobody adopted.
    """
    adopted = texts.adopted(organisation)
    if signed is None:
        return _rows(manifest(organisation, files(organisation, adopted[-1])))
    wanted = _rows(note.open_note(signed, [keys.verifier(verifier_key(organisation, "desk"))]).text)
    later: list[dict[str, frozenset[str]]] = []
    for document in reversed(adopted):
        found = _rows(manifest(organisation, files(organisation, document)))
        if found == wanted:
            return {path: wanted[path].union(*(each[path] for each in later)) for path in wanted}
        later.append(found)
    return wanted


def _rows(text: str) -> dict[str, frozenset[str]]:
    rows = (line.partition(" ") for line in text.splitlines()[2:])
    return {path: frozenset({digest}) for digest, _space, path in rows}


def differences(wanted: Mapping[str, frozenset[str]], fetch: Callable[[str], bytes]) -> Iterator[str]:
    """Yield a line for each address that serves something else, or nothing."""
    for path, digests in wanted.items():
        try:
            found = hashlib.sha256(fetch(path)).hexdigest()
        except OSError as error:
            yield f"{path}: not served ({type(error).__name__})"
        else:
            if found not in digests:
                yield f"{path}: changed, {found[:16]}… instead of {min(digests)[:16]}…"


def plain_faults(organisation: Organisation, fetch: Callable[[str], bytes]) -> Iterator[str]:
    """Yield a line for each form without script that is not what it must be now.

    They are compared, never published: a file takes no report.  They are made of this release, of the words adopted last
    and of the list of readers in force, which the root key must have signed and the log know.
    Raises DomainError as `expected`.
    """
    words, listed = texts.adopted(organisation)[-1], _list_in_force(organisation)
    organisation.prefix = _prefix(organisation)
    if listed is None:
        yield f"{organisation.prefix}/plain/: the root key did not sign the list of readers, or the log knows another"
        return
    forms: dict[str, str] = {}
    for tail, language in (("", first(organisation)), *((f"{code}/", code) for code in spoken(organisation))):
        address = f"{organisation.prefix}/plain/{tail}"
        forms[address] = plain.form(organisation, language, listed, words)
        forms[f"{address}mailbox/"] = plain.html(organisation, "plain_mailbox", language, words)
    wanted = {path: frozenset({hashlib.sha256(html.encode()).hexdigest()}) for path, html in forms.items()}
    yield from differences(wanted, fetch)


def _list_in_force(organisation: Organisation) -> dict[str, Any] | None:
    """Return the list of readers, an empty one before the first; None when it is not the one that was signed and logged last."""
    row = roster(organisation)
    logged = [
        (entry.fields["d"]["version"], entry.fields["d"]["hash"])
        for entry in selectors.entries(organisation, DESK, acts=("roster.adopted",))
    ]
    document = bytes(row.document) if row else b""
    newest = [(row.version, fingerprint(document).hex())] if row else []
    if newest != sorted(logged)[-1:]:
        return None
    try:
        signed_by = bytes(organisation.root_key or b"")
        return (
            read_roster(document, bytes(row.signature), signed_by, organisation.ref_bytes)
            if row
            else roster_document(organisation)
        )
    except VaultError:
        return None


def card_faults(organisation: Organisation, fetch: Callable[[str], bytes]) -> Iterator[str]:
    """Yield a line when the card that browsers fetch names another root key, or readers that it did not sign.

    Browsers refuse such a card too; this tells us before a reporter is told.
    """
    path = f"{_prefix(organisation)}/api/org.json"
    root_key = bytes(organisation.root_key or b"")
    try:
        card = json.loads(fetch(path))
        document, signature = (base64.b64decode(card["roster"][part]) for part in ("document", "signature"))
        if (card["org"], base64.b64decode(card["root_key"])) != (organisation.ref, root_key):
            yield f"{path}: another organisation, or another root key"
        read_roster(document, signature, root_key, organisation.ref_bytes)
    except OSError as error:
        yield f"{path}: not served ({type(error).__name__})"
    except (ValueError, KeyError, TypeError):
        yield f"{path}: not what it should be"
    except VaultError:
        yield f"{path}: the list of readers is not signed by the root key"


def over_http(url: str) -> Callable[[str], bytes]:
    """Return what fetches an address of the site at `url` as any visitor would."""

    def fetch(path: str) -> bytes:
        asked = urllib.request.Request(url.rstrip("/") + path, headers={"Accept-Encoding": "identity"})
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return bytes(answer.read(LONGEST))

    return fetch


def _prefix(organisation: Organisation) -> str:
    at_root = organisation.host or organisation.slug == settings.DEFAULT_ORGANISATION
    return "" if at_root else f"/{organisation.slug}"


def _assets() -> Iterator[tuple[str, bytes]]:
    for name, file in built_files().items():
        if name.startswith(ASSETS):
            found = finders.find(file) or Path(settings.STATIC_ROOT) / file
            yield f"{settings.STATIC_URL}{file}", Path(str(found)).read_bytes()
