"""Papers that law asks for, made from the configuration that runs: what is filled in is true today.

Record of processing (GDPR art. 30), impact assessment (art. 35), suppliers (art. 28).  What a machine cannot know is left
as a line to fill in, marked «…»; a paper with such a line is not finished, and says so.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from whistle import __version__
from whistle.accounts.selectors import roster_document
from whistle.accounts.services.gate import provider_of
from whistle.core import clock
from whistle.organisations.models import Organisation

OPEN = "«…»"
AML, POL = "Working Environment Act", "Personal Data Act"
BASES = (  # what is done with personal data, and what allows it
    (
        "taking in and following up reports",
        "art. 6 no. 1 c and e",
        f"{AML} § 2 A-3, § 2 A-6; Local Government Act § 25-1",
    ),
    (
        "health, union membership and other special categories in a report",
        "art. 9 no. 2 b, f and g",
        f"{AML} ch. 2 A; {POL} § 6",
    ),
    (
        "allegations of crime, also unproven",
        "art. 10 with art. 6 no. 1 c and e",
        f"{POL} § 11; {AML} § 2 A-3",
    ),
    (
        "a reporter's name, sealed apart and opened by two",
        "art. 6 no. 1 c",
        f"{AML} § 2 A-7; Public Administration Act § 13",
    ),
    ("asking how the reporter fares", "art. 6 no. 1 c", f"{AML} § 2 A-3 second paragraph, § 2 A-4"),
    ("telling people named, and keeping something back", "art. 6 no. 1 c; art. 14, 15 and 23", f"{POL} § 16"),
    ("removing what is not relevant", "art. 5 no. 1 c; art. 17", "none of its own"),
    ("keeping and deleting cases", "art. 5 no. 1 e; art. 6 no. 1 c", "Archives Act § 12, § 13"),
    (
        "staff who handle cases: keys, readings, the log",
        "art. 6 no. 1 c and e; art. 32",
        "Local Government Act § 25-1",
    ),
    ("yearly figures, without persons", "art. 6 no. 1 e; art. 89", "Local Government Act § 25-2"),
)


def write(one: Organisation, folder: Path) -> list[Path]:
    """Write the three papers of an organisation and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for name, lines in (
        ("RECORD.md", record(one)),
        ("DPIA.md", assessment(one)),
        ("SUPPLIERS.md", suppliers(one)),
    ):
        text = "\n".join(lines) + "\n"
        unfinished = text.count(OPEN)
        head = f"> Made from the running configuration on {clock.today()}, Whistle {__version__}. "
        head += f"{unfinished} places to fill in." if unfinished else "Nothing left to fill in."
        title, _newline, rest = text.partition("\n")
        (folder / name).write_text(f"{title}\n\n{head}\n{rest}", encoding="utf-8")
        made.append(folder / name)
    return made


def record(one: Organisation) -> Iterator[str]:
    """Yield the record of processing activities (art. 30 no. 1)."""
    yield f"# Record of processing: the whistleblowing channel of {one.name}"
    yield f"\n- **Controller**: {one.name}, {OPEN} (contact). **Data protection officer**: {OPEN}"
    yield "- **Purpose**: receiving and following up reports of censurable conditions (Working Environment Act, chapter 2 A)."
    yield "- **People concerned**: reporters (also anonymous), persons concerned, witnesses, staff who handle cases. Everybody named in a"
    yield "  case has the reporter's protection: sealed to those with a key; somebody marked as needing more makes the case restricted."
    yield "- **Kinds of data**: what a report says, in ciphertext that the server cannot open; state, role, coarse dates, category of a case;"
    yield "  of staff: name, title, address for mail, when they signed in. No address, device, language or exact time of a reporter."
    yield "- **Restricted class** (art. 10, and people who need more protection): who only advises reads such a case for 30 days at most; an"
    yield "  allegation of crime that did not hold is not kept as long as one that did."
    yield f"- **Recipients**: {'; '.join(_readers(one)) or OPEN}"
    yield f"- **Transfers outside the EEA**: none by the program. Storage: {_places()}. {OPEN} (where the machine stands)"
    yield "- **Erasure**: cases by their class of retention, keys at once (`case.shredded` in the log); in backups unreadable after "
    yield f"  {settings.BACKUP_KEY_DAYS} days, gone after {_longest()}; uploads nobody finished after 1 day; sessions after "
    yield f"  {settings.SESSION_COOKIE_AGE // 3600} hours."
    yield "- **Security** (art. 32): sealed in the browser to the people shown on the form; excluded people get no key; two-person "
    yield "  steps; a log that outsiders verify; " + ", ".join(_measures()) + "."
    yield "\n## Legal basis of each activity\n"
    yield "| activity | GDPR | national law |"
    yield "|---|---|---|"
    for activity, basis, law in BASES:
        yield f"| {activity} | {basis} | {law} |"
    yield f"\n**Confirmed by the controller's own lawyer**: {OPEN}"


