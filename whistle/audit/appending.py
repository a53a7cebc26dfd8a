"""Giving entries their places, as the last act of a transaction.

Places have no gaps and follow the order of commits: whoever appends holds the log's lock until the transaction ends.  So
the less happens under it the better.  SQLite's transaction is the lock, and one SELECT and one INSERT do it.  On
PostgreSQL each statement costs a trip to the server, so one function takes the lock and inserts.  An entry's MAC binds it
to its place, which nobody knows before the lock is held: we send MACs for the places that may come next, and the function
takes those that fit.  If none do, or the plan in force is another, it answers with what is so, and the second try fits.

**Where nothing follows, the COMMIT goes with it in the same message**, so that the lock never waits until we get the
processor, nor for the disk: the commit is made asynchronously, which lets the next one in, and a commit of nothing after
it waits for the disk, for all who are there at once.  Nobody is told of success before that.  PostgreSQL writes its
commits to the disk in their order, so what is lost in a crash is always the end of a log, that nobody was told of; and
the publisher makes sure of the disk itself (`settle`) before it signs what it has read.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, connection
from django.db.backends.utils import CursorWrapper

from whistle.audit import registry
from whistle.audit.entries import Draft, entry_mac
from whistle.core import clock

CROWD = 16  # places that are prepared for when others append as well


class Tip(NamedTuple):
    """What the next entry of a log follows: the organisation's ref, the last place, plan, desk size, earliest time."""

    ref: str
    last: int
    plan_hash: str | None
    desk_size: int | None
    floor: datetime
    crowd: int = 1  # for how many places MACs are sent: more where the last guess was behind


NOWHERE = Tip(
    "", 2**53, None, None, datetime.min.replace(tzinfo=UTC)
)  # fits nothing: the answer says what is so
_tips: dict[tuple[str, int, str], Tip] = {}  # guesses only: the function compares them under the lock


def append(drafts: list[Draft], *, commit: bool = False) -> None:
    """Insert the entries of a transaction, each log's together, in one order for everybody: no deadlock.

    `commit`: nothing else follows in this transaction; where it saves a trip to the server it is committed here.
    """
    by_log: dict[tuple[int, str], list[Draft]] = {}
    for draft in drafts:
        by_log.setdefault((draft.organisation_id, draft.log), []).append(draft)
    place = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        groups = sorted(by_log.items(), key=lambda pair: pair[0])
        if commit and _committed(cursor, groups):
            return
        for (organisation_id, log), group in groups:
            place(cursor, organisation_id, log, group)


def hold(organisation_id: int, log: str) -> None:
    """Let nobody else append to this log until the transaction ends.  Call it inside `atomic()`."""
    if connection.vendor == "postgresql":  # SQLite's IMMEDIATE transaction is the lock
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"whistle-log/{organisation_id}/{log}"]
            )


def earliest(last_at: str | None, last_second: str | None) -> datetime:
    """Return the time before which the next entry may not lie, from the times of the last entries.

    >>> earliest("2026-11-23", "2026-11-22T09:00:00Z").isoformat()
    '2026-11-22T23:00:00+00:00'
    """
    floor = datetime.min.replace(tzinfo=UTC)
    if last_second:
        floor = datetime.fromisoformat(last_second)
    if last_at and len(last_at) == len("2026-11-23"):
        midnight = datetime.combine(datetime.fromisoformat(last_at), time(), tzinfo=clock.OSLO)
        floor = max(floor, midnight.astimezone(UTC))
    return floor


def _written(tip: Tip, drafts: list[Draft]) -> list[tuple[Draft, bytes]]:
    """Return the drafts with the times they bear, and their bytes.

    Two transactions at once, or a clock set back: order is by place, and time follows.
    """
    written = []
    for draft in drafts:
        dated = draft if draft.at >= tip.floor else replace(draft, at=tip.floor)
        plan = str(draft.d["hash"]) if draft.act == "plan.adopted" else tip.plan_hash or ""
        written.append((dated, dated.octets(plan_hash=plan, desk_size=tip.desk_size or 0)))
    return written


