"""`manage.py grants`: give each role of PostgreSQL its rights, as the owner of the tables, after every migration."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from whistle.operations import rights


class Command(BaseCommand):
    requires_system_checks = [
        "whistle"
    ]  # not those of the running server: this one is run by the tables' owner
    help = (
        "Give each role of PostgreSQL its rights.  In one transaction: nobody is without theirs for a moment."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--show", action="store_true", help="print the statements and do nothing")

    def handle(self, *, show: bool, **options: Any) -> None:
        statements = list(rights.statements())
        if show:
            self.stdout.write(";\n".join(["BEGIN", *statements, "COMMIT"]) + ";")
        elif connection.vendor == "postgresql":
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
