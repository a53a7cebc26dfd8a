"""`manage.py work_accounts …`: what only whoever runs the server can do about the gate (RUNBOOK.md).

manage.py work_accounts show nyby                          provider, who has connected an account
manage.py work_accounts allow nyby ada.vik                 let a person connect one with their next sign-in
manage.py work_accounts lift nyby ingrid.solvang --hours 8 the provider is down: she must agree at the desk
manage.py work_accounts close nyby                         ask for work accounts again
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from whistle.access.selectors import duties
from whistle.accounts import oidc
from whistle.accounts.models import Staff
from whistle.accounts.services import gate
from whistle.core.errors import DomainError
from whistle.core.policy import AGREES
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import by_slug


class Command(BaseCommand):
    help = "The provider of work accounts in front of a desk: who has connected one, and what to do when it is down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        for name in ("show", "allow", "lift", "close"):
            act = acts.add_parser(name)
            act.add_argument("slug")
            if name in ("allow", "lift"):
                act.add_argument("username")
            if name == "lift":
                act.add_argument("--hours", type=int, default=8, help="at most 24")

    def handle(self, *, act: str, slug: str, **options: Any) -> None:
        organisation = by_slug(slug)
        if organisation is None:
            raise CommandError(f"There is no {slug}.")
        try:
            getattr(self, f"_{act}")(organisation, **options)
        except DomainError as error:
            raise CommandError(error.code) from error

    def _show(self, organisation: Organisation, **_options: Any) -> None:
        provider = gate.provider_of(organisation)
        if provider is None:
            self.stdout.write("There is no gate: WHISTLE_WORK_ACCOUNTS does not name this organisation.")
            return
        self.stdout.write(f"{provider.name}: {provider.issuer}, as {provider.client_id}")
        try:
            oidc.address(provider, oidc.Way.new(), "https://localhost/")
            self.stdout.write("✓ it answers")
        except DomainError:
            self.stdout.write("✗ it does not answer, or not as OpenID Connect asks")
        people = Staff.objects.filter(organisation=organisation, is_active=True).select_related(
            "work_account"
        )
        for person in people.order_by("username"):
            row = getattr(person, "work_account", None)
            since = row and row.bound_at
            self.stdout.write(f"{person.username}: {f'since {since.date()}' if since else 'none'}")

    def _allow(self, organisation: Organisation, *, username: str, **_options: Any) -> None:
        gate.let_connect(_person(organisation, username), by=None)
        self.stdout.write(f"{username} may connect a work account within a week, with their own factors.")

    def _lift(self, organisation: Organisation, *, username: str, hours: int, **_options: Any) -> None:
        second = _person(organisation, username)
        if not AGREES & duties(second):
            raise CommandError(f"{username} leads no compliance and keeps no keys: name somebody who does.")
        gate.ask_lift(organisation, second, hours)
        self.stdout.write(
            f"Call {username}: they sign in without the provider within four hours, open “Work accounts”, and agree."
        )

    def _close(self, organisation: Organisation, **_options: Any) -> None:
        gate.end_lift(organisation, by=None)


def _person(organisation: Organisation, username: str) -> Staff:
    person = Staff.objects.filter(organisation=organisation, username=username, is_active=True).first()
    if person is None:
        raise CommandError(f"There is no {username} at work here.")
    return person