def _mac(ref: str, log: str, index: int, octets: bytes) -> bytes:
    return entry_mac(settings.ENTRY_KEY.encode(), ref, log, index, octets)


# ——— SQLite ———

# The last entry is found by ORDER BY … LIMIT 1 and not by max(): without fresh statistics PostgreSQL computes a max()
# over the wrong index, which takes longer the longer the log gets.
_LAST = (
    '(SELECT {0} FROM audit_entry WHERE organisation_id = o.id AND log = %s{1} ORDER BY "index" DESC LIMIT 1)'
)
_STATE = (
    "SELECT o.ref, f.plan_hash, f.desk_size, "  # noqa: S608  # constants of this module only
    + ", ".join(
        (_LAST.format('"index"', ""), _LAST.format("at", ""), _LAST.format("at", " AND length(at) = 20"))
    )
    + " FROM organisations_organisation o LEFT JOIN audit_inforce f ON f.organisation_id = o.id WHERE o.id = %s"
)
_INSERT = 'INSERT INTO audit_entry (organisation_id, log, "index", body, mac, act, "case", at) VALUES '
_VALUES = "(%s, %s, %s, %s, %s, %s, %s, %s)"


def _sqlite(cursor: CursorWrapper, organisation_id: int, log: str, drafts: list[Draft]) -> None:
    # reporters' acts bear dates only, so there is no exact time to look for in their log
    exact = log if log == registry.DESK else ""
    cursor.execute(_STATE, [log, log, exact, organisation_id])
    ref, plan_hash, desk_size, last, last_at, last_second = cursor.fetchone()
    tip = Tip(ref, -1 if last is None else last, plan_hash, desk_size, earliest(last_at, last_second))
    rows: list[Any] = []
    for index, (draft, octets) in enumerate(_written(tip, drafts), tip.last + 1):
        rows += [organisation_id, log, index, octets, _mac(ref, log, index, octets)]
        rows += [draft.act, draft.case or "", draft.moment()]
    cursor.execute(_INSERT + ", ".join([_VALUES] * len(drafts)), rows)


# ——— PostgreSQL ———

# One document and not eleven arguments: psycopg takes ten times as long to write an array as we to write JSON.
# What is assigned costs a tenth of what is PERFORMed.
APPEND = """
CREATE OR REPLACE FUNCTION audit_append(
  org bigint, which text, given jsonb,
  OUT o_placed bigint, OUT o_ref text, OUT o_last bigint, OUT o_at text, OUT o_second text, OUT o_plan text,
  OUT o_desk bigint) LANGUAGE plpgsql AS $$
DECLARE
  entries jsonb := given -> 'entries'; entry jsonb; ahead bigint; locked text;
  first_at text := entries -> 0 ->> 'at';
BEGIN
  locked := pg_advisory_xact_lock(hashtext('whistle-log/' || org || '/' || which))::text;
  SELECT "index", at INTO o_last, o_at FROM audit_entry
    WHERE organisation_id = org AND log = which ORDER BY "index" DESC LIMIT 1;
  SELECT plan_hash, desk_size INTO o_plan, o_desk FROM audit_inforce WHERE organisation_id = org;
  o_last := coalesce(o_last, -1);
  ahead := o_last - (given ->> 'last')::bigint;
  IF ahead >= 0 AND ahead < (given ->> 'crowd')::bigint
    AND o_plan IS NOT DISTINCT FROM given ->> 'plan' AND o_desk IS NOT DISTINCT FROM (given ->> 'desk')::bigint
    AND ((given ->> 'sure')::boolean OR (first_at >= o_at AND length(first_at) = length(o_at))) THEN
    o_placed := o_last + 1;
    FOR place IN 0 .. jsonb_array_length(entries) - 1 LOOP
      entry := entries -> place;
      INSERT INTO audit_entry (organisation_id, log, "index", body, mac, act, "case", at) VALUES (
        org, which, o_placed + place, convert_to(entry ->> 'body', 'UTF8'),
        decode(entry -> 'macs' ->> ahead::integer, 'hex'), entry ->> 'act', entry ->> 'case', entry ->> 'at');
    END LOOP;
  ELSIF (given ->> 'commit')::boolean THEN
    RAISE EXCEPTION 'the next place is another' USING ERRCODE = '23W01';
  ELSE
    SELECT ref INTO o_ref FROM organisations_organisation WHERE id = org;
    SELECT at INTO o_second FROM audit_entry
      WHERE which = 'desk' AND organisation_id = org AND log = which AND length(at) = 20
      ORDER BY "index" DESC LIMIT 1;
  END IF;
END $$"""
_CALL = "SELECT * FROM audit_append(%s, %s, %s)"
# A wrong guess must not commit, which only an error can prevent; an error leaves a line in the server's own log, with the
# time: so never for the log where reporters' acts stand.
WRONG_GUESS = "23W01"
SETTLE = (
    "SELECT pg_logical_emit_message(true, 'whistle', '')"  # an empty word; its commit waits for all before it
)
_COMMIT = f"SAVEPOINT guess; {_CALL}; SET LOCAL synchronous_commit = off; COMMIT; {SETTLE}"

