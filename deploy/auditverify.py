#!/usr/bin/env python3
"""Check an exported Whistle log, with nothing but Python's standard library (3.9 or newer).

    python3 auditverify.py DIR --policy POLICY --older OLD_CHECKPOINT

DIR holds `desk/` and `channel/` (each a C2SP tlog-tiles directory: `checkpoint`, `tile/…`, `log.vkey`), and
`policy`, `registry/<hash>.json`, `plan/<hash>.json`; a .zip or .tar.gz of it will do. Bring the policy and older
checkpoints from your own minutes: what lies in DIR was written by those you are checking.

The program recomputes every hash from the entries, checks signatures and witnesses, compares with every older
checkpoint, and holds each entry against the registry and the action plan that were in force at its place. It
lists ALL faults, each with the index of its entry, and never stops at the first. It reads RFC 3161 time stamps
and what they are about; whether the authority signed them, `openssl ts -verify` says (the command is printed).

Exit status: 0 no fault, 1 faults, 2 the directory or an argument cannot be read.

This is one file on purpose, and shares no line with the program that writes the log: copy it, read it, run it
on a machine of your own. References: RFC 6962 (tree), RFC 8032 (Ed25519), RFC 8785 (canonical JSON),
c2sp.org.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import bisect
import collections
import concurrent.futures
import datetime
import difflib
import functools
import hashlib
import itertools
import json
import os
import pathlib
import re
import shutil
import stat
import sys
import tarfile
import tempfile
import typing
import zipfile
from concurrent.futures.process import BrokenProcessPool

LOGS = ("desk", "channel")
WIDTH = 256
HASH = 32
MAX_ENTRY = 4096
MAX_BUNDLE = WIDTH * (2 + 65535)
MAX_NOTE = 1_000_000
MAX_SIGNATURES = 64
MAX_DOCUMENT = 16_000_000
BUNDLES_A_CHUNK = 32
MAX_UNPACKED = 20_000_000_000
MAX_MEMBERS = 2_000_000
MAX_TOKEN = 200_000
SMALL = 20_000  # entries below which a second process costs more than it saves
SKEW = 300  # seconds by which a witness's clock may lag behind the log's
ACKNOWLEDGE_DAYS = 7  # Directive (EU) 2019/1937 article 9(1)(b), counted in dates of Europe/Oslo


class Fault(typing.NamedTuple):
    """One thing that is wrong; `index` is the entry's, `last` ends a range, None where no entry is meant."""

    log: str
    index: int | None
    last: int | None
    kind: str
    text: str


class Unreadable(Exception):  # noqa: N818  # it is a finding about a file, and not always a fault
    """Something cannot be read as what it should be; the text says what."""


# ---- files


def read_file(path: pathlib.Path, limit: int) -> bytes:
    """Return a regular file's bytes; Unreadable when it is absent, no plain file, or longer than `limit`.

    Opened without blocking and looked at before reading: a named pipe in the directory must not make us wait.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise Unreadable("is missing") from None
    except OSError as error:
        raise Unreadable(f"cannot be opened ({error.strerror})") from None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable("is not a plain file")
        try:
            raw = file.read(limit + 1)
        except OSError as error:
            raise Unreadable(f"cannot be read ({error.strerror})") from None
    if len(raw) > limit:
        raise Unreadable(f"is longer than {limit} bytes")
    return raw


MEMBER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*").fullmatch


def unpack_archive(path: pathlib.Path, target: pathlib.Path) -> pathlib.Path:
    """Unpack an export's plain files below `target`; return the folder that holds the logs.

    Only names an export may have: nothing that leads out of the folder, no links. Unreadable when it is no archive.
    """
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                members = [one for one in archive.infolist() if not one.is_dir()]
                unpack_members(((one.filename, one.file_size, archive.open, one) for one in members), target)
        else:
            with tarfile.open(path) as archive:
                files = (one for one in archive if one.isreg())
                unpack_members(((one.name, one.size, archive.extractfile, one) for one in files), target)
    except (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise Unreadable(f"{path} is no archive that can be read ({error})") from None
    inside = [target, *sorted(folder for folder in target.iterdir() if folder.is_dir())]
    return next((folder for folder in inside if any((folder / log).is_dir() for log in LOGS)), target)


def unpack_members(members: typing.Iterable, target: pathlib.Path) -> None:
    total = 0
    for count, (name, size, opener, member) in enumerate(members):
        total += size
        if total > MAX_UNPACKED or count > MAX_MEMBERS:
            raise Unreadable("the archive is larger than any log")
        if not MEMBER(name.removeprefix("./")):
            raise Unreadable(f"the archive holds {name!r}, which no export does")
        place = target / name.removeprefix("./")
        place.parent.mkdir(parents=True, exist_ok=True)
        with opener(member) as source, place.open("xb") as file:
            shutil.copyfileobj(source, file)


def tile_path(level: str, number: int, width: int = WIDTH) -> str:
    """Return a tile's path: the number in groups of three digits, all but the last behind an x."""
    groups = [f"{number % 1000:03d}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03d}")
    path = "/".join(("tile", level, *groups))
    return path if width == WIDTH else f"{path}.p/{width}"


TILE_NAME = re.compile(
    r"(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
).fullmatch


def inventory(directory: pathlib.Path) -> dict[str, dict[int, list[int]]]:
    """Return which tiles lie in a log's directory: level → number → widths, by name only."""
    found: dict[str, dict[int, list[int]]] = {}
    top = directory / "tile"
    for folder, _, files in os.walk(top):
        parts = pathlib.Path(folder).relative_to(top).parts
        for name in files:
            shape = TILE_NAME("/".join((*parts, name)))
            if shape and 1 <= int(shape[3] or 1) < WIDTH:
                number = int(shape[2].replace("/", "").replace("x", ""))
                found.setdefault(shape[1], {}).setdefault(number, []).append(int(shape[3] or WIDTH))
    return found


# ---- tree


def leaf_hash(entry: bytes) -> bytes:
    """RFC 6962 section 2.1."""
    return hashlib.sha256(b"\0" + entry).digest()


def root_of(hashes: list) -> bytes:
    """Return the root over hashes in order; the last may be of a smaller subtree. RFC 6962 section 2.1."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        pairs = iter(hashes)
        hashes = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs)] + odd
    return hashes[0]


def cut(raw: bytes) -> list:
    """Return the 32-byte hashes of a tile."""
    return [raw[at : at + HASH] for at in range(0, len(raw) - HASH + 1, HASH)]


def unpack(bundle: bytes) -> tuple[list, bool]:
    """Return the entries of a bundle, and whether it ended where the last one did."""
    entries, at, size = [], 2, len(bundle)
    take = entries.append
    while at <= size:
        end = at + (bundle[at - 2] << 8) + bundle[at - 1]  # a third of the time of int.from_bytes
        if end > size:
            return entries, False
        take(bundle[at:end])
        at = end + 2
    return entries, at == size + 2


# ---- Ed25519

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def decompress(raw: bytes):
    """Return the point in extended coordinates, None when the bytes are no point. RFC 8032 section 5.1.3."""
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def add(one, two):
    """Return the sum of two points. RFC 8032 section 5.1.4."""
    a = (one[1] - one[0]) * (two[1] - two[0]) % P
    b = (one[1] + one[0]) * (two[1] + two[0]) % P
    c = 2 * one[3] * two[3] * D % P
    e = 2 * one[2] * two[2] % P
    f, g, h, i = b - a, e - c, e + c, b + a
    return (f * g % P, h * i % P, g * h % P, f * i % P)


def times(number: int, point):
    """Return a point added to itself `number` times."""
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = add(total, point)
        point = add(point, point)
        number >>= 1
    return total


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the signature is this key's over the message. RFC 8032 section 5.1.7."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = decompress(public), decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = times(scalar, BASE), add(nonce, times(challenge, key))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (
        left[1] * right[2] - right[1] * left[2]
    ) % P == 0


# ---- time stamps (RFC 3161), as far as they can be read without knowing whom to trust

HASH_OIDS = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
TST_INFO = bytes.fromhex("2a864886f70d0109100104")  # 1.2.840.113549.1.9.16.1.4
MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")  # 1.2.840.113549.1.9.4
Stamp = collections.namedtuple("Stamp", "size at token path")


def der(raw: bytes) -> list[tuple[int, bytes]]:
    """Return the (tag, content) pairs that follow one another in DER; Unreadable when they do not. X.690 section 8.1."""
    found, at = [], 0
    while at < len(raw):
        tag, length, at = raw[at], raw[at + 1] if at + 1 < len(raw) else 0x80, at + 2
        if length >= 0x80:
            octets = length - 0x80
            length, at = int.from_bytes(raw[at : at + octets], "big"), at + octets
            if not 0 < octets <= 4:
                raise Unreadable("is not DER")
        if tag & 0x1F == 0x1F or at + length > len(raw):
            raise Unreadable("is not DER")
        found.append((tag, raw[at : at + length]))
        at += length
    return found


def within(raw: bytes, *path: int) -> list[tuple[int, bytes]]:
    """Return what a DER value contains, following places: `within(raw, 1, 0)` is inside the second's first."""
    inside = der(raw)
    for place in path:
        if place >= len(inside):
            raise Unreadable("lacks a part")
        inside = der(inside[place][1])
    return inside


def read_stamp(raw: bytes, stamped: bytes) -> str:
    """Return when an authority says that it saw `stamped`, a UTC second; Unreadable when the token does not say so.

    RFC 3161 section 2.4.2. The signature is not checked here: that needs the authority's certificate.
    """
    try:
        signed = within(raw, 0, 1, 1, 0)  # TimeStampResp → ContentInfo → SignedData
        kind, content = within(signed[2][1])[:2]
        info = der(content[1])[0][1]
        if kind[1] != TST_INFO:
            raise Unreadable("is no time stamp")
        _version, _policy, imprint, _serial, moment = within(info, 0)[:5]
        name = HASH_OIDS[within(imprint[1], 0)[0][1]]
        if der(imprint[1])[1][1] != hashlib.new(name, stamped).digest():
            raise Unreadable("is a stamp on something else")
        signer = within(signed[-1][1], 0)
        digest = HASH_OIDS[within(signer[2][1])[0][1]]
        said = [der(der(one)[1][1])[0][1] for _, one in der(signer[3][1]) if der(one)[0][1] == MESSAGE_DIGEST]
        if said != [hashlib.new(digest, info).digest()]:
            raise Unreadable("was changed: what was signed is not what it says")
        shape = re.fullmatch(
            rb"([0-9]{4})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{2})(?:\.[0-9]+)?Z", moment[1]
        )
        at = "{}-{}-{}T{}:{}:{}Z".format(*(part.decode() for part in shape.groups())) if shape else None
    except (IndexError, KeyError, ValueError):
        raise Unreadable("is no time stamp that can be read") from None
    if precision(at) is None:
        raise Unreadable("has no time")
    return at


