"""Papers that law asks for, made from the configuration that runs: what is filled in is true today.

Record of processing (GDPR art. 30), impact assessment (art. 35), suppliers (art. 28), in the language that is asked for.  What a
machine cannot know is left as a line to fill in, marked «…»; a paper with such a line is not finished, and says so.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from whistle import __version__
from whistle.accounts.selectors import roster_document
from whistle.accounts.services.gate import provider_of
from whistle.core import clock
from whistle.operations import papers_risks
from whistle.operations.papers_risks import OPEN, longest
from whistle.organisations.models import Organisation

BASES = (  # what is done with personal data, and what allows it
    (
        gettext_lazy("taking in and following up reports"),
        gettext_lazy("art. 6 no. 1 c and e"),
        gettext_lazy("Working Environment Act § 2 A-3, § 2 A-6; Local Government Act § 25-1"),
    ),
    (
        gettext_lazy("health, union membership and other special categories in a report"),
        gettext_lazy("art. 9 no. 2 b, f and g"),
        gettext_lazy("Working Environment Act ch. 2 A; Personal Data Act § 6"),
    ),
    (
        gettext_lazy("allegations of crime, also unproven"),
        gettext_lazy("art. 10 with art. 6 no. 1 c and e"),
        gettext_lazy("Personal Data Act § 11; Working Environment Act § 2 A-3"),
    ),
    (
        gettext_lazy("a reporter's name, sealed apart and opened by two"),
        gettext_lazy("art. 6 no. 1 c"),
        gettext_lazy("Working Environment Act § 2 A-7; Public Administration Act § 13"),
    ),
    (
        gettext_lazy("asking how the reporter fares"),
        gettext_lazy("art. 6 no. 1 c"),
        gettext_lazy("Working Environment Act § 2 A-3 second paragraph, § 2 A-4"),
    ),
    (
        gettext_lazy("telling people named, and keeping something back"),
        gettext_lazy("art. 6 no. 1 c; art. 14, 15 and 23"),
        gettext_lazy("Personal Data Act § 16"),
    ),
    (
        gettext_lazy("removing what is not relevant"),
        gettext_lazy("art. 5 no. 1 c; art. 17"),
        gettext_lazy("none of its own"),
    ),
    (
        gettext_lazy("keeping and deleting cases"),
        gettext_lazy("art. 5 no. 1 e; art. 6 no. 1 c"),
        gettext_lazy("Archives Act § 12, § 13"),
    ),
    (
        gettext_lazy("staff who handle cases: keys, readings, the log"),
        gettext_lazy("art. 6 no. 1 c and e; art. 32"),
        gettext_lazy("Local Government Act § 25-1"),
    ),
    (
        gettext_lazy("yearly figures, without persons"),
        gettext_lazy("art. 6 no. 1 e; art. 89"),
        gettext_lazy("Local Government Act § 25-2"),
    ),
)


def write(one: Organisation, folder: Path, language: str = "nb") -> list[Path]:
    """Write the three papers of an organisation and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    with override(language):
        for name, lines in (
            ("RECORD.md", record(one)),
            ("DPIA.md", papers_risks.assessment(one)),
            ("SUPPLIERS.md", suppliers(one)),
        ):
            (folder / name).write_text(_headed("\n".join(lines) + "\n"), encoding="utf-8")
            made.append(folder / name)
    return made


def _headed(text: str) -> str:
    unfinished = text.count(OPEN)
    head = _("Made from the running configuration on %(day)s, Whistle %(version)s.") % {
        "day": clock.today(),
        "version": __version__,
    }
    left = ngettext("%(n)d place to fill in.", "%(n)d places to fill in.", unfinished) % {"n": unfinished}
    title, _newline, rest = text.partition("\n")
    left = left if unfinished else _("Nothing left to fill in.")
    return f"{title}\n\n> {head} {left}\n{rest}"


def record(one: Organisation) -> Iterator[str]:
    """Yield the record of processing activities (art. 30 no. 1)."""
    yield "# " + _("Record of processing: the whistleblowing channel of %(name)s") % {"name": one.name}
    contact = {"name": one.name, "open": OPEN}
    yield ""
    yield (
        "- "
        + _("**Controller**: %(name)s, %(open)s (contact). **Data protection officer**: %(open)s") % contact
    )
    for line in _what_is_kept():
        yield f"- {line}"
    yield "- " + _("**Recipients**: %(names)s") % {"names": "; ".join(_readers(one)) or OPEN}
    places = {"place": papers_risks.places(), "open": OPEN}
    yield "- " + _("**Transfers outside the EEA**: none by the program. Storage: %(place)s. %(open)s (where the machine stands)") % places  # fmt: skip
    for line in _erased():
        yield f"- {line}"
    yield "- " + _("**Security** (art. 32): sealed in the browser to the people shown on the form; excluded people get no key; steps by two people; a log that outsiders verify; %(measures)s.") % {"measures": ", ".join(_measures())}  # fmt: skip
    yield "\n## " + _("Legal basis of each activity") + "\n"
    yield "| " + " | ".join((_("activity"), "GDPR", _("national law"))) + " |"
    yield "|---|---|---|"
    for activity, basis, law in BASES:
        yield f"| {activity} | {basis} | {law} |"
    yield "\n**" + _("Confirmed by the controller's own lawyer") + f"**: {OPEN}"


