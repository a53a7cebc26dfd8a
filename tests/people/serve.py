"""A town at work and one that is only founded, behind a real web server: `python -m tests.people.serve PORT FILE`."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any


def main(port: str, told: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    built = Path(told).parent / "dist"  # a copy: a build while the tests run takes no files away from them
    shutil.copytree(settings.STATICFILES_DIRS[0], built)
    settings.STATICFILES_DIRS = [built]
    django.setup()
    from django.core.management import call_command

    from tests.serving import made_once
    from tests.town import make_town
    from whistle.access.services.setting_up import found
    from whistle.accounts.services.invitations import Newcomer
    from whistle.audit.publisher import publish_all
    from whistle.core.policy import Duty
    from whistle.organisations.models import Organisation

    def make() -> dict[str, Any]:
        call_command("migrate", verbosity=0)
        town = make_town("fjellvik")
        town.report("The bridge was paid twice\n\nBoth invoices bear the same number.")
        publish_all(town.organisation)
        links = {}
        for slug in ("nyby", "storvik"):
            origin = f"{slug}.example"
            new = Organisation.objects.create(slug=slug, name=f"{slug.title()} kommune", log_origin=origin)
            first = {
                Duty.SYSTEM_ADMINISTRATOR: Newcomer("ada.vik", "Ada Vik", "IKT"),
                Duty.KEY_CUSTODIAN: Newcomer("kim.lund", "Kim Lund", "Arkiv"),
            }
            links[slug] = found(new, first)
        people = {
            name: [one.person.username, one.passphrase, one.totp_secret] for name, one in town.people.items()
        }
        return {"people": people, "case": town.newest().reference, "links": links}

    database = str(settings.DATABASES["default"]["NAME"])
    Path(told).write_text(json.dumps({**made_once(make), "database": database}))

    from gunicorn.app.wsgiapp import WSGIApplication

    sys.argv = [
        "gunicorn", "whistle.wsgi:application", "--bind", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "error"
    ]  # fmt: skip
    WSGIApplication("%(prog)s", prog="gunicorn").run()


if __name__ == "__main__":
    main(*sys.argv[1:])
