"""The impact assessment (GDPR art. 35 no. 7): what is done, why it is needed, what may happen to people, what is left."""

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from whistle.organisations.models import Organisation

OPEN = "«…»"


def assessment(one: Organisation) -> Iterator[str]:
    """Yield the data protection impact assessment."""
    yield "# " + _("Impact assessment: the whistleblowing channel of %(name)s") % {"name": one.name}
    yield "\n" + _(
        "Systematic handling of reports about identified people, vulnerable reporters, possible offences: an assessment is required."
    )
    yield "\n## " + _("What is done") + "\n"
    yield _(
        "A report is sealed in the reporter's browser to the people shown on the form, and kept as ciphertext. Those people open it in their own browsers, write to the reporter, investigate and conclude, in steps of which the grave ones take two people. Each step and each reading stands in a log without content. Cases are deleted by their class of retention."
    )
    yield "\n## " + _("Why it is needed, and no more") + "\n"
    yield _(
        "The law requires a channel, a confirmation, follow-up and protection. Less would not do: an open mailbox shows reports to whoever runs it. What the server need not know it does not get: no content, no address, no device, dates in place of times."
    )
    yield "\n## " + _("Risks, what is done, what is left") + "\n"
    yield "| " + " | ".join((_("risk to people"), _("what is done here"), _("what is left"))) + " |"
    yield "|---|---|---|"
    for row in (*_of_reporters(), *_of_others(), *_of_running()):
        yield "| " + " | ".join(row) + " |"
    yield "\n**" + _("Advice of the data protection officer") + f"**: {OPEN}"
    yield "\n**" + _("Views of the staff's representatives") + f"**: {OPEN}"
    yield "\n**" + _("Decision and date of the next look") + f"**: {OPEN}"


def _of_reporters() -> Iterator[tuple[str, str, str]]:
    yield (
        _("a reporter becomes known by traces"),
        _("no address, device or time is kept or logged; pages are the same bytes for everybody"),
        _("your own firewall, proxy, DNS and the reporter's machine: say so on the page"),
    )
    watched = _("the server holds ciphertext; changes of the served script are watched for")
    yield (
        _("somebody at the server reads a report"),
        watched if settings.RELEASE_KEY else _("the server holds ciphertext"),
        _(
            "what is sent without script can be read while it passes; a changed server could serve a changed script"
        ),
    )
    yield (
        _("a reporter is punished"),
        _(
            "questions at fixed times of how they fare, answered in the mailbox; punishment is a report of its own, kept from whoever handled the first"
        ),
        _("somebody who guesses who wrote, from what was written"),
    )


def _of_others() -> Iterator[tuple[str, str, str]]:
    yield (
        _("the person concerned handles the report"),
        _("excluded before a byte is sealed; can never be added later"),
        _("a wrong choice on the form"),
    )
    kept = {"longest": longest(), "days": settings.BACKUP_KEY_DAYS}
    yield (
        _("unfounded suspicion lives on"),
        _("retention by class, notice before, deletion destroys keys"),
        _("%(longest)d days in backups, unreadable after %(days)d") % kept
        if settings.BACKUP
        else _("backups") + f": {OPEN}",
    )
    yield (
        _("figures show who it was about"),
        _("small numbers are hidden, also across tables and years"),
        _("who knows the case already recognises it"),
    )


def _of_running() -> Iterator[tuple[str, str, str]]:
    safe = _("confirmed only when on the disk")
    yield (
        _("a report is lost"),
        safe + (_("; backups, a drill each week") if settings.BACKUP else ""),
        "" if settings.BACKUP else "**" + _("no backup is set up (WHISTLE_BACKUP)") + "**",
    )
    yield (
        _("an officer's machine or passphrase is taken"),
        _("a second factor; keys in memory only; one's own cases and no others; each reading is logged"),
        _("what that person could open"),
    )
    yield (
        _("everybody with a key has gone"),
        _("deputies, alternates, recovery sheets at several people, a drill"),
        _("sheets that nobody finds"),
    )
    hours = {"hours": ", ".join(map(str, settings.NOTICE_HOURS))}
    yield (
        _("a mail tells"),
        _("without content, at %(hours)s o'clock, the same words and size") % hours,
        _("that somebody is on duty, and that something hurries, where the reporter chose to let it show")
        if settings.EMAIL_HOST
        else _("no mail server is set up: nobody is notified"),
    )
    yield (
        _("the channel is out of order and nobody notices"),
        _("daily synthetic report") if settings.PROBE_URL else _("health page"),
        "" if settings.PROBE_URL else "**" + _("no probe is set up (WHISTLE_PROBE_URL)") + "**",
    )


def places() -> str:
    """Return where the database is."""
    configured = settings.DATABASES["default"]
    if configured["ENGINE"].endswith("sqlite3"):
        return _("SQLite on the same machine")
    host = str(configured.get("HOST", ""))
    if not host or host.startswith("/"):
        return _("PostgreSQL on the same machine")
    return _("PostgreSQL at %(host)s") % {"host": host}


def longest() -> int:
    """Return the days after which nothing deleted is left in a backup."""
    return max(settings.BACKUP_RECORD_DAYS, settings.BACKUP_KEY_DAYS, settings.BACKUP_BLOB_DAYS)
