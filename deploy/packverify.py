#!/usr/bin/env python3
"""Check an evidence pack, with nothing but Python's standard library (3.9 or newer).

    python3 packverify.py [DIR] [what auditverify.py takes, such as --policy YOUR_POLICY --older YOUR_CHECKPOINT]

DIR is the folder this program lies in, unless given.  It checks, in this order:

1. that every file is the one named in SHA256SUMS, and that nothing was added;
2. the logs, with `log/auditverify.py`;
3. every public edition of the plan and every yearly report, with `log/planverify.py`: that the log gives the
   figures they show;
4. that the log names each edition and each report by its hash;
5. that each document in `documents/` has the hash it is named by, and stands in `evidence.csv`.

Exit status: 0 all agree, 1 some do not, 2 something cannot be read.
"""

import csv
import hashlib
import json
import pathlib
import subprocess
import sys

NAMED = {"editions": "plan.published", "reports": "plan.reported"}


def changed(directory):
    """Return what differs between the folder and its list of files."""
    listed = {}
    for line in (directory / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        listed[name] = digest
    there = {
        path.relative_to(directory).as_posix()
        for path in directory.rglob("*")
        if path.is_file() and path.name != "SHA256SUMS" and "__pycache__" not in path.parts
    }
    wrong = [f"{name}: is missing" for name in sorted(set(listed) - there)]
    wrong += [f"{name}: is not in the list" for name in sorted(there - set(listed))]
    for name in sorted(there & set(listed)):
        if hashlib.sha256((directory / name).read_bytes()).hexdigest() != listed[name]:
            wrong.append(f"{name}: was changed")
    return wrong


def entries(bundle):
    """Yield the entries of a bundle (C2SP tlog-tiles)."""
    octets, at = bundle.read_bytes(), 0
    while at < len(octets):
        size = int.from_bytes(octets[at : at + 2], "big")
        yield json.loads(octets[at + 2 : at + 2 + size])
        at += 2 + size


def unnamed(directory):
    """Return the documents that the log does not name by their hash (SHA-256 of their canonical JSON)."""
    named = {act: set() for act in NAMED.values()}
    for path in (directory / "log" / "desk" / "tile" / "entries").rglob("*"):
        if path.is_file():
            for entry in entries(path):
                if entry["act"] in named:
                    named[entry["act"]].add(entry["d"]["hash"])
    wrong = []
    for folder, act in NAMED.items():
        for path in sorted((directory / folder).glob("*.json")):
            document = json.loads(path.read_text(encoding="utf-8"))
            octets = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
            if hashlib.sha256(octets).hexdigest() not in named[act]:
                wrong.append(f"{folder}/{path.name}: the log does not name it")
    return wrong


def misnamed(directory):
    """Return the documents that are not what their names say, or that show no measure."""
    with (directory / "evidence.csv").open(encoding="utf-8-sig", newline="") as file:
        shown = {row["sha256"] for row in csv.DictReader(file, delimiter=";")}
    wrong = []
    for path in sorted((directory / "documents").glob("*")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != path.stem:
            wrong.append(f"documents/{path.name}: is not the document of that hash")
        elif digest not in shown:
            wrong.append(f"documents/{path.name}: shows no measure")
    return wrong


def run(title, *command):
    """Run one of the other programs, show what it says, and return its exit status."""
    print(f"\n== {title}", flush=True)
    return subprocess.run([sys.executable, "-I", *map(str, command)], check=False).returncode


def main(arguments):
    """Check everything; return the exit status."""
    own = pathlib.Path(__file__).resolve().parent
    given = arguments and not arguments[0].startswith("-")
    directory, more = (pathlib.Path(arguments[0]), arguments[1:]) if given else (own, arguments)
    log = directory / "log"
    try:
        wrong = changed(directory) + unnamed(directory) + misnamed(directory)
        documents = [path for folder in NAMED for path in sorted((directory / folder).glob("*.json"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot be read: {error!r}")
        return 2
    print("== the files\n" + ("\n".join(wrong) or "all as listed; the log names every edition and report"))
    worst = run("the logs", log / "auditverify.py", log, *more)
    for path in documents:
        worst = max(worst, run(path.relative_to(directory), log / "planverify.py", log, path))
    print(f"\n{'everything agrees' if not wrong and not worst else 'NOT everything agrees'}")
    return max(worst, 1 if wrong else 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
