#!/usr/bin/env python3
"""Compute a plan's published figures again from an exported log, with nothing but Python's standard library.

    python3 planverify.py DIR DOCUMENT

DIR is an export of the logs (`desk/` and `channel/` with their `tile/entries/`, and `plan/<hash>.json`), which you have
checked with `auditverify.py` first.  DOCUMENT is what the public page of the plan, or a yearly report, gives as
"Download (JSON)".

For every indicator of the plan the program checks that the log has the entries the proof names (SHA-256 over their
leaf hashes), that the rule is the one of the adopted plan of that hash, and that the rule gives what the page shows; an
indicator that the page leaves out, or shows without a proof, is a fault.  Of a yearly report it checks the deadlines,
the figures of the measures, the number of reports received, and every number in the tables of cases.

A rule is either written in the plan or follows from the indicator: the figure given last (`figure.given`), the control
runs (`control.run`), or the due dates for which something was shown (`measure.shown`).

Exit status: 0 all agree, 1 some do not, 2 something cannot be read.  Needs Python 3.9 or newer.  It shares no line
with the program that makes the page.
"""

import calendar
import datetime
import hashlib
import json
import pathlib
import sys

WIDTH = 256  # entries in a full bundle (C2SP tlog-tiles)
FEW = 5  # counts from 1 to 4 are never shown


def bundles(directory):
    """Yield the entries of a log in order, from the widest bundle of each number."""
    found = {}
    root = directory / "tile" / "entries"
    for path in root.rglob("*"):
        if not path.is_file():
            continue
        parts = path.relative_to(root).as_posix().split("/")
        width = WIDTH
        if parts[-2:-1] and parts[-2].endswith(".p"):
            width, parts = int(parts[-1]), [*parts[:-2], parts[-2][:-2]]
        number = int("".join(part.lstrip("x") for part in parts))
        if width >= found.get(number, (0, None))[0]:
            found[number] = (width, path)
    for number in sorted(found):
        octets, at = found[number][1].read_bytes(), 0
        while at < len(octets):
            size = int.from_bytes(octets[at : at + 2], "big")
            yield octets[at + 2 : at + 2 + size]
            at += 2 + size


def last_sunday(year, month):
    """Return the last Sunday of a month: European summer time begins and ends there at 01:00 UTC."""
    day = datetime.date(year, month, calendar.monthrange(year, month)[1])
    return day - datetime.timedelta(days=(day.weekday() + 1) % 7)


def oslo(at):
    """Return the civil date in Oslo of a date, or of a UTC time to the second."""
    if len(at) == 10:
        return datetime.date.fromisoformat(at)
    moment = datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ")
    one = datetime.time(1)
    begins = datetime.datetime.combine(last_sunday(moment.year, 3), one)
    ends = datetime.datetime.combine(last_sunday(moment.year, 10), one)
    return (moment + datetime.timedelta(hours=2 if begins <= moment < ends else 1)).date()


def later(day, months):
    """Return the same day some months later, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def value(entry, name):
    """Return a field of an entry: from `d`, else from the entry itself."""
    return entry["d"][name] if name in entry["d"] else entry.get(name)


def fits(pattern, entry):
    """Say whether an entry has the values a pattern wants and none it refuses."""
    for name, wanted in pattern.get("only", {}).items():
        if value(entry, name) not in wanted:
            return False
    return not any(value(entry, name) in refused for name, refused in pattern.get("unless", {}).items())


def select(pattern, logs, until):
    """Return (entry, date) of what matches a pattern and is dated no later than `until`."""
    return [
        (entry, oslo(entry["at"]))
        for entry in logs[pattern["log"]]
        if entry["act"] == pattern["act"] and fits(pattern, entry) and oslo(entry["at"]) <= until
    ]


def places(patterns, logs, until):
    """Return the places in the desk's log of what matches a pattern or one of several, and is dated in time."""
    patterns = patterns if isinstance(patterns, list) else [patterns]
    return [
        place
        for place, entry in enumerate(logs["desk"])
        if oslo(entry["at"]) <= until and any(entry["act"] == p["act"] and fits(p, entry) for p in patterns)
    ]


