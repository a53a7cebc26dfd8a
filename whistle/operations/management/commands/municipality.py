"""`manage.py municipality …`: add one, see what is missing, open it, move it out with all that is its own."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from whistle.client.http import unb64
from whistle.core.errors import DomainError
from whistle.operations import leaving, moving, municipality
from whistle.operations.rows import ArchiveError
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import by_slug, every


class Command(BaseCommand):
    help = "Add a municipality, see what is missing, open it, or move it to another installation."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="all of them")
        add = acts.add_parser("add", help="begin one; nobody can report to it yet")
        add.add_argument("slug")
        add.add_argument("--name", required=True)
        add.add_argument(
            "--root-key", required=True, metavar="HEX", help="its public key, from the key ceremony"
        )
        add.add_argument(
            "--log-origin", required=True, metavar="NAME", help="such as fjellvik.kommune.no; for ever"
        )
        add.add_argument(
            "--host", default="", help="its own host name; without one its pages are under /SLUG/"
        )
        for name, what in (
            ("keys", "make the keys of its logs (as the publisher's user)"),
            ("check", "what is missing before it may open"),
            ("open", "let people report"),
            ("close", "let nobody report; mailboxes stay open"),
        ):
            acts.add_parser(name, help=what).add_argument("slug")
        look = acts.add_parser("look", help="a mark and a colour of its own; without them, ours")
        look.add_argument("slug")
        look.add_argument("--mark", default="", help="a short name in place of the whole one")
        look.add_argument(
            "--accent", default="", metavar="#RRGGBB", help="white words must be readable on it"
        )
        tongues = acts.add_parser(
            "languages", help="of its reporters' pages, the first at /; without any, all"
        )
        tongues.add_argument("slug")
        tongues.add_argument("codes", nargs="*", metavar="CODE", help="such as nn nb en")
        _add_moving(acts)

    def handle(self, *, act: str, **options: Any) -> None:
        try:
            getattr(self, f"_{act}")(**options)
        except (ValueError, ArchiveError, IntegrityError, FileExistsError, PermissionError) as error:
            raise CommandError(str(error)) from error
        except DomainError as error:
            raise CommandError(error.code) from error

    def _list(self, **_options: Any) -> None:
        for one in every():
            state = "open" if one.live else "closed"
            self.stdout.write(f"{one.slug}: {one.name}, {one.host or f'/{one.slug}/'}, {state}")

    def _add(
        self, *, slug: str, name: str, root_key: str, log_origin: str, host: str, **_options: Any
    ) -> None:
        municipality.begin(slug, name, log_origin=log_origin, root_key=bytes.fromhex(root_key), host=host)
        self._check(slug=slug)

    def _keys(self, *, slug: str, **_options: Any) -> None:
        municipality.start_logs(_one(slug))

    def _check(self, *, slug: str, **_options: Any) -> None:
        found = list(municipality.missing(_one(slug)))
        for one in found:
            self.stdout.write(f"✗ {one.what}: {one.then}")
        if not found:
            self.stdout.write(f"✓ nothing is missing: manage.py municipality open {slug}")

    def _open(self, *, slug: str, **_options: Any) -> None:
        if municipality.open_channel(_one(slug)):
            self._check(slug=slug)
            raise CommandError("It stays closed until nothing is missing.")
        self.stdout.write("People can report now.")

    def _close(self, *, slug: str, **_options: Any) -> None:
        municipality.close_channel(_one(slug))

    def _look(self, *, slug: str, mark: str, accent: str, **_options: Any) -> None:
        municipality.look(_one(slug), mark=mark, accent=accent.lower())

    def _languages(self, *, slug: str, codes: list[str], **_options: Any) -> None:
        municipality.speak(_one(slug), codes)
        self.stdout.write("Where another server serves the pages as files, run publish_face again.")

    def _receiver(self, *, file: Path, **_options: Any) -> None:
        self.stdout.write(leaving.new_receiver(file))

    def _export(self, *, slug: str, directory: Path, to: str, **_options: Any) -> None:
        moving.take_out(_one(slug), directory)
        self._packed(slug, directory, to)

    def _leave(self, *, slug: str, directory: Path, to: str, moved_to: str, **_options: Any) -> None:
        manifest = leaving.leave(_one(slug), directory, moved_to=moved_to)
        copy = directory.with_name(f"{directory.name}.{moving.MANIFEST}")
        copy.write_bytes(manifest.read_bytes())
        self._packed(slug, directory, to)
        self.stdout.write(
            f"{copy} is what the municipality signs when it lives there (whistle.client.sign_leave)"
        )

    def _packed(self, slug: str, directory: Path, to: str) -> None:
        if to:
            target = directory.with_name(f"{directory.name}.age")
            leaving.seal(directory, target, to)
            self.stdout.write(f"{slug} is in {target}; only the receiver opens it")
            return
        self.stdout.write(f"{slug} is in {directory}")
        self.stdout.write(f"{directory / moving.TRANSFER} opens second factors: carry it apart from the rest")

    def _stay(self, *, slug: str, **_options: Any) -> None:
        leaving.stay(_one(slug))

    def _remove(self, *, slug: str, manifest: Path, statement: Path, **_options: Any) -> None:
        one = _one(slug)
        said = json.loads(statement.read_text())
        counts = leaving.remove(one, manifest, unb64(said["document"]), unb64(said["signature"]))
        self.stdout.write(
            f"{sum(counts.values())} rows and its files are deleted; its old address says where it is"
        )
        for place in leaving.kept_elsewhere(one):  # where this user may not delete it
            self.stdout.write(f"delete {place} as its owner")

    def _import(self, *, directory: Path, key: Path | None, **_options: Any) -> None:
        if key is not None:
            opened = directory.with_suffix("")
            leaving.unseal(directory, opened, key)
            directory = opened
        one = moving.bring_in(directory)
        self.stdout.write(
            f"{one.name} is here, closed.  Verify: manage.py verify_log --organisation {one.slug}"
        )


def _add_moving(acts: Any) -> None:
    acts.add_parser("receiver", help="make a key for packages that come here").add_argument("file", type=Path)
    for name, what in (
        ("export", "all that is its own, into a new folder"),
        ("leave", "the same for good: nothing of it is served here any more"),
    ):
        out = acts.add_parser(name, help=what)
        out.add_argument("slug")
        out.add_argument("directory", type=Path)
        out.add_argument("--to", default="", metavar="age1…", help="the receiver's key: nobody else opens it")
    out.add_argument("--moved-to", default="", metavar="URL", help="what its old address says")
    acts.add_parser("stay", help="call the move off").add_argument("slug")
    gone = acts.add_parser("remove", help="delete what has left, as the owner of the tables")
    gone.add_argument("slug")
    gone.add_argument("--manifest", type=Path, required=True)
    gone.add_argument("--statement", type=Path, required=True, help="signed with its root key")
    taken = acts.add_parser("import", help="what another installation exported")
    taken.add_argument("directory", type=Path)
    taken.add_argument("--key", type=Path, help="of the receiver, for a package that is sealed")


def _one(slug: str) -> Organisation:
    found = by_slug(slug)
    if found is None:
        raise CommandError(f"There is no {slug}.  See: manage.py municipality list")
    return found