# ---- notes, keys, checkpoints, policy

Key = collections.namedtuple("Key", "name kind raw key_id")
Checkpoint = collections.namedtuple("Checkpoint", "origin size root text lines raw")
Policy = collections.namedtuple("Policy", "logs witnesses groups quorum")


def decode64(text: str) -> bytes:
    """Return the bytes of base64 in its one spelling."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("is not base64") from None
    if base64.b64encode(raw).decode() != text:
        raise Unreadable("is not base64 in its one spelling")
    return raw


def parse_key(text: str) -> Key:
    """Return the key of a vkey string. C2SP signed-note, "Verifier keys"."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Unreadable("is not a key string")
    material = decode64(parts[2])
    key_id = hashlib.sha256(parts[0].encode("utf-8", "surrogateescape") + b"\n" + material).digest()[:4]
    if key_id.hex() != parts[1] or len(material) < 2:
        raise Unreadable(f"has an identifier that is not its own ({parts[0]})")
    return Key(parts[0], material[0], material[1:], key_id)


def parse_checkpoint(raw: bytes) -> Checkpoint:
    """Return the parts of a signed checkpoint, unchecked. C2SP signed-note and tlog-checkpoint."""
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8") from None
    head, gap, tail = decoded.rpartition("\n\n")
    fields = head.split("\n")
    if not gap or not tail.endswith("\n") or len(fields) < 3 or not all(fields):
        raise Unreadable("is not a checkpoint")
    if any(sign < " " and sign != "\n" for sign in decoded):
        raise Unreadable("has control characters")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", fields[1]):
        raise Unreadable("has no size")
    root = decode64(fields[2])
    if len(root) != HASH:
        raise Unreadable("has no root hash")
    lines = []
    for line in tail[:-1].split("\n", MAX_SIGNATURES):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Unreadable("has a malformed signature line")
        signature = decode64(words[2])
        lines.append((words[1], signature[:4], signature[4:]))
    return Checkpoint(fields[0], int(fields[1]), root, head + "\n", lines, raw)


def signature_holds(key: Key, checkpoint: Checkpoint, signature: bytes) -> bool | None:
    """Return whether one line holds; None when its type cannot be checked on this machine."""
    text = checkpoint.text.encode()
    if key.kind == 0x01:
        return ed25519_holds(key.raw, text, signature)
    at = int.from_bytes(signature[:8], "big")
    if key.kind == 0x04:
        message = b"cosignature/v1\ntime %d\n" % at + text
        return len(signature) == 72 and ed25519_holds(key.raw, message, signature[8:])
    if key.kind == 0x06:
        return mldsa44_holds(key, checkpoint, at, signature)
    return None


def mldsa44_holds(key: Key, checkpoint: Checkpoint, at: int, signature: bytes) -> bool | None:
    """Return whether a post-quantum line holds; None where `cryptography` is not installed."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
    except ImportError:
        return None
    name, origin = key.name.encode(), checkpoint.origin.encode()
    if len(signature) != 2428 or len(name) > 255 or len(origin) > 255:
        return False
    message = b"subtree/v1\n\0" + bytes([len(name)]) + name + at.to_bytes(8, "big")
    message += bytes([len(origin)]) + origin + bytes(8) + checkpoint.size.to_bytes(8, "big") + checkpoint.root
    try:
        MLDSA44PublicKey.from_public_bytes(key.raw).verify(signature[8:], message)
    except (InvalidSignature, ValueError):
        return False
    return True


def parse_policy(raw: bytes) -> Policy:
    """Return a policy file's logs, witnesses, groups and quorum. C2SP tlog-policy."""
    policy, used = Policy([], {}, {}, []), set()
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        words = line.split()
        names = {*policy.witnesses, *policy.groups, "none"}
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            policy.logs.append(parse_key(words[1]))
        elif words[0] == "witness" and len(words) in (3, 4) and words[1] not in names:
            policy.witnesses[words[1]] = parse_key(words[2])
        elif words[0] == "group" and len(words) > 3 and words[1] not in names:
            policy.groups[words[1]] = parse_group(words, names - used - {"none"})
            used.update(words[3:])
        elif words[0] == "quorum" and len(words) == 2 and words[1] in names and not policy.quorum:
            policy.quorum.append(words[1])
        else:
            raise Unreadable(f"has a line that is not understood: {line.strip()}")
    if not policy.quorum:
        raise Unreadable("has no quorum line")
    keys = [key.raw for key in policy.witnesses.values()]
    if len(set(keys)) != len(keys):
        raise Unreadable("counts one witness key twice")
    return policy


def parse_group(words: list[str], free: set) -> tuple[int, list]:
    """Return how many of which members a group line asks for; a member is counted once in all."""
    members = words[3:]
    if not set(members) <= free or len(set(members)) != len(members):
        raise Unreadable(f"counts a member that is unknown or counted already: {' '.join(words)}")
    needed = {"any": "1", "all": str(len(members))}.get(words[2], words[2])
    if not re.fullmatch("[1-9][0-9]{0,3}", needed) or int(needed) > len(members):
        raise Unreadable(f"asks for more than there are: {' '.join(words)}")
    return int(needed), members


def quorum_met(policy: Policy, names: set) -> bool:
    """Return whether these witnesses are enough."""
    met = set(names)
    for name, (needed, members) in policy.groups.items():
        if sum(member in met for member in members) >= needed:
            met.add(name)
    return policy.quorum == ["none"] or set(policy.quorum) <= met


# ---- time and documents


def last_sunday(year: int, month: int) -> datetime.date:
    day = datetime.date(year, month, 31)
    return day - datetime.timedelta(days=(day.weekday() + 1) % 7)


@functools.lru_cache(maxsize=4096)
def oslo_date(hour: str) -> str:
    """Return the date in Oslo of a UTC hour like 2026-11-23T10. Summer time: Directive 2000/84/EC, 01:00 UTC.

    >>> oslo_date("2026-11-23T23"), oslo_date("2026-07-01T21"), oslo_date("2026-07-01T22")
    ('2026-11-24', '2026-07-01', '2026-07-02')
    """
    at = datetime.datetime(int(hour[:4]), int(hour[5:7]), int(hour[8:10]), int(hour[11:13]))
    start, end = (
        datetime.datetime.combine(last_sunday(at.year, month), datetime.time(1)) for month in (3, 10)
    )
    return (at + datetime.timedelta(hours=2 if start <= at < end else 1)).date().isoformat()