def earliest(pattern, logs, until):
    """Return the first date for each case."""
    dates = {}
    for entry, day in select(pattern, logs, until):
        if entry["case"] not in dates or day < dates[entry["case"]]:
            dates[entry["case"]] = day
    return dates


RHYTHM = {"monthly": 1, "quarterly": 3, "four_monthly": 4, "half_yearly": 6, "yearly": 12}


def due_dates(first, recurrence, year):
    """Return the due dates in a year.  The last day of a month stays the last day, except of what is yearly."""
    if first is None:
        return set()
    step, dates, day, turn = RHYTHM.get(recurrence, 0), set(), first, 0
    ends = first.day == calendar.monthrange(first.year, first.month)[1] and recurrence != "yearly"
    while day.year <= year:
        if day.year == year:
            dates.add(day)
        if not step:
            break
        turn += 1
        day = later(first, step * turn)
        if ends:
            day = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return dates


def given(rule, logs, first, last):
    """Return (met, counted) of the figure given last; our own registers only where nobody else gave one."""
    told = [
        entry["d"]
        for entry in logs["desk"]
        if entry["act"] == "figure.given"
        and entry["d"]["indicator"] == rule["indicator"].lower()
        and first.isoformat() <= entry["d"]["to"] <= last.isoformat()
    ]
    if any(d["source"] != "register" for d in told):
        told = [d for d in told if d["source"] != "register"]
    newest = (0, 0)
    for d in sorted(told, key=lambda d: d["to"]):  # sorting keeps the order of the log for equal days
        newest = (d["met"], d["counted"])
    return newest


def runs(rule, logs, first, last):
    """Return (met, counted) of a measure's control runs."""
    total = dict.fromkeys(("population", "sample", "deviations", "closed"), 0)
    for entry, day in select({"log": "desk", "act": "control.run"}, logs, last):
        if entry["d"]["measure"] == rule["measure"].lower() and day >= first:
            for name in total:
                total[name] += entry["d"][name]
    if rule["counts"] == "closed":
        return total["closed"], total["deviations"]
    if rule["counts"] == "clean":
        return total["sample"] - total["deviations"], total["sample"]
    if rule["counts"] == "sampled":
        return total["sample"], total["population"]
    return total["deviations"] - total["closed"], total["sample"]


def done(rule, logs, _first, last):
    """Return (met, counted): the due dates of the year for which something was shown, of all."""
    begin = datetime.date.fromisoformat(rule["due"]) if rule["due"] else None
    planned = due_dates(begin, rule["recurrence"], last.year)
    seen = {
        entry["d"].get("due")
        for entry, _day in select({"log": "desk", "act": "measure.shown"}, logs, last)
        if entry["d"]["measure"] == rule["measure"].lower()
    }
    return sum(1 for day in planned if day.isoformat() in seen), len(planned)


def moment(at):
    """Return a time to the second; of a date its first second."""
    return datetime.datetime.strptime(at if len(at) > 10 else at + "T00:00:00Z", "%Y-%m-%dT%H:%M:%SZ")


