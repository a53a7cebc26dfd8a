"""A whole request of the desk that writes one entry, against the same that writes none: prints the ratio of their rates.

In memory, so that no disk hides what the log costs.
"""

import os
from statistics import median
from time import perf_counter

ROUNDS, EACH = 9, 40


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    from django.core.management import call_command
    from django.test import Client

    from tests.town import make_town
    from whistle.audit import services

    call_command("migrate", verbosity=0)
    town = make_town("fjellvik")
    town.report("The bridge was paid twice.")
    client = Client()
    client.force_login(town.people["randi"].staff)
    append = services.append

    def seconds() -> float:
        began = perf_counter()
        for _ in range(EACH):
            answer = client.post("/desk/log/desk/review/", {"first": "0", "last": "1", "finding": "in_order"})
            assert answer.status_code == 302, answer.content
        return perf_counter() - began

    found = []
    for _ in range(ROUNDS):
        services.append = append
        logged = seconds()
        services.append = lambda *_drafts, **_how: None
        found.append(seconds() / logged)
    print(median(found))


if __name__ == "__main__":
    main()