def assessment(one: Organisation) -> Iterator[str]:
    """Yield the data protection impact assessment (art. 35 no. 7)."""
    yield f"# Impact assessment: the whistleblowing channel of {one.name}"
    yield "\nSystematic handling of reports about identified people, vulnerable reporters, possible offences: an assessment is required."
    yield "\n## Risks, what is done, what is left\n"
    yield "| risk to people | what is done here | what is left |"
    yield "|---|---|---|"
    for risk, done, left in _risks():
        yield f"| {risk} | {done} | {left} |"
    yield f"\n**Advice of the data protection officer**: {OPEN}  **Views of staff's representatives**: {OPEN}"
    yield f"\n**Decision and date of the next look**: {OPEN}"


def _risks() -> Iterator[tuple[str, str, str]]:
    yield (
        "a reporter becomes known by traces",
        "no address, device or time is kept or logged; pages are the same bytes for everybody",
        "your own firewall, proxy, DNS and the reporter's machine: say so on the page",
    )
    yield (
        "somebody at the server reads a report",
        "the server holds ciphertext; integrity of the served script is monitored"
        if settings.RELEASE_KEY
        else "the server holds ciphertext",
        "the path without script is readable while it passes; a changed server could serve a changed script",
    )
    yield (
        "the person concerned handles the report",
        "excluded before a byte is sealed; can never be added later",
        "a wrong choice on the form",
    )
    yield (
        "unfounded suspicion lives on",
        "retention by class, notice before, deletion destroys keys",
        f"{_longest()} days in backups, unreadable after {settings.BACKUP_KEY_DAYS}"
        if settings.BACKUP
        else f"backups: {OPEN}",
    )
    yield (
        "a report is lost",
        "confirmed only when on the disk; backups, a drill each week"
        if settings.BACKUP
        else "confirmed only when on the disk",
        "" if settings.BACKUP else "**no backup is set up (WHISTLE_BACKUP)**",
    )
    yield (
        "a mail tells",
        f"content-free, at {', '.join(map(str, settings.NOTICE_HOURS))} o'clock, the same words and size",
        "that somebody is on duty" if settings.EMAIL_HOST else "no mail server is set up: nobody is notified",
    )
    yield (
        "the channel is out of order and nobody notices",
        "daily synthetic report" if settings.PROBE_URL else "health page",
        "" if settings.PROBE_URL else "**no probe is set up (WHISTLE_PROBE_URL)**",
    )


def suppliers(one: Organisation) -> Iterator[str]:
    """Yield the list of processors and sub-processors (art. 28), as far as the configuration shows them."""
    yield f"# Suppliers of the whistleblowing channel of {one.name}"
    yield "\nNobody on this list can open a report: contents are sealed to people. Each can see what stands in the third column.\n"
    yield "| what | where | could see | agreement |"
    yield "|---|---|---|---|"
    yield f"| the machine | {OPEN} | ciphertext, sizes, coarse dates; memory, while it runs | {OPEN} |"
    yield f"| database | {_places()} | as above | {_own(settings.DATABASES['default'].get('HOST', ''))} |"
    if settings.EMAIL_HOST:
        yield f"| mail | {settings.EMAIL_HOST} | that a member of staff got a notice, twice a day at most | {OPEN} |"
    if settings.TSA_URL:
        yield f"| time stamps | {urlsplit(settings.TSA_URL).hostname} | hashes of the log's heads | {OPEN} |"
    if settings.S3_URL:
        yield f"| sealed files | {urlsplit(settings.S3_URL).hostname} | ciphertext, sizes, the night it came | {OPEN} |"
    if (provider := provider_of(one)) is not None:
        yield f"| work accounts | {provider.host} | which employee signs in to the desk, and when | {OPEN} |"
    if settings.BACKUP:
        yield f"| backups | {settings.BACKUP} | ciphertext, metadata of cases | {OPEN} |"
    yield f"| witnesses of the log | {', '.join(_witnesses(one)) or 'none'} | hashes and sizes, on a fixed clock | not personal data |"


def _witnesses(one: Organisation) -> list[str]:
    from whistle.audit import policies

    try:
        return [str(witness.verifier.public.name) for witness in policies.read(one).witnesses]
    except (OSError, ValueError, AttributeError):
        return []


def _readers(one: Organisation) -> list[str]:
    document = roster_document(one)
    return [
        f"{row['name']}, {row['title']}" for row in [*document["readers"], *document.get("alternates", [])]
    ]


def _places() -> str:
    configured = settings.DATABASES["default"]
    if configured["ENGINE"].endswith("sqlite3"):
        return "SQLite on the same machine"
    host = str(configured.get("HOST", ""))
    return f"PostgreSQL {'on the same machine' if not host or host.startswith('/') else f'at {host}'}"


def _own(host: str) -> str:
    return "none needed: the same machine" if not host or str(host).startswith("/") else OPEN


def _longest() -> int:
    return max(settings.BACKUP_RECORD_DAYS, settings.BACKUP_KEY_DAYS, settings.BACKUP_BLOB_DAYS)


def _measures() -> list[str]:
    found = ["TLS only" if settings.HTTPS else "NO TLS"]
    found.append("daily synthetic report" if settings.PROBE_URL else "no synthetic report")
    found.append(
        "signed list of installed files" if settings.RELEASE_KEY else "installed files are not checked"
    )
    found.append("nightly backups with a weekly drill" if settings.BACKUP else "NO BACKUP")
    return found