def limit_of(due, at):
    """Return the last date for what began at a time."""
    if "hours" in due:
        end = moment(at) + datetime.timedelta(hours=due["hours"])
        return oslo(end.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return later(oslo(at), due["months"]) if "months" in due else oslo(at) + datetime.timedelta(due["days"])


def ended(due, began, end):
    """Say whether what began at one time ended in time at another."""
    if "hours" in due:
        return moment(end) - moment(began) <= datetime.timedelta(hours=due["hours"])
    return oslo(end) <= limit_of(due, began)


def tally(pairs, due, first, last):
    """Return (met, counted) of what fell due between two dates; `pairs` are times of begin and end, or None."""
    fell = [(began, end) for began, end in pairs if first <= limit_of(due, began) <= last]
    return sum(1 for began, end in fell if end is not None and ended(due, began, end)), len(fell)


def begun_again(rule, logs, first, last):
    """Return (met, counted) where the same may begin again: the first end after each beginning is its own.

    A beginning counts anew only after the one before it has ended or fallen due.
    """
    desk, pairs = logs["desk"], []
    starts, stops = {}, {}
    for name, found in (("start", starts), ("stop", stops)):
        for place in places(rule[name], logs, last):
            key = (desk[place]["case"], str(value(desk[place], rule["same"])))
            found.setdefault(key, []).append(place)
    for key, begun in starts.items():
        free = 0  # no earlier place can be a beginning
        for number, place in enumerate(begun):
            at = desk[place]["at"]
            if place < free:
                continue
            end = next((stop for stop in stops.get(key, []) if stop >= place), None)
            after = [
                later_one
                for later_one in begun[number + 1 :]
                if oslo(desk[later_one]["at"]) > limit_of(rule["due"], at)
            ]
            if after and (end is None or after[0] <= end):
                end, free = None, after[0]
            else:
                free = len(desk) if end is None else end + 1
            pairs.append((at, None if end is None else desk[end]["at"]))
    return tally(pairs, rule["due"], first, last)


def queued(rule, logs, first, last):
    """Return (met, counted) where answers go to whatever has waited longest with the same value."""
    desk, waiting, pairs = logs["desk"], {}, []
    begun, ends = set(places(rule["start"], logs, last)), set(places(rule["stop"], logs, last))
    for place in sorted(begun | ends):
        line = waiting.setdefault(str(value(desk[place], rule["same"])), [])
        if place in begun:
            pairs.append([desk[place]["at"], None])
            if "never" not in rule or not fits(rule["never"], desk[place]):
                line.append(pairs[-1])
        elif line:
            line.pop(0)[1] = desk[place]["at"]
    return tally(pairs, rule["due"], first, last)


def signed_off(rule, logs, first, last):
    """Return (met, counted) of entries that lie in a part of the log that was signed off afterwards."""
    desk, pairs = logs["desk"], []
    signed = places(rule["by"], logs, last)
    for place in places(rule["of"], logs, last):
        covers = [s for s in signed if s > place and desk[s]["d"]["first"] <= place <= desk[s]["d"]["last"]]
        pairs.append((desk[place]["at"], desk[covers[0]]["at"] if covers else None))
    return tally(pairs, rule["due"], first, last)


def came_first(rule, logs, first, last):
    """Return (met, counted): of each person's first act on a case between two dates, how many had said so before."""
    desk, said, acted = logs["desk"], {}, {}
    for name, found in (("by", said), ("of", acted)):
        for place in places(rule[name], logs, last):
            found.setdefault((desk[place]["case"], str(value(desk[place], rule["same"]))), place)
    within = [key for key, place in acted.items() if first <= oslo(desk[place]["at"]) <= last]
    return sum(1 for key in within if key in said and said[key] < acted[key]), len(within)


def on_days(rule, logs, first, last):
    """Return (met, counted): the days on which it happened, of all."""
    days = {day for _entry, day in select(rule["of"], logs, last) if day >= first}
    return len(days), (last - first).days + 1


def shared(rule, logs, first, last):
    """Return (met, counted): the entries that are as they should be, of all."""
    of = [entry for entry, day in select(rule["of"], logs, last) if day >= first]
    return sum(1 for entry in of if fits(rule["with"], entry)), len(of)


def timely(rule, logs, first, last):
    """Return (met, counted) of what falls due once in a case."""
    due = rule["due"]
    started, stopped = (earliest(rule[name], logs, last) for name in ("start", "stop"))
    after = earliest(due["after"], logs, last) if "after" in due else {}
    met = counted = 0
    for key, begun in started.items():
        if "months" in due:
            limit = later(after.get(key) or begun + datetime.timedelta(days=due["else_days"]), due["months"])
        else:
            limit = begun + datetime.timedelta(days=due["days"])
        if first <= limit <= last:
            counted += 1
            met += key in stopped and stopped[key] <= limit
    return met, counted


KINDS = {
    "days": on_days,
    "deadline": timely,
    "done": done,
    "given": given,
    "preceded": came_first,
    "queue": queued,
    "reviewed": signed_off,
    "runs": runs,
    "share": shared,
}


def compute(rule, logs, first, last):
    """Return (met, counted) of a rule between two dates."""
    return (begun_again if "same" in rule and rule["kind"] == "deadline" else KINDS[rule["kind"]])(
        rule, logs, first, last
    )


def shown(met, counted, people):
    """Return (how, low, high) as the page must show a share."""
    if not counted:
        return "none", None, None
    if people and counted < FEW:
        return "few", None, None
    few_met, few_missed = 0 < met < FEW, 0 < counted - met < FEW
    if not people or not (few_met or few_missed):
        return "exact", 100 * met // counted, 100 * met // counted
    if counted < 2 * FEW:
        low, high = 1, counted - 1
    else:
        low, high = (counted - FEW + 1, counted - 1) if few_missed else (1, FEW - 1)
    return "between", 100 * low // counted, 100 * high // counted


def received(raw):
    """Return how many reports came in each year, rehearsals left out."""
    counts = {}
    for octets in raw["channel"]:
        entry = json.loads(octets)
        if entry["act"] == "report.received" and entry["d"]["form"] != "probe":
            counts[oslo(entry["at"]).year] = counts.get(oslo(entry["at"]).year, 0) + 1
    return counts


def hushed(rule, raw, year):
    """Say whether a rate of reports and cases must be hidden, since few reports came in the year or the one before."""
    acts = [rule[name]["act"] for name in ("start", "of") if isinstance(rule.get(name), dict)]
    if rule["kind"] in ("given", "runs", "done") or not rule["people"] or "gift.registered" in acts:
        return False
    counts = received(raw)
    return any(0 < counts.get(each, 0) < FEW for each in (year - 1, year))


def as_shown(indicator, rule, met, counted):
    """Return (how, low, high, done, of) as the page must show an indicator."""
    if not counted:
        return "none", None, None, None, None
    if indicator["unit"] == "percent":
        return (*shown(met, counted, rule["people"]), None, None)
    if indicator["unit"] == "per_year":
        return "exact", 100 * met // counted, 100 * met // counted, met, counted
    low, high = (1, FEW - 1) if 0 < met < FEW else (met, met)
    if indicator["unit"] == "per_100":
        low, high = 100 * low // counted, 100 * high // counted
    return "number", low, high, None, None


def implied(measure, indicator, rules):
    """Return the rule of an indicator in the adopted plan: written there, or as it follows."""
    if indicator.get("rule"):
        return rules[indicator["rule"]]
    people, counts = indicator["unit"] == "percent", indicator.get("counts")
    rule = {"id": indicator["id"], "v": 1, "measure": measure["id"], "people": people and counts != "done"}
    if counts == "done":
        return {**rule, "kind": "done", "due": measure["due"], "recurrence": measure["recurrence"]}
    if counts:
        return {**rule, "kind": "runs", "counts": counts}
    return {**rule, "kind": "given", "indicator": indicator["id"]}


def indicators(plan):
    """Return the indicators of an adopted plan with their rules, by their id."""
    rules = {rule["id"]: rule for rule in plan["rules"]}
    return {
        it["id"]: (it, implied(measure, it, rules))
        for measure in plan["measures"]
        for it in measure["indicators"]
    }


def named(ranges, raw):
    """Return the entries of named ranges by log, and what is wrong with them."""
    wrong, logs = [], {}
    for part in ranges:
        entries = raw[part["log"]][part["first"] : part["last"] + 1]
        leaves = b"".join(hashlib.sha256(b"\0" + entry).digest() for entry in entries)
        if (
            len(entries) != part["last"] + 1 - part["first"]
            or hashlib.sha256(leaves).hexdigest() != part["sha256"]
        ):
            wrong.append(
                f"the {part['log']} log does not have the entries {part['first']} to {part['last']} as named"
            )
        logs[part["log"]] = [json.loads(entry) for entry in entries]
    return logs, wrong


def left_out(ranges, raw, last):
    """Return a fault for each log of which a range begins after the log, or ends before the period does."""
    return [
        f"the proof leaves out entries of the {part['log']} log that belong to the period"
        for part in ranges
        if part["first"] != 0
        or any(oslo(json.loads(entry)["at"]) <= last for entry in raw[part["log"]][part["last"] + 1 :][:1])
    ]


def period_of(rule, as_of):
    """Return the period that the page must show of a rule on one of its dates.

    What people and other systems gave: since the turn of the year.  What is counted from reports and cases: the last
    whole calendar year.  All else: twelve months.
    """
    last = as_of - datetime.timedelta(days=1)
    if rule["kind"] in ("given", "runs", "done"):
        return [datetime.date(last.year, 1, 1), last]
    if rule["people"]:
        return [datetime.date(as_of.year - 1, 1, 1), datetime.date(as_of.year - 1, 12, 31)]
    return [later(as_of, -12), last]


def adopted(digest, directory, wrong):
    """Return the adopted plan of a hash."""
    plan = (directory / "plan" / f"{digest}.json").read_bytes()
    if hashlib.sha256(plan).hexdigest() != digest:
        wrong.append("the plan in the export does not have the hash that is named")
    return json.loads(plan)


def faults(figure, raw, directory, as_of):
    """Return what does not agree in one figure."""
    proof = figure["proof"]
    if not proof:
        return ["the page shows no proof"]
    logs, wrong = named(proof["ranges"], raw)
    indicator, rule = indicators(adopted(proof["plan"], directory, wrong)).get(figure["id"], ({}, {}))
    if proof["rule"] != rule:
        return [*wrong, "the rule is not the adopted plan's"]
    first, last = (datetime.date.fromisoformat(day) for day in proof["period"])
    if [first, last] != period_of(rule, as_of):
        return [*wrong, "the page shows another period than it must"]
    wrong += left_out(proof["ranges"], raw, last)
    met, counted = compute(rule, logs, first, last)
    wanted = as_shown(indicator, rule, met, counted)
    if hushed(rule, raw, last.year):
        wanted = "few", None, None, None, None
    same = wanted == tuple(figure[name] for name in ("shown", "low", "high", "done", "of"))
    if not same and not (counted and hidden_as_may_be(figure, rule)):
        wrong.append("the page shows another figure than the log gives")
    return wrong


def hidden_as_may_be(line, rule):
    """Say whether a rate is hidden because other numbers of the report lean on the same cases: that is no lie."""
    return line["shown"] == "tied" and rule["kind"] == "queue" and rule["start"]["act"] == "case.closed"


SUBSTANTIATED = ("substantiated", "partly_substantiated")
NOT_SUBSTANTIATED = ("not_substantiated_lacking", "not_substantiated_refuted", "unfounded")
REPORTERS = {"a": "employee", "b": "employee", "c": "outside", "d": "elected"}


def newest(logs, act, year):
    """Return what the last entry of an act in a year says of each case."""
    return {
        entry["case"]: entry["d"]
        for entry in logs["desk"]
        if entry["act"] == act and oslo(entry["at"]).year == year
    }


def group(outcome):
    """Return the column of an outcome."""
    if outcome in SUBSTANTIATED:
        return "substantiated"
    return "not_substantiated" if outcome in NOT_SUBSTANTIATED else "other"


def table_faults(figures, logs, year):
    """Return what does not agree in the tables of cases: a number that is shown must be the log's."""
    closed = list(newest(logs, "case.closed", year).values())
    assessed = list(newest(logs, "case.assessed", year).values())
    rows = {
        "lessons": lambda code: sum(d["lesson"] == code for d in closed),
        "consequences": lambda code: sum(code in d.get("consequences", []) for d in closed),
        "subjects": lambda code: sum(d["category"][:1] == code for d in assessed),
        "reporters": lambda code: sum(REPORTERS.get(d.get("track"), "unknown") == code for d in assessed),
    }
    results = []
    for name, count in rows.items():
        table = figures.get(name)
        if table and table["cells"]:
            true = [count(code) for code in table["columns"]]
            true += [len(closed) if name == "lessons" else len(assessed)] if name != "consequences" else []
            results.append((name, unlike(table["cells"], true)))
    table = figures["outcomes"]
    if table["cells"]:
        named = [row["code"] for row in table["rows"]]
        areas = [code.upper() for code in named]
        placed = []
        for d in closed:
            area = (d.get("risk_area") or "none").upper()
            placed.append((area if area in areas else "OTHER", group(d["outcome"])))
        true = [
            [sum(place == (area, column) for place in placed) for column in table["columns"]]
            + [sum(place[0] == area for place in placed)]
            for area in areas
        ]
        true.append([sum(column) for column in zip(*true)])
        shown_cells = [value for row in table["cells"] for value in row]
        results.append(("outcomes", unlike(shown_cells, [value for row in true for value in row])))
    return results


def unlike(shown_cells, true):
    """Return a fault unless each shown number is the true one and each hidden one is not zero."""
    same = len(shown_cells) == len(true) and all(
        (value == other) if value is not None else other > 0 for value, other in zip(shown_cells, true)
    )
    return [] if same else ["the table shows another number than the log gives"]


def report_faults(document, raw, directory):
    """Return what does not agree in a yearly report, figure by figure."""
    figures, year = document["figures"], document["year"]
    logs, wrong = named(figures["log"], raw)
    wrong += left_out(figures["log"], raw, datetime.date(year, 12, 31))
    asked = indicators(adopted(document["plan"]["hash"], directory, wrong))
    results = [("the log", wrong)]
    first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    for line in figures["deadlines"]:
        rule = asked[line["id"]][1]
        met, counted = compute(rule, logs, first, last)
        wanted = ("few", None, None) if hushed(rule, raw, year) else shown(met, counted, people=True)
        same = wanted == (line["shown"], line["low"], line["high"])
        same = same or (counted and hidden_as_may_be(line, rule))
        results.append((line["id"], [] if same else ["the report shows another figure than the log gives"]))
    for line in figures["known"]:
        indicator, rule = asked[line["id"]]
        same = as_shown(indicator, rule, *compute(rule, logs, first, last))[1:3] == (
            line["low"],
            line["high"],
        )
        results.append((line["id"], [] if same else ["the report shows another figure than the log gives"]))
    counts = received(raw)
    for line in figures["received"]:
        count = counts.get(line["year"], 0)
        same = line["count"] == (None if 0 < count < FEW else count)
        wrong = [] if same else ["the log has another number of reports"]
        results.append((f"received {line['year']}", wrong))
    return results + table_faults(figures, logs, year)


def page_faults(document, raw, directory):
    """Return what does not agree on the public page, indicator by indicator of the plan in force then."""
    wrong = []
    plan = adopted(document["plan"]["hash"], directory, wrong)
    as_of = datetime.date.fromisoformat(document["as_of"])
    there = {it["id"]: it for measure in document["measures"] for it in measure["figures"]}
    results = [("the plan", wrong)]
    for code in indicators(plan):
        found = faults(there[code], raw, directory, as_of) if code in there else ["the page leaves it out"]
        results.append((code, found))
    extra = sorted(set(there) - set(indicators(plan)))
    return results + [(code, ["the adopted plan has no such indicator"]) for code in extra]


def main(arguments):
    """Check every figure with a proof; return the exit status."""
    if len(arguments) != 2:
        print(__doc__)
        return 2
    directory = pathlib.Path(arguments[0])
    try:
        document = json.loads(pathlib.Path(arguments[1]).read_text(encoding="utf-8"))
        raw = {log: list(bundles(directory / log)) for log in ("desk", "channel")}
        check = report_faults if "narrative" in document else page_faults
        results = check(document, raw, directory)
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"cannot be read: {error!r}")
        return 2
    for name, wrong in results:
        print(f"{name}: {'agrees' if not wrong else '; '.join(wrong)}")
    return 1 if any(wrong for _name, wrong in results) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