def _what_is_kept() -> Iterator[str]:
    yield _(
        "**Purpose**: receiving and following up reports of censurable conditions (Working Environment Act, chapter 2 A)."
    )
    yield _(
        "**People concerned**: reporters (also anonymous), persons concerned, witnesses, staff who handle cases. Everybody named in a case has the reporter's protection: sealed to those with a key; somebody marked as needing more makes the case restricted."
    )
    yield _(
        "**Kinds of data**: what a report says, in ciphertext that the server cannot open; state, role, coarse dates and category of a case; of staff: name, title, address for mail, when they signed in, and, where work accounts are used, the account's number at the provider. No address, device, language or exact time of a reporter."
    )
    yield _(
        "**Without script**: who reports on the page without script lets the server read while the text passes and seal it. The page says so. Nothing of it is kept in clear."
    )
    yield _(
        "**Restricted class** (art. 10, and people who need more protection): who only advises reads such a case for 30 days at most; an allegation of crime that did not hold is not kept as long as one that did."
    )


def _erased() -> Iterator[str]:
    kept = {
        "days": settings.BACKUP_KEY_DAYS,
        "longest": longest(),
        "hours": settings.SESSION_COOKIE_AGE // 3600,
    }
    yield (
        _(
            "**Erasure**: cases by their class of retention, their keys at once; in backups unreadable after %(days)d days, gone after %(longest)d; uploads nobody finished after 1 day; sessions after %(hours)d hours."
        )
        % kept
    )
    yield _(
        "**The log** is kept for good and holds no content: what was done, when, in which role, and a random name of whoever did it. Whose name that is stands with the person's account, not in the log."
    )


def suppliers(one: Organisation) -> Iterator[str]:
    """Yield the list of processors and sub-processors (art. 28), as far as the configuration shows them."""
    yield "# " + _("Suppliers of the whistleblowing channel of %(name)s") % {"name": one.name}
    yield "\n" + _("What is sent with script is sealed to people: nobody on this list can open it, then or later. What is sent without script can be read by whoever controls the machine while it passes. Whoever controls the machine could also serve a changed script; that can be detected, not prevented.") + "\n"  # fmt: skip
    yield "| " + " | ".join((_("what"), _("where"), _("could see"), _("agreement"))) + " |"
    yield "|---|---|---|---|"
    for row in _rows(one):
        yield "| " + " | ".join(row) + " |"


def _rows(one: Organisation) -> Iterator[tuple[str, str, str, str]]:
    host = str(settings.DATABASES["default"].get("HOST", ""))
    own = not host or host.startswith("/")
    seen = _("ciphertext, sizes, coarse dates; in memory, while it runs, what is sent without script")
    yield _("the machine"), OPEN, seen, OPEN
    seen = _("ciphertext, sizes, coarse dates, names of staff")
    yield _("database"), papers_risks.places(), seen, _("none needed: the same machine") if own else OPEN
    if settings.EMAIL_HOST:
        seen = _(
            "that a member of staff got a notice, at fixed hours, or at once where a reporter asked us to hurry"
        )
        yield _("mail"), settings.EMAIL_HOST, seen, OPEN
    if settings.TSA_URL:
        yield _("time stamps"), str(urlsplit(settings.TSA_URL).hostname), _("hashes of the log's heads"), OPEN
    if settings.S3_URL:
        seen = _("ciphertext, sizes, the night it came")
        yield _("sealed files"), str(urlsplit(settings.S3_URL).hostname), seen, OPEN
    if (provider := provider_of(one)) is not None:
        seen = _("which employee signs in to the desk, and when")
        yield _("work accounts"), provider.host, seen, OPEN
    if settings.BACKUP:
        yield (
            _("backups"),
            str(settings.BACKUP),
            _("ciphertext, what is known about cases, names of staff"),
            OPEN,
        )
    names = ", ".join(_witnesses(one)) or _("none")
    yield _("witnesses of the log"), names, _("hashes and sizes, on a fixed clock"), _("not personal data")


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


def _measures() -> list[str]:
    return [
        _("TLS only") if settings.HTTPS else _("NO TLS"),
        _("daily synthetic report") if settings.PROBE_URL else _("no synthetic report"),
        _("signed list of installed files") if settings.RELEASE_KEY else _("installed files are not checked"),
        _("nightly backups with a weekly drill") if settings.BACKUP else _("NO BACKUP"),
    ]