@functools.lru_cache(maxsize=4096)
def is_date(text: str) -> bool:
    """Return whether `text` is a day of the calendar in 2000 to 2199, written YYYY-MM-DD."""
    try:
        return bool(
            re.fullmatch(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", text) and datetime.date.fromisoformat(text)
        )
    except ValueError:
        return False


TIME_OF_DAY = re.compile(r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z").fullmatch


def precision(at: object) -> str | None:
    """Return "date", "second", or None for what is no time."""
    if not isinstance(at, str):
        return None
    if len(at) == 10:
        return "date" if is_date(at) else None
    return "second" if len(at) == 20 and is_date(at[:10]) and TIME_OF_DAY(at[10:]) else None


def day_of(at: str) -> str:
    """Return the date in Oslo of an entry's time, whichever its precision."""
    return at if len(at) == 10 else oslo_date(at[:13])


def seconds_of(at: str) -> int:
    """Return the POSIX seconds of a UTC second."""
    moment = datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ")
    return int(moment.replace(tzinfo=datetime.timezone.utc).timestamp())


def is_before(at: str, moment: int) -> bool:
    """Return whether an entry's time, a date or a second, is before a moment by more than clocks may differ."""
    limit = utc(max(0, moment - SKEW))
    return at < limit if len(at) == 20 else at < oslo_date(limit[:13])


def utc(at: int) -> str:
    """Return POSIX seconds in the form of an entry's time; a witness may claim any number."""
    return datetime.datetime.fromtimestamp(min(at, 2**32), datetime.timezone.utc).strftime(
        "%Y-%m-%dT%H:%M:%SZ"
    )


def refuse_number(text: str) -> None:
    raise ValueError(f"{text} is no integer")


DECODER = json.JSONDecoder(parse_float=refuse_number, parse_constant=refuse_number)
ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parse_canonical(raw: bytes) -> object:
    """Return the value of canonical JSON (RFC 8785: ASCII keys, integers only); ValueError when it is not.

    With such keys and numbers, sorting and the library's escapes are those of the RFC, so what does not
    encode back to the same bytes is not canonical; a key given twice is found by the same comparison.
    """
    try:
        value = DECODER.decode(raw.decode("utf-8"))
        if ENCODER.encode(value).encode("utf-8") != raw:
            raise ValueError("not in canonical form")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


HEX32 = re.compile("[0-9a-f]{32}").fullmatch
HEX64 = re.compile("[0-9a-f]{64}").fullmatch
CODE = re.compile("[a-z0-9_.-]{1,40}").fullmatch
ROLE = re.compile("[a-z0-9_.-]{0,40}").fullmatch
MEASURE = re.compile("[0-9A-Za-z_.-]{1,40}").fullmatch
LARGEST = 2**53 - 1


def is_text(pattern) -> typing.Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(pattern(value))


def is_integer(value: object) -> bool:
    return type(value) is int and -LARGEST <= value <= LARGEST


TYPES: dict[str, typing.Callable[[object], bool]] = {
    "hash": is_text(HEX64),
    "ref": is_text(HEX32),
    "int": is_integer,
    "size": lambda value: is_integer(value) and value >= 0,
    "date": lambda value: isinstance(value, str) and is_date(value),
    "code": is_text(CODE),
    "codes": lambda value: (
        isinstance(value, list) and all(isinstance(one, str) and CODE(one) for one in value)
    ),
    "text64": is_text(re.compile("[ -~]{0,64}").fullmatch),
    "key": is_text(re.compile("[ -~]{1,200}").fullmatch),
}


class Event(typing.NamedTuple):
    """What the registry says about one act, ready for checking."""

    log: str
    at: str
    required: frozenset
    allowed: dict
    measures: list | None


def compile_registry(document: object) -> dict[str, Event]:
    """Return act → Event; ValueError when the document is not a registry."""
    if (
        not isinstance(document, dict)
        or document.get("v") != 1
        or not isinstance(document.get("events"), dict)
    ):
        raise ValueError("not a registry of version 1")
    events = {}
    for act, spec in document["events"].items():
        fields = spec.get("d", {}) if isinstance(spec, dict) else None
        measures = spec.get("measures", []) if isinstance(spec, dict) else None
        if (
            not isinstance(fields, dict)
            or not isinstance(measures, list)
            or spec.get("log") not in ("desk", "channel", "both")
            or spec.get("at") not in ("date", "second", "either")
            or not all(isinstance(kind, str) and kind.rstrip("?") in TYPES for kind in fields.values())
            or not all(isinstance(one, str) for one in measures)
        ):
            raise ValueError(f"event {act} is malformed")
        required = frozenset(name for name, kind in fields.items() if not kind.endswith("?"))
        allowed = {name: kind.rstrip("?") for name, kind in fields.items()}
        events[act] = Event(
            spec["log"], spec["at"], required, allowed, None if "*" in measures else sorted(measures)
        )
    return events


# ---- one entry


def is_codes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and MEASURE(one) for one in value)


#: What each field of an entry must be: field, kind of the fault, words, check.
SHAPE = (
    ("v", "entry.version", "its version is not 1", lambda value: type(value) is int and value == 1),
    (
        "actor",
        "entry.actor",
        "its actor is no pseudonym",
        is_text(re.compile("[0-9a-f]{32}|reporter|system").fullmatch),
    ),
    ("role", "entry.role", "its role is no code", is_text(ROLE)),
    ("case", "entry.case", "its case is no reference", lambda value: value is None or TYPES["ref"](value)),
    ("n", "entry.nonce", "its nonce is not 32 hexadecimal digits", TYPES["ref"]),
    ("pv", "entry.plan", "its plan version is no hash", lambda value: value is None or TYPES["hash"](value)),
    ("at", "entry.time", "its time is no date and no UTC second", precision),
    ("m", "entry.measures", "its measures are no list of codes", is_codes),
    ("d", "entry.detail", "its detail is no object", lambda value: isinstance(value, dict)),
    ("act", "entry.act", "its act is no word", lambda value: isinstance(value, str)),
)
FIELDS = {field for field, _, _, _ in SHAPE}


def shape_faults(entry: object) -> typing.Iterator[tuple[str, str]]:
    """What is wrong with an entry whatever the registry says."""
    if not isinstance(entry, dict) or set(entry) != FIELDS:
        yield "entry.fields", "it has not the fields of an entry"
        return
    for field, kind, words, holds in SHAPE:
        if not holds(entry[field]):
            yield kind, words


def registry_faults(entry: dict, log: str, registry: dict[str, Event]) -> typing.Iterator[tuple[str, str]]:
    """What is wrong with a well-shaped entry by the registry in force."""
    event = registry.get(entry["act"])
    if event is None:
        yield "entry.act", f"its act {entry['act'][:60]!r} is not in the registry in force"
        return
    if event.log not in (log, "both"):
        yield "entry.wrong_log", f"{entry['act']} belongs in the log {event.log}"
    if event.at not in (precision(entry["at"]), "either"):
        yield "entry.precision", f"{entry['act']} carries a {event.at}, this is {entry['at']}"
    detail = entry["d"]
    allowed = event.allowed
    for name, value in detail.items():
        if name not in allowed:
            yield "entry.detail", f"{entry['act']} may not carry {name[:60]!r}"
        elif not TYPES[allowed[name]](value):
            yield "entry.detail", f"{name} is no {allowed[name]}"
    if not event.required <= detail.keys():
        yield "entry.detail", f"{entry['act']} lacks {', '.join(sorted(event.required - detail.keys()))}"
    if event.measures is not None and sorted(entry["m"]) != event.measures:
        yield "entry.measures", f"{entry['act']} is evidence for {event.measures}, it claims {entry['m']}"


class Order:
    """Times must not go back: seconds against seconds, dates (in Oslo) against dates."""

    def __init__(self, second: str = "", day: str = "") -> None:
        self.second, self.day = second, day

    def fault(self, at: str) -> str | None:
        """Return what is wrong with the next time, and remember it."""
        day = day_of(at)
        exact = len(at) == 20
        found = None
        if day < self.day:
            found = f"its time {at} is before {self.day}, which an earlier entry has"
        elif exact and at < self.second:
            found = f"its time {at} is before {self.second}, which an earlier entry has"
        self.day = max(self.day, day)
        if exact:
            self.second = max(self.second, at)
        return found


# ---- a chunk of bundles


class Task(typing.NamedTuple):
    """What one process checks at a time: consecutive bundles of one log.

    `tiles` holds (number, width, width of the bundle's file, width of the hash tile's file), 0 for a file
    that is not there. `registries` and `plans` hold what was adopted: (index, compiled registry) and (index,
    hash).
    """

    log: str
    directory: pathlib.Path
    tiles: list
    meaning: bool
    registries: list
    plans: list


PARTED = (
    "case.shredded",
    "item.removed",
)  # acts whose parts are entries of their own, one right after the other
RARE = ("log.anchor", "log.stamped", "case.shredded")  # what is compared with other entries


class Chunk:
    """What was found in one task."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.tiles: list = []  # (number, root by the tile, root by the entries, differences, positions)
        self.edge: tuple | None = None  # hashes of the last, partial tile: by the tile, by the entries
        self.nonces = bytearray()
        self.first_index = 0
        self.first = ("", "")  # (second, day) where the chunk begins
        self.order = Order()
        self.order_faults: list[Fault] = []
        self.measures: dict[str, list] = {}  # measure → [count, first at, first index, last at, last index]
        self.clock: list = []  # (act, index, case, day)
        self.rare: dict[str, list] = {act: [] for act in RARE}  # act → (index, case, detail, at)
        self.stakes: list = []  # (index, act, case, detail) of approvals and of what was done on one
        self.desk_sizes: list = []  # (index, size)
        self.acts = 0


def check_chunk(task: Task, order: Order | None = None) -> Chunk:
    """Check the bundles of one task against their hash tiles, and each entry for its meaning."""
    chunk = Chunk()
    chunk.order = order or Order()
    chunk.first_index = task.tiles[0][0] * WIDTH if task.tiles else 0
    for number, width, bundle_width, tile_width in task.tiles:
        entries = read_bundle(chunk, task, number, width, bundle_width)
        hashes = read_hashes(chunk, task, number, width, tile_width)
        leaves = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
        compare_tile(chunk, number, width, leaves, hashes)
        if bundle_width >= width != len(leaves) and (
            hashes is None or not leaves
        ):  # nothing to align them with
            first, last = number * WIDTH, number * WIDTH + width - 1
            text = (
                f"{tile_path('entries', number, bundle_width)} holds {len(leaves)} entries, {width} are due"
            )
            chunk.faults.append(Fault(task.log, min(first + len(leaves), last), last, "bundle.count", text))
        if task.meaning:
            check_meaning(chunk, task, number * WIDTH, entries[:width])
            chunk.nonces.extend(bytes(16 * (width - len(entries[:width]))))
    return chunk


def read_bundle(chunk: Chunk, task: Task, number: int, width: int, file_width: int) -> list:
    """Return a bundle's entries; what cannot be read is a fault; missing ones are found by comparing."""
    if not file_width:
        return []
    first, last = number * WIDTH, number * WIDTH + width - 1
    path = tile_path("entries", number, file_width)
    try:
        entries, whole = unpack(read_file(task.directory / path, MAX_BUNDLE))
    except Unreadable as error:
        chunk.faults.append(Fault(task.log, first, last, "bundle.unreadable", f"{path} {error}"))
        return []
    if not whole:
        at = min(first + len(entries), last)
        chunk.faults.append(Fault(task.log, at, last, "bundle.torn", f"{path} ends within an entry"))
    return entries[:width] if file_width > width else entries


def read_hashes(chunk: Chunk, task: Task, number: int, width: int, file_width: int) -> list | None:
    """Return the leaf hashes of a level-0 tile, None when they cannot be read."""
    if not file_width:
        return None
    first, last = number * WIDTH, number * WIDTH + width - 1
    path = tile_path("0", number, file_width)
    try:
        raw = read_file(task.directory / path, WIDTH * HASH)
        if len(raw) != file_width * HASH:
            raise Unreadable(f"has {len(raw)} bytes, {file_width * HASH} are due")
    except Unreadable as error:
        chunk.faults.append(Fault(task.log, first, last, "tile.unreadable", f"{path} {error}"))
        return None
    return cut(raw)[:width]


def compare_tile(chunk: Chunk, number: int, width: int, leaves: list, hashes: list | None) -> None:
    """Note the roots of a tile by its hashes and by its entries, and where the two differ."""
    complete = len(leaves) == width
    by_tile = root_of(hashes) if hashes is not None and len(hashes) == width else None
    if width < WIDTH:
        chunk.edge = (hashes if by_tile else None, leaves if complete else None)
    if leaves == hashes:
        chunk.tiles.append((number, by_tile, by_tile, (), ()))
        return
    by_entries = root_of(leaves) if complete else None
    differences = differing(number * WIDTH, leaves, hashes) if by_tile and leaves else ()
    positions = [number * WIDTH + k for k, (a, b) in enumerate(zip(leaves, hashes or ())) if a != b]
    chunk.tiles.append((number, by_tile, by_entries, differences, positions))


def differing(first: int, leaves: list, hashes: list) -> list:
    """Return (kind, index, found hash, due hash) for each entry that is not as its hash tile says.

    With as many entries as hashes they are compared place by place; otherwise the two rows are aligned first,
    so that one entry taken out is one fault and not two hundred.
    """
    if len(leaves) == len(hashes):
        pairs = enumerate(zip(leaves, hashes), first)
        return [("entry.altered", index, found, due) for index, (found, due) in pairs if found != due]
    differences = []
    matcher = difflib.SequenceMatcher(None, hashes, leaves, autojunk=False)
    for operation, due_from, due_to, found_from, found_to in matcher.get_opcodes():
        if operation == "equal":
            continue
        both = min(due_to - due_from, found_to - found_from)
        for k in range(both):
            differences.append(
                ("entry.altered", first + due_from + k, leaves[found_from + k], hashes[due_from + k])
            )
        for k in range(due_from + both, due_to):
            differences.append(("entry.missing", first + k, b"", hashes[k]))
        for k in range(found_from + both, found_to):
            differences.append(("entry.inserted", first + k, leaves[k], b""))
    return differences


def check_meaning(chunk: Chunk, task: Task, first: int, entries: list) -> None:
    """Hold entries against the registry and the plan in force at their place; gather what they count for."""
    registry_starts = [index for index, _ in task.registries]
    plan_starts = [index for index, _ in task.plans]
    for index, raw in enumerate(entries, first):
        nonce = bytes(16)
        try:
            if len(raw) > MAX_ENTRY:
                raise ValueError(f"longer than {MAX_ENTRY} bytes")
            entry = parse_canonical(raw)
        except ValueError as error:
            chunk.faults.append(Fault(task.log, index, None, "entry.form", f"it is {error}"))
            chunk.nonces += nonce
            continue
        wrong = list(shape_faults(entry))
        if isinstance(entry, dict) and isinstance(entry.get("n"), str) and HEX32(entry["n"]):
            nonce = bytes.fromhex(entry["n"])
        chunk.nonces += nonce
        if not wrong:
            place = bisect.bisect_right(registry_starts, index)
            if not place:
                wrong.append(("registry.none", "no registry was adopted before it"))
            elif task.registries[place - 1][1] is not None:
                wrong += registry_faults(entry, task.log, task.registries[place - 1][1])
            place = bisect.bisect_right(plan_starts, index)
            in_force = task.plans[place - 1][1] if place else None
            if entry["pv"] != in_force:
                wrong.append(("entry.plan", f"it names the plan {entry['pv']}, in force was {in_force}"))
            gather(chunk, task.log, index, entry)
        chunk.faults += [Fault(task.log, index, None, kind, text) for kind, text in wrong]


def gather(chunk: Chunk, log: str, index: int, entry: dict) -> None:
    """Take from a well-shaped entry what is compared with other entries."""
    at, act, detail = entry["at"], entry["act"], entry["d"]
    if not chunk.first[1]:
        chunk.first = (at if len(at) == 20 else "", day_of(at))
    elif not chunk.first[0] and len(at) == 20:
        chunk.first = (at, chunk.first[1])
    back = chunk.order.fault(at)
    if back:
        chunk.order_faults.append(Fault(log, index, None, "time.backwards", back))
    for measure in entry["m"]:
        tally = chunk.measures.setdefault(measure, [0, at, index, at, index])
        tally[0] += 1
        tally[3:] = at, index
    if act in ("report.received", "report.acknowledged"):
        chunk.clock.append((act, index, entry["case"], day_of(at)))
    elif act in RARE:
        chunk.rare[act].append((index, entry["case"], detail, at))
    if act in ("act.approved", "act.ended") or "approval" in detail:
        chunk.stakes.append((index, act, entry["case"], detail))
    if log == "channel" and TYPES["size"](detail.get("desk_size")):
        chunk.desk_sizes.append((index, detail["desk_size"]))


# ---- one log's tree


class Tree:
    """The hash tiles of a log, and the roots that the entries themselves give."""

    def __init__(self, log: str, directory: pathlib.Path, size: int, files: dict, faults: list) -> None:
        self.log, self.directory, self.size, self.files, self.faults = log, directory, size, files, faults
        self.by_tile: dict[int, bytes] = {}
        self.by_entries: dict[int, bytes] = {}
        self.edge: tuple = ([], [])
        self.levels = 1
        while size >> 8 * self.levels:
            self.levels += 1
        self.claimed: list[list] = [[]]
        self.above_tiles: list[list] = [[]]
        self.above_entries: list[list] = [[]]
        self.known: list[list] = [[None] * self.count(level) for level in range(self.levels)]
        self.fits = False
        self.kept: tuple = (-1, [])

    def count(self, level: int) -> int:
        return self.size >> 8 * level

    def file_for(self, level: str, number: int, width: int) -> int:
        """Return the width of the file to read a tile from: its own, the full, else the widest, else 0."""
        widths = self.files.get(level, {}).get(number, ())
        return width if width in widths else WIDTH if WIDTH in widths else max(widths, default=0)

    def span(self, level: int, number: int) -> tuple[int, int]:
        """Return the first and last entry under a tile."""
        first = number * WIDTH ** (level + 1)
        return first, min(self.size, first + WIDTH ** (level + 1)) - 1

    def take(self, chunks: typing.Iterable[Chunk]) -> None:
        """Remember the roots the chunks found."""
        for chunk in chunks:
            for number, by_tile, by_entries, _, _ in chunk.tiles:
                if by_tile:
                    self.by_tile[number] = by_tile
                if by_entries:
                    self.by_entries[number] = by_entries
            if chunk.edge:
                self.edge = chunk.edge

    def read(self) -> None:
        """Read the tiles above level 0, and compute what they should be from below."""
        for level in range(1, self.levels):
            self.claimed.append(self.read_level(level))
            below = range(self.count(level))
            if level == 1:
                self.above_tiles.append([self.by_tile.get(number) for number in below])
                self.above_entries.append([self.by_entries.get(number) for number in below])
            else:
                self.above_tiles.append([whole_root(self.claimed[level - 1], number) for number in below])
                self.above_entries.append(
                    [whole_root(self.above_entries[level - 1], number) for number in below]
                )

    def read_level(self, level: int) -> list:
        hashes: list = []
        for number in range((self.count(level) + WIDTH - 1) // WIDTH):
            width = min(WIDTH, self.count(level) - number * WIDTH)
            there = self.file_for(str(level), number, width)
            path, (first, last) = tile_path(str(level), number, there or width), self.span(level, number)
            try:
                if there < width:
                    raise Unreadable("is missing")
                raw = read_file(self.directory / path, WIDTH * HASH)
                if len(raw) != there * HASH:
                    raise Unreadable(f"has {len(raw)} bytes, {there * HASH} are due")
                hashes += cut(raw)[:width]
            except Unreadable as error:
                self.faults.append(Fault(self.log, first, last, "tile.unreadable", f"{path} {error}"))
                hashes += [None] * width
        return hashes

    def authenticate(self, root: bytes) -> None:
        """Find, from the signed root downwards, which hashes were signed; `fits` says whether any were.

        The last tile of each level, together, make the root. For each of them the file's word is tried first,
        then what the tiles below give, then what the entries give: so it can be told which file was changed.
        """
        rows = []
        for level in range(self.levels):
            start = self.count(level) // WIDTH * WIDTH
            words = self.edge if level == 0 else [
                row[level][start:] for row in (self.claimed, self.above_tiles, self.above_entries)
            ]  # fmt: skip
            if level == 0 and not self.size % WIDTH:
                words = ([],)
            usable = [tuple(word) for word in words if word is not None and None not in word]
            rows.append(list(dict.fromkeys(usable)))
        for choice in itertools.islice(itertools.product(*rows), 10_000):
            if edge_root(choice) == root:
                self.fits = True
                self.descend(choice)
                return

    def descend(self, edges: tuple) -> None:
        for level in range(self.levels - 1, -1, -1):
            start = self.count(level) // WIDTH * WIDTH
            self.known[level][start:] = edges[level]
            if level == 0:
                return
            if list(edges[level]) != self.claimed[level][start:]:
                self.tile_fault(level, start // WIDTH)
            for number in range(start // WIDTH):
                self.descend_tile(level, number)

    def descend_tile(self, level: int, number: int) -> None:
        part = slice(number * WIDTH, (number + 1) * WIDTH)
        due = self.known[level + 1][number]
        for row in (self.claimed, self.above_tiles, self.above_entries):
            if due is not None and whole_root(row[level], number) == due:
                self.known[level][part] = row[level][part]
                break
        if self.known[level][part] != self.claimed[level][part]:
            self.tile_fault(level, number)

    def tile_fault(self, level: int, number: int) -> None:
        width = min(WIDTH, self.count(level) - number * WIDTH)
        if None in self.claimed[level][number * WIDTH : number * WIDTH + width]:
            return  # reported as unreadable
        path = tile_path(str(level), number, self.file_for(str(level), number, width) or width)
        first, last = self.span(level, number)
        self.faults.append(Fault(self.log, first, last, "tile.altered", f"{path} is not as it was signed"))

    def unsigned_mismatches(self) -> None:
        """When nothing leads to the signed root: name the tiles that do not fit those above them."""
        for level in range(1, self.levels):
            for number, (claimed, below) in enumerate(zip(self.claimed[level], self.above_tiles[level])):
                if claimed is not None and below is not None and claimed != below:
                    first, last = self.span(level - 1, number)
                    text = f"{tile_path(str(level - 1), number)} does not fit the tile above it"
                    self.faults.append(Fault(self.log, first, last, "tile.mismatch", text))

    def root_at(self, size: int) -> bytes | None:
        """Return the root of the first `size` entries; None when the hashes it needs are gone or changed."""
        if not 0 < size <= self.size:
            return root_of([]) if size == 0 else None
        edges = []
        for level in range(self.levels):
            count = size >> 8 * level
            start = count // WIDTH * WIDTH
            row = self.leaves(start // WIDTH, count - start) if level == 0 else self.row(level)[start:count]
            if row is None or None in row:
                return None
            edges.append(row)
        return edge_root(edges)

    def row(self, level: int) -> list:
        """Return a level's hashes: the signed ones where a signature reaches, else what lies there."""
        if self.fits:
            return self.known[level]
        return [one or other for one, other in zip(self.claimed[level], self.above_tiles[level])]

    def leaves(self, number: int, width: int) -> list | None:
        """Return the first hashes of a level-0 tile; the last tile read is kept, as sizes come in order."""
        if not width:
            return []
        if self.kept[0] != number:
            self.kept = (number, self.read_leaves(number))
        return self.kept[1][:width] if len(self.kept[1]) >= width else None

    def read_leaves(self, number: int) -> list:
        """Return a level-0 tile as it was signed, from its file or its entries; none when neither is."""
        due = self.known[1][number] if self.fits and (number + 1) * WIDTH <= self.size else None
        if self.fits and due is None:
            return self.known[0][number * WIDTH :] if (number + 1) * WIDTH > self.size else []
        for level in ("0", "entries"):
            there = self.file_for(level, number, min(WIDTH, self.size - number * WIDTH))
            try:
                raw = read_file(self.directory / tile_path(level, number, there or WIDTH), MAX_BUNDLE)
            except Unreadable:
                continue
            hashes = cut(raw) if level == "0" else [leaf_hash(entry) for entry in unpack(raw)[0]]
            if due is None or root_of(hashes) == due:
                return hashes
        return []


def whole_root(row: list, number: int) -> bytes | None:
    """Return the root over 256 hashes of a level, None when one of them is not known."""
    part = row[number * WIDTH : (number + 1) * WIDTH]
    return None if len(part) < WIDTH or None in part else root_of(part)


def edge_root(rows: typing.Iterable) -> bytes:
    """Return the root from the last, partial tiles of all levels, level 0 first."""
    right: list = []
    for row in rows:
        if row or right:
            right = [root_of([*row, *right])]
    return root_of(right)


# ---- one log, whole


class Log:
    """One of the two logs: what was found in it, and what it says that concerns the other."""

    def __init__(self, name: str, directory: pathlib.Path, audit: Audit) -> None:
        self.name, self.directory, self.audit = name, directory, audit
        self.faults: list[Fault] = []
        self.notices: list[str] = []
        self.origin, self.signed_by, self.cosigned = "", [], {}
        self.checkpoint: Checkpoint | None = None
        self.older: list = []  # (source, size, root, latest cosignature time) of earlier ones that hold
        self.seen_at: dict[int, int] = {}  # size → when the first witness had seen it
        # SHA-256 of a kept checkpoint, signatures and all → its size, and when the last of its witnesses signed
        self.notes: dict[str, tuple] = {}
        self.anchored = 0  # how many kept checkpoints an entry names by that hash
        self.stamps: list[Stamp] = []
        self.files = inventory(directory)
        self.chunks: list[Chunk] = []
        self.registries: list = []
        self.plans: list = []
        self.size = 0
        self.older_held = 0

    def fault(self, index: int | None, kind: str, text: str, last: int | None = None) -> None:
        self.faults.append(Fault(self.name, index, last, kind, text))

    # ---- signatures

    def open_checkpoint(self) -> None:
        """Read the checkpoint and see who signed it; without one, go on with what lies there."""
        vkeys = self.read_vkeys()
        try:
            found = parse_checkpoint(read_file(self.directory / "checkpoint", MAX_NOTE))
        except Unreadable as error:
            self.fault(
                None, "checkpoint.unreadable", f"checkpoint {error}: nothing was promised about these entries"
            )
            self.origin = vkeys[0].name if vkeys else ""
            self.size = self.extent()
            return
        self.checkpoint, self.size = found, found.size
        self.origin = vkeys[0].name if vkeys else found.origin
        if found.origin != self.origin:
            self.fault(
                None, "checkpoint.origin", f"the checkpoint is of {found.origin}, the key of {self.origin}"
            )
        self.signed_by = self.judge(found, "checkpoint")
        self.cosigned = self.judge_witnesses(found, "checkpoint")

    def read_vkeys(self) -> list[Key]:
        """Return the keys in log.vkey; they must be in the policy, where there is one."""
        try:
            raw = read_file(self.directory / "log.vkey", MAX_NOTE).decode("utf-8", "replace")
            keys = [parse_key(line) for line in raw.splitlines() if line.strip()]
        except Unreadable as error:
            if self.audit.policy is None:
                self.fault(None, "key.unreadable", f"log.vkey {error}, and no policy names the log's key")
            return []
        if self.audit.policy is None:
            self.audit.log_keys += keys
        else:
            known = {(key.name, key.kind, key.raw) for key in self.audit.log_keys}
            for key in keys:
                if (key.name, key.kind, key.raw) not in known:
                    self.fault(
                        None, "key.unknown", f"log.vkey names a key of {key.name} that the policy does not"
                    )
        return keys

    def judge(self, found: Checkpoint, what: str) -> list:
        """Return the keys of the log whose signature on a checkpoint holds; faults for those that do not."""
        keys = {(key.name, key.key_id): key for key in self.audit.log_keys if key.name == self.origin}
        held, unchecked = [], []
        for name, key_id, signature in found.lines:
            key = keys.get((name, key_id))
            if key is None:
                continue
            answer = signature_holds(key, found, signature)
            if answer is None:
                unchecked.append(key)
            elif answer:
                held.append(key)
            else:
                self.fault(None, "checkpoint.signature", f"{what}: the signature of {name} does not hold")
        if unchecked:
            self.audit.notice(
                "post-quantum signatures were not checked: the package `cryptography` is not here"
            )
        if not held:
            self.fault(
                None,
                "checkpoint.unsigned",
                f"{what}: no key of {self.origin or 'this log'} that we know signed it",
            )
        return held

    def judge_witnesses(self, found: Checkpoint, what: str) -> dict:
        """Return who cosigned a checkpoint, and when; a fault when that is no quorum."""
        policy = self.audit.policy
        if policy is None:
            return {}
        by_identity = {(key.name, key.key_id): (name, key) for name, key in policy.witnesses.items()}
        cosigned = {}
        for name, key_id, signature in found.lines:
            witness, key = by_identity.get((name, key_id), (None, None))
            answer = signature_holds(key, found, signature) if key else None
            if answer:
                cosigned[witness] = int.from_bytes(signature[:8], "big")
            elif key and answer is False:
                self.fault(
                    None, "checkpoint.cosignature", f"{what}: the cosignature of {witness} does not hold"
                )
        if not quorum_met(policy, set(cosigned)):
            who = ", ".join(sorted(cosigned)) or "nobody"
            self.fault(
                None, "checkpoint.quorum", f"{what}: cosigned by {who}, which is no quorum of the policy"
            )
        return cosigned

    def open_older(self, older: list[tuple[str, bytes]]) -> None:
        """Judge the signatures on earlier checkpoints of this log, and keep those that hold."""
        for source, raw in older:
            try:
                found = parse_checkpoint(raw)
            except Unreadable as error:
                self.fault(None, "older.unreadable", f"{source} {error}")
                continue
            if found.origin != self.origin:
                self.fault(None, "older.stranger", f"{source} is of another log, {found.origin}")
                continue
            before = len(self.faults)
            held = self.judge(found, source)
            self.faults[before:] = [
                fault._replace(kind=fault.kind.replace("checkpoint", "older"))
                for fault in self.faults[before:]
            ]
            if held:
                times = self.judge_times(found, source)
                self.notes[hashlib.sha256(raw).hexdigest()] = (found.size, max(times, default=None))
                if times:
                    self.seen_at[found.size] = min([*times, self.seen_at.get(found.size, min(times))])
                self.older.append((source, found.size, found.root, max(times, default=0)))

    def judge_times(self, found: Checkpoint, what: str) -> list:
        """Return the times of the witnesses' cosignatures on an earlier checkpoint; a fault for false ones."""
        witnesses = self.audit.policy.witnesses.values() if self.audit.policy else ()
        keys = {(key.name, key.key_id): key for key in witnesses}
        times = []
        for name, key_id, signature in found.lines:
            answer = signature_holds(keys[name, key_id], found, signature) if (name, key_id) in keys else None
            if answer:
                times.append(int.from_bytes(signature[:8], "big"))
            elif answer is False:
                self.fault(None, "older.cosignature", f"{what}: the cosignature of {name} does not hold")
        return times

    def read_stamps(self) -> None:
        """Read the time stamps that were kept, each with the checkpoint it is about."""
        folder = self.directory / "timestamps"
        for path in sorted(folder.glob("*.tsr")) if folder.is_dir() else ():
            what = f"{self.name}/timestamps/{path.name}"
            try:
                raw, stamped = (
                    read_file(path, MAX_TOKEN),
                    read_file(path.with_suffix(".checkpoint"), MAX_NOTE),
                )
                at, size = read_stamp(raw, stamped), parse_checkpoint(stamped).size
            except Unreadable as error:
                self.fault(None, "stamp.unreadable", f"{what} {error}")
                continue
            self.stamps.append(Stamp(size, at, hashlib.sha256(raw).hexdigest(), what))

    # ---- what lies there

    def extent(self) -> int:
        """Return the number of entries for which a bundle or a hash tile lies in the directory."""
        ends = [0]
        for level in ("entries", "0"):
            for number in sorted(self.files.get(level, {}))[-1:]:
                ends.append(number * WIDTH + max(self.files[level][number]))
        return max(ends)

    def missing_files(self, tree: Tree) -> None:
        """Name the bundles and leaf tiles that the size asks for and that are not there, as ranges."""
        for level, kind in (("entries", "bundle.missing"), ("0", "tile.missing")):
            start = 0
            for number in [*sorted(n for n in self.files.get(level, {}) if n * WIDTH < self.size), None]:
                end = self.size if number is None else number * WIDTH
                if start < end:
                    what = "entries" if level == "entries" else "leaf hashes"
                    self.fault(
                        start, kind, f"the files with {what} {start} to {end - 1} are missing", end - 1
                    )
                if number is not None:
                    width = min(WIDTH, self.size - end)
                    start = end + min(width, tree.file_for(level, number, width))
        start = self.extent()
        if self.checkpoint and self.size > start:
            text = f"the signed size is {self.size}; of the entries from {start} on nothing is left"
            self.fault(start, "log.truncated", text, self.size - 1)

    def extra_files(self, tree: Tree) -> None:
        """Compare older partial tiles with what they were the beginning of; mention what nobody promised."""
        beyond = 0
        for level, numbers in self.files.items():
            height = 0 if level == "entries" else int(level)
            for number, widths in numbers.items():
                width = min(WIDTH, tree.count(height) - number * WIDTH)
                if width <= 0:
                    beyond += len(widths)
                    continue
                there = tree.file_for(level, number, width)
                for other in widths:
                    if other > max(width, there):
                        beyond += 1
                    elif other < there:
                        self.compare_beginning(tree, level, height, number, other, there)
        if beyond:
            self.notices.append(
                f"{beyond} file(s) lie beyond the signed size; nobody promised anything about them"
            )

    def compare_beginning(
        self, tree: Tree, level: str, height: int, number: int, width: int, there: int
    ) -> None:
        path, limit = tile_path(level, number, width), MAX_BUNDLE
        try:
            older = read_file(self.directory / path, limit)
            newer = read_file(self.directory / tile_path(level, number, there), limit)
        except Unreadable as error:
            self.fault(tree.span(height, number)[0], "tile.unreadable", f"{path} {error}")
            return
        count = len(unpack(older)[0]) if level == "entries" else len(older) / HASH
        if count == width and newer.startswith(older):
            return
        same = next((k for k in range(len(older)) if older[k : k + 1] != newer[k : k + 1]), len(older))
        offset = same // HASH if level != "entries" else len(unpack(older[:same])[0])
        index = tree.span(height, number)[0] + min(offset, width - 1) * WIDTH**height
        self.fault(
            index, "partial.differs", f"{path} is not the beginning of {tile_path(level, number, there)}"
        )

    def adoptions(self, tree: Tree) -> None:
        """Find where registries and plans were adopted, by a quick look into every bundle."""
        for number in sorted(self.files.get("entries", {})):
            width = min(WIDTH, tree.size - number * WIDTH)
            there = tree.file_for("entries", number, width)
            if width <= 0 or not there:
                continue
            try:
                raw = read_file(self.directory / tile_path("entries", number, there), MAX_BUNDLE)
            except Unreadable:
                continue  # reported when the bundle is checked
            if b'"act":"registry.adopted"' not in raw and b'"act":"plan.adopted"' not in raw:
                continue
            for index, entry in enumerate(unpack(raw)[0][:width], number * WIDTH):
                self.adoption(index, entry)

    def adoption(self, index: int, raw: bytes) -> None:
        if b'.adopted"' not in raw:
            return
        try:
            entry = parse_canonical(raw)
            act, digest = entry["act"], entry["d"]["hash"]
        except (ValueError, TypeError, KeyError):
            return  # its form is reported when it is checked
        if not isinstance(digest, str) or not HEX64(digest):
            return
        if act == "registry.adopted":
            document = self.audit.document("registry", digest, self, index)
            try:
                compiled = compile_registry(document) if document is not None else None
            except ValueError as error:
                self.fault(index, "registry.malformed", f"the registry adopted here is {error}")
                compiled = None
            self.registries.append((index, compiled, digest))
        elif act == "plan.adopted":
            self.audit.document("plan", digest, self, index)
            self.plans.append((index, digest))

    # ---- the whole

    def tasks(self, tree: Tree) -> list[Task]:
        """Return the work in pieces of consecutive bundles."""
        numbers = sorted({*self.files.get("entries", {}), *self.files.get("0", {})})
        tiles, tasks = [], []
        registries = [(index, compiled) for index, compiled, _ in self.registries]
        for number in numbers:
            width = min(WIDTH, tree.size - number * WIDTH)
            if width <= 0:
                break
            if tiles and (tiles[-1][0] != number - 1 or len(tiles) == BUNDLES_A_CHUNK):
                tasks.append(
                    Task(self.name, self.directory, tiles, self.audit.meaning, registries, self.plans)
                )
                tiles = []
            files = (tree.file_for("entries", number, width), tree.file_for("0", number, width))
            tiles.append((number, width, *files))
        if tiles:
            tasks.append(Task(self.name, self.directory, tiles, self.audit.meaning, registries, self.plans))
        return tasks

    def check(self) -> None:
        """Check everything that this log alone can show."""
        # A signed size far beyond what lies there must not make us build a tree of it.
        self.tree = Tree(
            self.name, self.directory, min(self.size, self.extent() + 1000 * WIDTH), self.files, self.faults
        )
        self.missing_files(self.tree)
        self.extra_files(self.tree)
        if self.audit.meaning:
            self.adoptions(self.tree)
        tasks = self.tasks(self.tree)
        self.chunks = list(self.audit.run(tasks))
        self.tree.take(self.chunks)
        self.tree.read()
        if self.checkpoint is not None and self.size == self.tree.size:
            self.tree.authenticate(self.checkpoint.root)
        if not self.tree.fits:
            self.tree.unsigned_mismatches()
        self.judge_tiles()
        if self.checkpoint is not None and not self.tree.fits:
            last = max(0, self.size - 1)
            text = "no reading of these entries and tiles leads to the signed root"
            self.fault(0, "root.mismatch", text, last)
        for chunk in self.chunks:
            self.faults += chunk.faults
        self.compare_older()
        if self.audit.meaning:
            self.check_order(tasks)
            self.check_times()

    def judge_tiles(self) -> None:
        """Say of every tile that is not as its entries are which of the two was changed."""
        differences = []
        for chunk in self.chunks:
            for number, by_tile, by_entries, differing_entries, positions in chunk.tiles:
                due = self.due_root(number)
                first, last = self.tree.span(0, number)
                path = tile_path("0", number)
                if due is not None and due not in (by_tile, by_entries) and None not in (by_tile, by_entries):
                    text = f"the entries {first} to {last} and their hashes ({path}) were changed together"
                    self.fault(first, "entries.rewritten", text, last)
                if due is not None and by_entries == due:
                    for index in positions:
                        self.fault(
                            index,
                            "tile.altered",
                            f"its hash in {path} was changed; the entry is as it was signed",
                        )
                else:
                    differences += differing_entries
        belongs = {due: index for kind, index, _, due in differences if due}
        for kind, index, found, _ in differences:
            if found in belongs and belongs[found] != index:
                self.fault(index, "entry.moved", f"the entry that stands here belongs at {belongs[found]}")
            elif kind == "entry.altered":
                self.fault(index, kind, "its bytes are not those that were signed")
            elif kind == "entry.missing":
                self.fault(index, kind, "the entry was taken out")
            else:
                self.fault(index, kind, "an entry stands here that was never signed")

    def due_root(self, number: int) -> bytes | None:
        """Return the signed root of a level-0 tile, None when it cannot be known."""
        if (number + 1) * WIDTH <= self.tree.size:
            return self.tree.known[1][number]
        part = self.tree.known[0][number * WIDTH :]
        return root_of(part) if part and None not in part else None

    def compare_older(self) -> None:
        """Hold this log against every earlier checkpoint: nothing shorter, and the same beginning."""
        held, broken = 0, []
        for source, size, root, _ in sorted(self.older, key=lambda one: one[1]):
            if size > self.size:
                text = f"{source} promised {size} entries, now there are {self.size}: the log was rolled back"
                self.fault(self.size, "history.rolled_back", text, size - 1)
                continue
            found = self.tree.root_at(size)
            if found is None:
                self.fault(
                    None,
                    "history.unknown",
                    f"{source} cannot be compared: the hashes it rests on are gone or changed",
                )
            elif found == root and not broken:
                held = size
                self.older_held += 1
            elif found == root:
                self.older_held += 1
            else:
                broken.append((source, size))
        for source, size in broken[:1]:
            text = f"the entries {held} to {size - 1} are not those that {source} promised: another history"
            self.fault(held, "history.forked", text, size - 1)
        for source, size in broken[1:]:
            text = f"{source} promised another history of the first {size} entries as well"
            self.fault(held, "history.forked", text, size - 1)

    def check_order(self, tasks: list[Task]) -> None:
        """Times do not go back; a chunk that begins too early is looked at again, knowing the past."""
        second, day = "", ""
        for chunk, task in zip(self.chunks, tasks):
            if (chunk.first[1] and chunk.first[1] < day) or (chunk.first[0] and chunk.first[0] < second):
                chunk.order_faults = check_chunk(task, Order(second, day)).order_faults
            self.faults += chunk.order_faults
            second, day = max(second, chunk.order.second), max(day, chunk.order.day)

    def check_times(self) -> None:
        """No entry may be later than the witnesses' word on a checkpoint that covers it."""
        covers = [(size, at) for _, size, _, at in self.older if at]
        covers += [(one.size, seconds_of(one.at)) for one in self.stamps]
        if self.checkpoint and self.cosigned:
            covers.append((self.size, max(self.cosigned.values())))
        covers = [(size, at) for size, at in sorted(covers) if 0 < size <= self.tree.size]
        previous = 0
        for size, at in covers:
            limit = utc(at + SKEW)
            for index, late in self.later_than(limit, previous, size):
                text = f"its time {late} is after {limit}, when witnesses had seen it already"
                self.fault(index, "time.future", text)
            previous = size

    def about(self, cases: set) -> typing.Iterator[tuple[int, str, str]]:
        """Yield (index, case, time) of the entries about these cases."""
        names = re.compile(rb'"case":"([0-9a-f]{32})"')
        wanted = {case.encode() for case in cases}
        for number in sorted(self.files.get("entries", {})):
            width = min(WIDTH, self.tree.size - number * WIDTH)
            there = self.tree.file_for("entries", number, width) if width > 0 else 0
            try:
                raw = (
                    read_file(self.directory / tile_path("entries", number, there), MAX_BUNDLE)
                    if there
                    else b""
                )
            except Unreadable:
                continue  # reported when the bundle was checked
            if wanted.isdisjoint(names.findall(raw)):
                continue
            for index, entry in enumerate(unpack(raw)[0][:width], number * WIDTH):
                found = names.search(entry)
                if found and found[1] in wanted:
                    yield index, found[1].decode(), time_in(entry) or ""

    def later_than(self, limit: str, start: int, end: int) -> typing.Iterator[tuple[int, str]]:
        """Yield the entries start..end-1 with a time after `limit`; opens only bundles that have one."""
        day = day_of(limit)
        for chunk in self.chunks:
            if chunk.order.second <= limit and chunk.order.day <= day:
                continue
            for number, *_ in chunk.tiles:
                first = number * WIDTH
                if first >= end or first + WIDTH <= start:
                    continue
                there = self.tree.file_for("entries", number, min(WIDTH, self.tree.size - first))
                try:
                    raw = read_file(self.directory / tile_path("entries", number, there), MAX_BUNDLE)
                except Unreadable:
                    continue
                for index, entry in enumerate(unpack(raw)[0], first):
                    at = time_in(entry) if start <= index < end else None
                    if at and (at > limit if len(at) == 20 else at > day):
                        yield index, at


def time_in(raw: bytes) -> str | None:
    """Return an entry's time when it has one."""
    try:
        entry = parse_canonical(raw)
    except ValueError:
        return None
    at = entry.get("at") if isinstance(entry, dict) else None
    return at if precision(at) else None


# ---- both logs


def files_in(path: pathlib.Path) -> list[pathlib.Path]:
    """Return a folder's files, in order; or the one file that `path` is."""
    return sorted(path.iterdir()) if path.is_dir() else [path]


class Audit:
    """The whole check: two logs, what they say of each other, and what they show about the measures."""

    def __init__(self, directory: pathlib.Path, options: argparse.Namespace) -> None:
        self.directory = directory
        self.meaning = not options.structure_only
        self.jobs = options.jobs or os.cpu_count() or 1
        self.as_of = options.as_of
        self.faults: list[Fault] = []
        self.notices: list[str] = []
        self.policy: Policy | None = None
        self.log_keys: list[Key] = []
        self.documents = {}
        self.open_policy(options.policy)
        self.older = self.read_older(options.older)
        self.logs: dict[str, Log] = {}
        self.measures: dict[str, dict] = {}
        self.clock: dict = {}
        self.acts = {"approved": 0, "done": 0, "ended": 0, "open": []}
        self.shredded: list = []

    def notice(self, text: str) -> None:
        if text not in self.notices:
            self.notices.append(text)

    def open_policy(self, given: pathlib.Path | None) -> None:
        path = given or self.directory / "policy"
        if not given and not os.path.lexists(path):
            self.notice(
                "there is no policy: the keys are those the log itself names, no witness was asked for"
            )
            return
        try:
            self.policy = parse_policy(read_file(path, MAX_NOTE))
        except Unreadable as error:
            if given:
                raise Unreadable(f"{path} {error}") from None
            self.faults.append(Fault("", None, None, "policy.unreadable", f"policy {error}"))
            return
        self.log_keys = list(self.policy.logs)
        if not given:
            self.notice(
                "the policy was taken from the checked directory itself: compare its keys with your minutes"
            )

    def read_older(self, given: list[pathlib.Path]) -> dict[str, list]:
        """Return log → (source, bytes) of earlier checkpoints; "" holds those given by hand, for any log."""
        older: dict[str, list] = {"": []}
        for path in (file for one in given for file in files_in(one)):
            try:
                older[""].append((str(path), read_file(path, MAX_NOTE)))
            except Unreadable as error:
                raise Unreadable(f"{path} {error}") from None
        for log in LOGS:
            older[log] = []
            kept = [
                (self.directory / log / "checkpoints", "*"),
                (self.directory / log / "timestamps", "*.checkpoint"),
            ]
            for path in (
                path for folder, names in kept if folder.is_dir() for path in sorted(folder.glob(names))
            ):
                try:
                    older[log].append((f"{log}/{path.parent.name}/{path.name}", read_file(path, MAX_NOTE)))
                except Unreadable as error:
                    self.faults.append(Fault(log, None, None, "older.unreadable", f"{path.name} {error}"))
        return older

    def document(self, kind: str, digest: str, log: Log, index: int) -> object:
        """Return the registry or plan with this hash, None with a fault when it is not there or not it."""
        if (kind, digest) not in self.documents:
            self.documents[kind, digest] = None
            for path in (f"{kind}/{digest}.json", f"{kind}.json"):
                try:
                    raw = read_file(self.directory / path, MAX_DOCUMENT)
                    if hashlib.sha256(raw).hexdigest() == digest:
                        self.documents[kind, digest] = parse_canonical(raw)
                        break
                except (Unreadable, ValueError):
                    continue
        found = self.documents[kind, digest]
        if found is None:
            log.fault(
                index,
                f"{kind}.missing",
                f"the {kind} adopted here ({digest}) is not in the directory, or altered",
            )
        return found

    def run(self, tasks: list[Task]) -> typing.Iterator[Chunk]:
        """Check tasks, over several processes when it pays; a process that dies is replaced by this one."""
        entries = sum(width for task in tasks for _, width, _, _ in task.tiles)
        done = 0
        if self.jobs > 1 and entries > SMALL:
            try:
                with concurrent.futures.ProcessPoolExecutor(self.jobs) as pool:
                    for chunk in pool.map(check_chunk, tasks):
                        done += 1
                        yield chunk
            except BrokenProcessPool:
                self.notice("a helping process died; the rest was checked in one process")
        for task in tasks[done:]:
            yield check_chunk(task)

    def check(self) -> None:
        for name in LOGS:
            directory = self.directory / name
            if not directory.is_dir():
                self.faults.append(Fault(name, None, None, "log.missing", f"there is no log {name}"))
                continue
            log = self.logs[name] = Log(name, directory, self)
            log.open_checkpoint()
            log.open_older(self.older[name])
            log.read_stamps()
        self.hand_out_older()
        for log in self.logs.values():
            log.check()
            self.faults += log.faults
        if self.meaning:
            self.check_adoptions()
            self.check_nonces()
            self.check_anchors()
            self.check_stamped()
            self.check_stakes()
            self.check_shredded()
            self.tally()
            self.check_clock()
        position = {name: place for place, name in enumerate(("", *LOGS))}
        self.faults = list(dict.fromkeys(self.faults))
        self.faults.sort(key=lambda one: (position[one.log], -1 if one.index is None else one.index))

    def hand_out_older(self) -> None:
        """Give each checkpoint that the auditor kept to the log it is of."""
        by_origin = {log.origin: log for log in self.logs.values()}
        if len(by_origin) < len(self.logs):
            self.faults.append(Fault("", None, None, "log.same_origin", "both logs carry the same name"))
        for source, raw in self.older[""]:
            try:
                origin = parse_checkpoint(raw).origin
            except Unreadable as error:
                self.faults.append(Fault("", None, None, "older.unreadable", f"{source} {error}"))
                continue
            if origin in by_origin:
                by_origin[origin].open_older([(source, raw)])
            else:
                self.faults.append(Fault("", None, None, "older.stranger", f"{source} is of neither log"))

    def check_adoptions(self) -> None:
        """Both logs adopt the same in the same order; the newest may be published in one only yet."""
        for kind, place in (("registries", -1), ("plans", 1)):
            rows = [
                [(adopted[0], adopted[place]) for adopted in getattr(log, kind)] for log in self.logs.values()
            ]
            for first, second in zip(*rows) if len(rows) == 2 else ():
                if first[1] != second[1]:
                    text = f"desk adopted {first[1]}, channel {second[1]} in its place ({second[0]})"
                    self.faults.append(Fault("desk", first[0], None, "adoption.differs", text))

    def check_nonces(self) -> None:
        """Every nonce is used once in both logs together; compared in 256 heaps, to stay small in memory."""
        heaps = [bytearray() for _ in range(256)]
        for log in self.logs.values():
            for chunk in log.chunks:
                for at in range(0, len(chunk.nonces), 16):
                    heaps[chunk.nonces[at]] += chunk.nonces[at : at + 16]
        twice = set()
        for heap in heaps:
            nonces = [bytes(heap[at : at + 16]) for at in range(0, len(heap), 16)]
            if len(set(nonces)) != len(nonces):
                twice.update(nonce for nonce, count in collections.Counter(nonces).items() if count > 1)
        if twice - {bytes(16)}:
            self.name_nonces(twice - {bytes(16)})

    def name_nonces(self, twice: set) -> None:
        """Name each entry whose nonce an earlier one has."""
        first: dict = {}
        for log in self.logs.values():
            for chunk in log.chunks:
                for index, at in enumerate(range(0, len(chunk.nonces), 16), chunk.first_index):
                    nonce = bytes(chunk.nonces[at : at + 16])
                    if nonce in first:
                        text = f"its nonce stands in {first[nonce]} already: an entry was put in twice"
                        self.faults.append(Fault(log.name, index, None, "nonce.twice", text))
                    elif nonce in twice:
                        first[nonce] = f"{log.name} {index}"

    def check_anchors(self) -> None:
        """What one log says of an earlier state of itself or of the other must hold."""
        for log in self.logs.values():
            for chunk in log.chunks:
                for index, _, detail, at in chunk.rare["log.anchor"]:
                    self.check_anchor(log, index, detail, at)
        channel, desk = self.logs.get("channel"), self.logs.get("desk")
        largest = 0
        for index, size in (
            pair for chunk in (channel.chunks if channel else ()) for pair in chunk.desk_sizes
        ):
            if size < largest:
                text = f"it names desk size {size}, an earlier entry named {largest}"
                self.faults.append(Fault("channel", index, None, "anchor.backwards", text))
            if desk and size > desk.size:
                text = f"it names desk size {size}, the desk log has {desk.size} entries"
                self.faults.append(Fault("channel", index, None, "anchor.beyond", text))
            largest = max(largest, size)

    def check_anchor(self, log: Log, index: int, detail: dict, at: str) -> None:
        size, root = detail.get("size"), detail.get("root")
        if not is_integer(size) or not isinstance(root, str):
            return  # its form is a fault of its own
        named = detail.get("log")
        targets = [one for one in self.logs.values() if named in (None, one.name)]
        targets = [one for one in targets if 0 <= size <= (index if one is log else one.size)]
        if not targets:
            text = f"it anchors size {size}, which no log had at that point"
            self.faults.append(Fault(log.name, index, None, "anchor.beyond", text))
        elif not any((one.tree.root_at(size) or b"").hex() == root for one in targets):
            text = f"the root it anchors at size {size} is not the root of that size"
            self.faults.append(Fault(log.name, index, None, "anchor.root", text))
        for one in targets:
            one.anchored += one.notes.get(detail.get("note"), (None,))[0] == size
        # the very note that is named tells best: the same size may have been signed again later, for another witness
        named_notes = [one.notes[detail["note"]] for one in targets if detail.get("note") in one.notes]
        seen = [when for _size, when in named_notes] or [one.seen_at.get(size) for one in targets]
        for moment in seen[:1]:
            if moment is not None and is_before(at, moment):
                text = f"its time {at} is before {utc(moment)}, when what it anchors was shown to witnesses"
                self.faults.append(Fault(log.name, index, None, "time.before_anchor", text))

    def check_stamped(self) -> None:
        """A stamp that was logged is the one that was kept, and nothing after it claims to be older."""
        for log in self.logs.values():
            for chunk in log.chunks:
                for index, _, detail, at in chunk.rare["log.stamped"]:
                    named = self.logs.get(str(detail.get("log")))
                    kept = [one for one in named.stamps if one.size == detail.get("size")] if named else []
                    if not kept:
                        text = (
                            f"the time stamp it names, at size {detail.get('size')}, is not in the directory"
                        )
                        self.faults.append(Fault(log.name, index, None, "stamp.missing", text))
                    elif kept[0].token != detail.get("token"):
                        text = f"{kept[0].path} is not the time stamp it names"
                        self.faults.append(Fault(log.name, index, None, "stamp.other", text))
                    elif is_before(at, seconds_of(kept[0].at)):
                        text = f"its time {at} is before {kept[0].at}, when the stamp it names was made"
                        self.faults.append(Fault(log.name, index, None, "time.before_stamp", text))

    def check_stakes(self) -> None:
        """What cannot be undone was approved first: the same act on the same case, once for each approval.

        Several entries in a row are one doing: a case with those merged into it, a file with its card.
        """
        approved: dict = {}
        for index, act, case, detail in (
            one for log in self.logs.values() for chunk in log.chunks for one in chunk.stakes
        ):
            if act == "act.approved":
                approved[detail.get("ref")] = [index, detail.get("act"), case, None, False]
                continue
            ref = detail.get("ref" if act == "act.ended" else "approval")
            found, what = approved.get(ref), detail.get("act") if act == "act.ended" else act
            if found and act in PARTED and found[1] == act and found[3] == index - 1 and found[4]:
                found[3] = index
            elif found is None or found[1:3] != [what, case]:
                text = f"{what} names the approval {ref}, which no earlier entry gives for it"
                self.faults.append(Fault("desk", index, None, "act.unapproved", text))
            elif found[3]:
                text = f"the approval at {found[0]} was used already, at {found[3]}"
                self.faults.append(Fault("desk", index, None, "act.twice", text))
            else:
                found[3:] = [index, act != "act.ended"]
                self.acts["ended" if act == "act.ended" else "done"] += 1
        self.acts["approved"] = len(approved)
        self.acts["open"] = [
            {"act": act, "index": index} for index, act, _, used, _ in approved.values() if not used
        ]

    def check_shredded(self) -> None:
        """List the cases that were deleted, with the entries that now point at nobody; nothing may follow."""
        rows = {case: (log.name, index, detail, at) for log in self.logs.values() for chunk in log.chunks
                for index, case, detail, at in chunk.rare["case.shredded"] if case}  # fmt: skip
        concerned: dict = {case: {name: [] for name in self.logs} for case in rows}
        for log in self.logs.values() if rows else ():
            for index, case, at in log.about(set(rows)):
                name, place, _, day = rows[case]
                if index != place or log.name != name:
                    concerned[case][log.name].append(index)
                if (index > place) if log.name == name else (at and day_of(at) > day_of(day)):
                    text = f"it is about a case that was deleted at {name} {place}"
                    self.faults.append(Fault(log.name, index, None, "shredded.after", text))
        for case, (name, place, detail, at) in rows.items():
            for log_name, indices in concerned[case].items():
                if detail.get(log_name) not in (None, len(indices)):
                    text = f"it says {detail[log_name]} entries of {log_name} are concerned, there are {len(indices)}"
                    self.faults.append(Fault(name, place, None, "shredded.count", text))
            self.shredded.append({"case": case, "ground": detail.get("ground"), "at": at, "log": name, "index": place,
                                  "entries": concerned[case]})  # fmt: skip

    def tally(self) -> None:
        """Per measure: how many events, first and last; by day between the logs, by place within one."""
        for log in self.logs.values():
            ends: dict = {}
            for chunk in log.chunks:
                for measure, (count, first_at, first, last_at, last) in chunk.measures.items():
                    found = self.measures.setdefault(measure, {"events": 0, "first": None, "last": None})
                    found["events"] += count
                    ends.setdefault(measure, [(first_at, first), None])[1] = (last_at, last)
            for measure, ((first_at, first), (last_at, last)) in ends.items():
                found = self.measures[measure]
                if found["first"] is None or day_of(first_at) < day_of(found["first"]["at"]):
                    found["first"] = {"at": first_at, "log": log.name, "index": first}
                if found["last"] is None or day_of(last_at) >= day_of(found["last"]["at"]):
                    found["last"] = {"at": last_at, "log": log.name, "index": last}

    def check_clock(self) -> None:
        """The first clock: each report acknowledged by a human within seven dates of its receipt, in Oslo."""
        received, acknowledged, days = {}, {}, [""]
        for log in self.logs.values():
            days += [chunk.order.day for chunk in log.chunks]
            for act, index, case, day in (one for chunk in log.chunks for one in chunk.clock):
                table = received if act == "report.received" else acknowledged
                if case is not None and (case not in table or day < table[case][0]):
                    table[case] = (day, log.name, index)
        as_of = self.as_of or max(days)
        rows = {"met": [], "late": [], "overdue": [], "open": []}
        for case, (day, log_name, index) in received.items():
            due = (datetime.date.fromisoformat(day) + datetime.timedelta(days=ACKNOWLEDGE_DAYS)).isoformat()
            met = acknowledged.get(case, (None, None, None))
            row = {"case": case, "received": day, "log": log_name, "index": index, "due": due,
                   "acknowledged": met[0], "acknowledged_index": met[2]}  # fmt: skip
            state = (
                ("open" if due >= as_of else "overdue")
                if met[0] is None
                else "met"
                if met[0] <= due
                else "late"
            )
            rows[state].append(row)
        counts = {"received": len(received), "met": len(rows["met"]), "open": len(rows["open"])}
        self.clock = {"as_of": as_of, **counts, "late": rows["late"], "overdue": rows["overdue"]}


# ---- the report


def as_document(audit: Audit) -> dict:
    """Return the result as one JSON object."""
    logs = {}
    for name, log in audit.logs.items():
        logs[name] = {
            "origin": log.origin,
            "size": log.size,
            "root": log.checkpoint.root.hex() if log.checkpoint else None,
            "signed_by": [f"{key.name}+{key.key_id.hex()}" for key in log.signed_by],
            "cosigned": log.cosigned,
            "older_checkpoints_held": log.older_held,
            "anchors_held": log.anchored,
            "time_stamps": [{"size": one.size, "at": one.at, "file": one.path} for one in log.stamps],
        }
    return {
        "v": 1,
        "ok": not audit.faults,
        "logs": logs,
        "faults": [fault._asdict() for fault in audit.faults],
        "notices": audit.notices
        + [f"{log.name}: {text}" for log in audit.logs.values() for text in log.notices],
        "measures": audit.measures,
        "clock": {"C1": audit.clock} if audit.clock else {},
        "acts": audit.acts,
        "shredded": audit.shredded,
    }


def place_of(fault: dict) -> str:
    """Return where a fault is, in words."""
    if fault["index"] is None:
        return fault["log"] or "directory"
    if fault["last"] is None or fault["last"] == fault["index"]:
        return f"{fault['log']} {fault['index']}"
    return f"{fault['log']} {fault['index']}-{fault['last']}"


def as_text(result: dict) -> str:
    """Return the result for people."""
    lines = []
    for name, log in result["logs"].items():
        witnesses = ", ".join(f"{who} ({utc(at)})" for who, at in sorted(log["cosigned"].items()))
        signed = ", ".join(log["signed_by"]) or "nobody we know"
        lines.append(
            f"{name}: {log['size']} entries, signed by {signed}, cosigned by {witnesses or 'nobody'}"
        )
        if log["older_checkpoints_held"]:
            lines.append(f"{name}: {log['older_checkpoints_held']} earlier checkpoint(s) hold")
        if log["anchors_held"]:
            lines.append(
                f"{name}: {log['anchors_held']} entries name such a checkpoint with its witnesses' signatures: "
                "what follows them was written later"
            )
        for stamp in log["time_stamps"]:
            data = stamp["file"][: -len("tsr")] + "checkpoint"
            lines.append(
                f"{name}: size {stamp['size']} is stamped {stamp['at']}; by whom, this says: "
                f"openssl ts -verify -data {data} -in {stamp['file']} -CAfile AUTHORITY.pem"
            )
    lines += [f"note: {text}" for text in result["notices"]]
    for measure, found in sorted(result["measures"].items()):
        first, last = found["first"], found["last"]
        lines.append(
            f"measure {measure}: {found['events']} event(s), "
            f"first {first['at']} ({first['log']} {first['index']}), last {last['at']} ({last['log']} {last['index']})"
        )
        if measure == "9.1" and "C1" in result["clock"]:
            lines += clock_lines(result["clock"]["C1"])
    acts = result["acts"]
    if acts["approved"]:
        waiting = ", ".join(f"{one['act']} (desk {one['index']})" for one in acts["open"]) or "none"
        lines.append(
            f"high-stake acts: {acts['approved']} approved, {acts['done']} done, {acts['ended']} not done; open: {waiting}"
        )
    for row in result["shredded"]:
        concerned = "; ".join(f"{log} {spans(indices)}" for log, indices in row["entries"].items() if indices)
        lines.append(f"deleted: case {row['case']} on {row['at']} ({row['ground']}, {row['log']} {row['index']}); "
                     f"entries that point at nobody now: {concerned or 'none'}")  # fmt: skip
    for fault in result["faults"]:
        lines.append(f"FAULT {place_of(fault)} {fault['kind']}: {fault['text']}")
    count = len(result["faults"])
    lines.append("The log is intact." if not count else f"The log is NOT intact: {count} fault(s).")
    return "\n".join(lines) + "\n"


def spans(indices: list[int]) -> str:
    """Return numbers in words, neighbours as ranges: `3-5, 9`."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][1] + 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ", ".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def clock_lines(clock: dict) -> list[str]:
    lines = [
        f"  acknowledged within {ACKNOWLEDGE_DAYS} days, as of {clock['as_of']}: "
        f"{clock['met']} of {clock['received']}, "
        f"{len(clock['late'])} late, {len(clock['overdue'])} overdue, {clock['open']} still have time"
    ]
    for state in ("overdue", "late"):
        for row in clock[state]:
            when = f", acknowledged {row['acknowledged']}" if row["acknowledged"] else ""
            lines.append(f"  {state}: case {row['case']} ({row['log']} {row['index']}), "
                         f"received {row['received']}, due {row['due']}{when}")  # fmt: skip
    return lines


def options_from(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="auditverify.py",
        description="Check an exported Whistle log; lists all faults. See the top of this file.",
    )
    parser.add_argument(
        "directory",
        metavar="DIR",
        type=pathlib.Path,
        help="the exported directory, with desk/ and channel/ in it, or a .zip or .tar.gz of it",
    )
    parser.add_argument(
        "--policy", metavar="FILE", type=pathlib.Path, help="whose keys to believe, from your own records"
    )
    parser.add_argument("--older", metavar="PATH", type=pathlib.Path, action="append", default=[],
                        help="a checkpoint kept since last time, or a folder of them; may be given again")  # fmt: skip
    parser.add_argument(
        "--as-of", metavar="DATE", help="count overdue reports on this date, not on the last entry's"
    )
    parser.add_argument(
        "--structure-only", action="store_true", help="hashes and signatures only, not the meaning"
    )
    parser.add_argument(
        "--jobs", type=int, metavar="N", help="processes to use (as many as there are processors)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of sentences")
    options = parser.parse_args(arguments)
    if options.as_of and not is_date(options.as_of):
        parser.error("--as-of takes a date, YYYY-MM-DD")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = options_from(arguments)
    with tempfile.TemporaryDirectory(prefix="auditverify-") as folder:
        try:
            if options.directory.is_file():
                options.directory = unpack_archive(options.directory, pathlib.Path(folder))
            if not options.directory.is_dir():
                raise Unreadable(f"{options.directory} is not a directory")
            audit = Audit(options.directory, options)
        except Unreadable as error:
            sys.stderr.write(f"auditverify.py: {error}\n")
            return 2
        audit.check()
    result = as_document(audit)
    if hasattr(sys.stdout, "reconfigure"):  # a name may hold what this terminal cannot show
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.stdout.write(json.dumps(result, indent=1) + "\n" if options.json else as_text(result))
    return 1 if audit.faults else 0


if __name__ == "__main__":
    sys.exit(main())
