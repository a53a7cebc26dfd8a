"""Two towns with reports behind a real web server: `python -m tests.desk.serve PORT FILE`."""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

REPORTS = 40  # more than all tests take when one process runs them, so that each has cases nobody has touched


def main(port: str, told: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.conf import settings

    built = (
        Path(told).parent / "dist"
    )  # a copy: a build while the tests run does not take files away from them
    shutil.copytree(settings.STATICFILES_DIRS[0], built)
    settings.STATICFILES_DIRS = [built]
    django.setup()
    from django.core.management import call_command

    from tests.desk.witness import attend
    from tests.serving import made_once
    from tests.town import make_town
    from whistle.audit.publisher import publish_all
    from whistle.client.box import File
    from whistle.organisations.models import Organisation

    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
    )
    files = [
        File("photo.png", "image/png", picture),
        File("letter.txt", "text/plain", b"<img src=x onerror=alert(1)> plain words"),
        File("page.html", "text/html", b"<script>document.title='taken'</script>"),
        File("drawing.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
    ]

    def make() -> dict[str, Any]:
        call_command("migrate", verbosity=0)
        towns = {slug: make_town(slug) for slug in ("fjellvik", "nordvik")}
        reports = [_report(towns["fjellvik"], files if number == 0 else []) for number in range(REPORTS)]
        strange = _report(towns["nordvik"], [])
        for town in towns.values():
            publish_all(town.organisation)
        people = {
            slug: {
                name: [one.person.username, one.passphrase, one.totp_secret]
                for name, one in town.people.items()
            }
            for slug, town in towns.items()
        }
        root = towns["fjellvik"].ceremony.root_seed.hex()
        return {"root": root, "people": people, "reports": reports, "strange": strange}

    here = {"database": str(settings.DATABASES["default"]["NAME"]), "folder": str(Path(told).parent)}
    Path(told).write_text(json.dumps({**made_once(make), **here}))

    attend(Path(told).parent, Organisation.objects.get(slug="fjellvik"))

    from gunicorn.app.wsgiapp import WSGIApplication

    bind = f"127.0.0.1:{port}"
    sys.argv = [
        "gunicorn",
        "whistle.wsgi:application",
        "--bind",
        bind,
        "--threads",
        "4",
        "--log-level",
        "error",
    ]
    WSGIApplication("%(prog)s", prog="gunicorn").run()


def _report(town: object, files: list[object]) -> dict[str, str]:
    text = "The bridge was paid twice\n\nBoth invoices bear the same number. Ask for the second one."
    sent = town.report(text, files=files, about=["supplier"])  # type: ignore[attr-defined]
    return {"code": sent.code, "reference": town.newest().reference}  # type: ignore[attr-defined]


if __name__ == "__main__":
    main(*sys.argv[1:])
