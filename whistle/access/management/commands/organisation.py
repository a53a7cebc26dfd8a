"""`manage.py organisation …`: a real organisation from the shell, for the careful.

    manage.py organisation found nyby "Nyby kommune" --origin log.nyby.example \\
        --administrator ada.vik "Ada Vik" --custodian kim.lund "Kim Lund" --address https://desk.nyby.example
    manage.py organisation begin nyby public.json        what the offline ceremony made
    manage.py organisation waiting nyby > waiting.json   whose keys wait for a certificate
    manage.py organisation certify nyby certificates.json --by kim.lund
    manage.py organisation missing nyby                  exit status 1 while the channel may not open

The ceremony itself is `python -m whistle.client.ceremony`, on a machine without a network.  There is no command that
opens the channel: two people do that at the desk.
"""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whistle.access.selectors_set_up import missing
from whistle.access.services import certifying, setting_up
from whistle.accounts.models import Staff
from whistle.accounts.services.invitations import Newcomer
from whistle.client.http import b64, unb64
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import by_slug
from whistle.ui.messages import sentence


class Command(BaseCommand):
    help = "Found an organisation, begin it with offline keys, certify, and say what is missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        found = commands.add_parser("found")
        found.add_argument("slug")
        found.add_argument("name")
        found.add_argument("--origin", required=True, help="name of the logs, such as log.nyby.example")
        found.add_argument("--host", default="", help="its own host name, where it has one")
        found.add_argument("--address", default="", help="where the desk is, for the links")
        for who in ("administrator", "custodian"):
            found.add_argument(f"--{who}", nargs=2, required=True, metavar=("USERNAME", "NAME"))
        for what in ("begin", "certify"):
            parts = commands.add_parser(what)
            parts.add_argument("slug")
            parts.add_argument("file", type=Path)
            if what == "certify":
                parts.add_argument("--by", required=True, help="user name of the key custodian who did it")
        for what in ("waiting", "missing"):
            commands.add_parser(what).add_argument("slug")

    def handle(self, *, what: str, slug: str, **options: Any) -> None:
        try:
            if what == "found":
                self._found(slug, options)
                return
            organisation = by_slug(slug)
            if organisation is None:
                raise CommandError(f"There is no organisation {slug}.")
            getattr(self, f"_{what}")(organisation, options)
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error

    def _found(self, slug: str, options: dict[str, Any]) -> None:
        if by_slug(slug):
            raise CommandError(f"{slug} is there already.")
        organisation = Organisation.objects.create(
            slug=slug, name=options["name"], log_origin=options["origin"], host=options["host"]
        )
        links = setting_up.found(
            organisation,
            {
                Duty.SYSTEM_ADMINISTRATOR: Newcomer(*options["administrator"]),
                Duty.KEY_CUSTODIAN: Newcomer(*options["custodian"]),
            },
        )
        prefix = "" if options["host"] else f"/{slug}"
        self.stdout.write(f"Founded. Its reference, for the offline ceremony: {organisation.ref}")
        for duty, token in links.items():
            self.stdout.write(f"{duty}: {options['address']}{prefix}/desk/enrol/#{token}")
        self.stdout.write("Give each link to its person alone. It works once, within a week.")

    def _begin(self, organisation: Organisation, options: dict[str, Any]) -> None:
        said = json.loads(options["file"].read_text())
        roster = (unb64(said["roster"]["document"]), unb64(said["roster"]["signature"]))
        certified = tuple(unb64(one) for one in said["certificates"])
        root = setting_up.Root(unb64(said["public"]), certified, roster=roster)
        setting_up.begin(organisation, root, by=None)
        self.stdout.write(f"Begun, with the root key {said['fingerprint']}.")

    def _waiting(self, organisation: Organisation, options: dict[str, Any]) -> None:
        rows = [asdict(one) for one in certifying.waiting(organisation)]
        for row in rows:
            for name in ("kem_pub", "sig_pub", "previous"):
                row[name] = b64(row[name]) if row[name] is not None else None
        told = {
            "org": organisation.ref,
            "root_key": b64(bytes(organisation.root_key or b"")),
            "serial": certifying.next_serial(organisation),
            "waiting": rows,
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))

    def _certify(self, organisation: Organisation, options: dict[str, Any]) -> None:
        by = Staff.objects.filter(organisation=organisation, username=options["by"], is_active=True).first()
        if by is None:
            raise CommandError(f"There is no {options['by']} at work here.")
        octets = [unb64(one) for one in json.loads(options["file"].read_text())["certificates"]]
        self.stdout.write(f"{certifying.take_in(organisation, octets, by=by)} certificates taken in.")

    def _missing(self, organisation: Organisation, options: dict[str, Any]) -> None:
        lacking = missing(organisation)
        for need in lacking:
            self.stdout.write(f"missing  {need.code:18} {need.text}")
        if lacking:
            raise SystemExit(1)
        self.stdout.write("Nothing is missing. Two people open the channel at the desk.")
