"""Two towns behind a real web server, for tests in a browser: `python -m tests.reporter.serve PORT PEOPLE_FILE`."""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any


def main(port: str, people_file: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from tests.serving import made_once
    from tests.town import make_town

    def make() -> dict[str, Any]:
        call_command("migrate", verbosity=0)
        people = {}
        for slug in ("fjellvik", "nordvik"):
            town = make_town(slug)
            people[slug] = {
                name: [one.person.username, one.passphrase, one.totp_secret]
                for name, one in town.people.items()
            }
            for one in town.people.values():
                type(one.staff.key).objects.filter(staff=one.staff).update(totp_counter=0)
        return people

    Path(people_file).write_text(json.dumps(made_once(make)))

    from django.db import connections

    connections.close_all()
    if os.fork() == 0:
        work(os.getppid())

    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = [
        "gunicorn",
        "whistle.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
        "--log-level",
        "error",
    ]
    WSGIApplication("%(prog)s", prog="gunicorn").run()


def work(server: int) -> None:
    """Do what the worker does, twice a second, as long as the server lives."""
    from cases.tasks import adopt_new_reports
    from tests.watching import Watcher, be_watched
    from whistle.audit import stakes
    from whistle.audit.publisher import publish_all
    from whistle.audit.tasks import publish_and_show
    from whistle.organisations.selectors import every

    watcher = Watcher(Path(tempfile.mkdtemp(prefix="whistle-witness-")), "committee")
    for organisation in every():
        publish_all(organisation)
        be_watched(organisation, watcher)
    while os.getppid() == server:
        adopt_new_reports()
        for organisation in every():
            publish_all(organisation)
            if stakes.pending(organisation):
                publish_and_show(organisation)
                stakes.sweep(organisation)
        time.sleep(0.5)
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
