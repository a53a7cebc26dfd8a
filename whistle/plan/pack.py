"""The evidence pack for the control committee: one folder with everything, which checks itself.

    DIR/log/            both logs with their verifiers, as `whistle.audit.export` writes them
    DIR/editions/       each public edition of the plan, as it was hashed
    DIR/reports/        each yearly report, as it was hashed; on paper too (PDF) where this machine can make it
    DIR/documents/      the documents that show measures, each under its own SHA-256
    DIR/measures.csv    the measures as they stand: status, dates, what shows them
    DIR/evidence.csv    what shows them, row by row, with the hashes of documents
    DIR/effect.csv      whether measures work, as somebody looked at them later
    DIR/risks.csv       each look at a risk, with the reason given
    DIR/proofs/         that the log holds each adoption, edition and report (C2SP tlog-proof)
    DIR/packverify.py   checks all of it; SHA256SUMS names every file

No name and no text of a case is in it.  The logs are whole, since a figure cannot be checked without them: whoever has them can
count what the published numbers hide.  So the pack is for the committee, and its README says that it is not published.
"""

import csv
import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from whistle.audit import export
from whistle.audit import selectors as log_of
from whistle.audit.folders import log_folder
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.document import LANGUAGES
from whistle.plan.due import missed, next_due
from whistle.plan.figures import shown_dates
from whistle.plan.models import (
    CouncilReport,
    Edition,
    EffectReview,
    Evidence,
    EvidenceFile,
    Plan,
    RiskAssessment,
)
from whistle.plan.open_data import cell
from whistle.plan.pdf import available
from whistle.plan.printing import printed
from whistle.plan.selectors import plan_in_force, said
from whistle.tlog import checkpoint, note
from whistle.tlog.receipt import Receipt
from whistle.tlog.tile_reader import TileReader, read_checkpoint

PROVEN = ("plan.adopted", "plan.published", "plan.reported")
README = """\
Evidence of the plan "{title}" of {name}, {council_ref}, as of {day}.

Check it with Python 3.9 or newer and nothing else:

    python3 packverify.py . --policy YOUR_POLICY --older YOUR_LAST_CHECKPOINT

YOUR_POLICY and YOUR_LAST_CHECKPOINT are from your own minutes; without them the program trusts `log/policy`.  What the
folders hold is said in packverify.py and log/README.

This pack is for the control committee and not for publication.  The logs in it hold no name and no word of a case, but
whoever has them can count: also numbers below 5, which the public pages and the yearly report hide.
"""


def complete(organisation: Organisation, directory: Path) -> None:
    """Put the pack around the logs that lie in `directory`/log.  Raises `plan.not_in_force`."""
    plan = plan_in_force(organisation)
    if plan is None:
        raise DomainError("plan.not_in_force", status=409)
    _write_documents(organisation, directory)
    _write_table(directory / "measures.csv", measure_rows(plan, "nb"))
    _write_table(directory / "evidence.csv", evidence_rows(organisation))
    _write_table(directory / "effect.csv", effect_rows(organisation))
    _write_table(directory / "risks.csv", risk_rows(organisation))
    _write_files(organisation, directory / "documents")
    _write_proofs(organisation, directory / "proofs", directory / "log")
    shutil.copyfile(export.PROGRAMS / "packverify.py", directory / "packverify.py")
    words = README.format(
        title=said(plan.title, "nb"),
        name=organisation.name,
        council_ref=plan.council_ref,
        day=clock.today().isoformat(),
    )
    (directory / "README").write_text(words, encoding="utf-8")
    _write_sums(directory)


