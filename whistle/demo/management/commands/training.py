"""`manage.py training SLUG`: a place to practise beside an organisation, with made-up people and nothing in common."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.core.errors import DomainError
from whistle.demo import training
from whistle.organisations.selectors import by_slug
from whistle.ui.messages import sentence


class Command(BaseCommand):
    help = "Make a place to practise beside an organisation, and say who signs in there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")

    def handle(self, *, slug: str, **options: Any) -> None:
        real = by_slug(slug)
        if real is None:
            raise CommandError(f"There is no organisation {slug}.")
        try:
            made = training.begin(real)
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        path = training.people_file(made)
        first = training.colleagues(made)[0]["username"]
        self.stdout.write(f"{made.name}: report at /{made.slug}/, desk at /{made.slug}/desk/")
        self.stdout.write(f"Who signs in stands in {path}; the first, with a code of this moment:")
        self.stdout.write(f"  python -m whistle.demo.code {path} {first}")
        self.stdout.write("Signed in, the page “Practice” shows the others.")