Key = tuple[str, int, str]


def settle() -> None:
    """Return when everything that was committed before is on the disk.  Call it outside transactions."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(SETTLE)


def _committed(cursor: CursorWrapper, groups: list[tuple[tuple[int, str], list[Draft]]]) -> bool:
    """Place the entries and commit, in one trip; return whether that was done.  Otherwise nothing has happened."""
    (organisation_id, log), drafts = groups[0]
    key = (str(connection.settings_dict["NAME"]), organisation_id, log)
    if len(groups) > 1 or log != registry.DESK or connection.vendor != "postgresql" or key not in _tips:
        return False
    try:
        return _placed(cursor, key, drafts, commit=True)
    except IntegrityError as error:
        if getattr(error.__cause__, "sqlstate", "") != WRONG_GUESS:
            raise
        cursor.execute("ROLLBACK TO SAVEPOINT guess")
        _tips[key] = NOWHERE
        return False


def _postgresql(cursor: CursorWrapper, organisation_id: int, log: str, drafts: list[Draft]) -> None:
    key = (str(connection.settings_dict["NAME"]), organisation_id, log)
    if not _placed(cursor, key, drafts):
        _placed(cursor, key, drafts, sure=True)


def _placed(
    cursor: CursorWrapper, key: Key, drafts: list[Draft], *, sure: bool = False, commit: bool = False
) -> bool:
    """Try to place the entries where we think the log ends, or a little ahead; return whether that was right.

    `sure`: we hold the lock, and the server has just said where it ends.  `commit`: see the head of this file.
    """
    _name, organisation_id, log = key
    tip = _tips.get(key, NOWHERE)
    crowd = 1 if sure else tip.crowd
    written = _written(tip, drafts)
    entries = [
        {
            "body": octets.decode(),
            "macs": [_mac(tip.ref, log, index + ahead, octets).hex() for ahead in range(crowd)],
            "act": draft.act,
            "case": draft.case or "",
            "at": draft.moment(),
        }
        for index, (draft, octets) in enumerate(written, tip.last + 1)
    ]
    about = {"last": tip.last, "crowd": crowd, "sure": sure, "commit": commit}
    given = json.dumps({**about, "plan": tip.plan_hash, "desk": tip.desk_size, "entries": entries})
    cursor.execute(_COMMIT if commit else _CALL, [organisation_id, log, given])
    if commit:
        cursor.nextset()
    placed, ref, last, last_at, last_second, plan_hash, desk_size = cursor.fetchone()
    if placed is None:
        _tips[key] = Tip(ref, last, plan_hash, desk_size, earliest(last_at, last_second), CROWD)
        return False
    # where others append as well, our next guess will be behind too
    crowd = CROWD if last > tip.last or (sure and tip.crowd > 1) else 1
    floor = max(tip.floor, written[-1][0].at)
    _tips[key] = tip._replace(last=placed + len(entries) - 1, floor=floor, crowd=crowd)
    return True