def measure_rows(plan: Plan, language: str) -> list[list[str]]:
    """Return the measures as rows of a table, headings first."""
    shown, today = shown_dates(plan.organisation, clock.today()), clock.today()
    rows = [["measure", "area", "text", "responsible", "status", "next", "late", "shown_for"]]
    for it in plan.measures.select_related("area"):
        dates = shown.get(it.code, set())
        late = missed(it.due, it.recurrence, it.status, dates, today)
        due = next_due(it.due, it.recurrence, today)
        rows.append(
            [
                it.code,
                it.area.code,
                said(it.text, language),
                "; ".join(said(plan.roles[code], language) for code in it.responsible),
                it.status,
                due.isoformat() if due else "",
                "; ".join(day.isoformat() for day in late),
                "; ".join(day.isoformat() for day in sorted(dates)),
            ]
        )
    return rows


def evidence_rows(organisation: Organisation) -> list[list[str]]:
    """Return what shows the measures as rows of a table, headings first.  Nobody's name is in it."""
    rows = [["measure", "kind", "from", "to", "shown_for", "sha256", "note"]]
    for it in Evidence.objects.filter(organisation=organisation).order_by("measure", "period_to", "id"):
        dates = (it.period_from, it.period_to, it.for_due)
        rows.append(
            [it.measure, it.kind, *(day.isoformat() if day else "" for day in dates), it.hash, it.note]
        )
    return rows


def effect_rows(organisation: Organisation) -> list[list[str]]:
    """Return the looks at measures' effect as rows of a table, headings first."""
    rows = [["measure", "on", "verdict", "comment", "next"]]
    for it in EffectReview.objects.filter(organisation=organisation).order_by("at", "id"):
        upcoming = it.next_review.isoformat() if it.next_review else ""
        rows.append([it.measure, _date(it.at), it.verdict, it.comment, upcoming])
    return rows


def risk_rows(organisation: Organisation) -> list[list[str]]:
    """Return the looks at risks as rows of a table, headings first."""
    rows = [["risk", "on", "likelihood", "consequence", "method", "reason"]]
    for it in RiskAssessment.objects.filter(organisation=organisation).order_by("at", "id"):
        steps = (str(it.likelihood), str(it.consequence))
        rows.append([it.risk, _date(it.at), *steps, it.method, it.reason])
    return rows


def _date(at: datetime) -> str:
    return at.astimezone(clock.OSLO).date().isoformat()


def _write_files(organisation: Organisation, directory: Path) -> None:
    directory.mkdir()
    for file in EvidenceFile.objects.filter(organisation=organisation).select_related("evidence").iterator():
        ending = file.name.rpartition(".")[2].casefold()
        (directory / f"{file.evidence.hash}.{ending}").write_bytes(bytes(file.octets))


def _write_documents(organisation: Organisation, directory: Path) -> None:
    for name in ("editions", "reports"):
        (directory / name).mkdir()
    for edition in Edition.objects.filter(organisation=organisation):
        _write_json(directory / "editions" / f"{edition.as_of.isoformat()}.json", edition.document)
    for report in CouncilReport.objects.filter(organisation=organisation, state="published"):
        name = f"{report.year}-{report.edition}"
        _write_json(directory / "reports" / f"{name}.json", report.document)
        for lang in LANGUAGES if available() else ():
            (directory / "reports" / f"{name}.{lang}.pdf").write_bytes(printed(report, lang))


def _write_json(path: Path, document: object) -> None:
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True), encoding="utf-8")


def _write_table(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([cell(value) for value in row] for row in rows)


def _write_proofs(organisation: Organisation, directory: Path, logs: Path) -> None:
    directory.mkdir()
    for log in ("desk", "channel"):
        raw = read_checkpoint(logs / log)
        size = checkpoint.parse(note.parse(raw).text).size
        reader = TileReader(log_folder(organisation, log), size)
        for read in log_of.entries(organisation, log, acts=PROVEN, last=size - 1):
            receipt = Receipt(read.index, tuple(reader.prove_inclusion(read.index)), raw.decode())
            name = f"{log}-{read.index}-{read.fields['act']}.tlog-proof"
            (directory / name).write_text(receipt.text(), encoding="utf-8")


def _write_sums(directory: Path) -> None:
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(directory).as_posix()}\n"
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    ]
    (directory / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
