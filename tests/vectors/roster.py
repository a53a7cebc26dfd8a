"""Write tests/vectors/recipients.json: who gets a key, worked out by hand. `python -m tests.vectors.roster`

The people: Lea leads, Ola takes reports in and reports to Lea, Ivar is from the audit, Law is an outside lawyer who
stands in for Lea, Dep stands in for Ola. If too few are left, Kon of the control committee and Sek, who reports to Kon.
"""

import json
from pathlib import Path
from typing import Any

PATH = Path(__file__).with_name("recipients.json")

Row = dict[str, Any]


def person(
    name: str, groups: list[str], reports_to: str | None = None, stands_in_for: str | None = None
) -> Row:
    return {"staff_id": name, "groups": groups, "reports_to": reports_to, "stands_in_for": stands_in_for}


TOWN: Row = {
    "quorum": 2,
    "readers": [
        person("lea", ["administration", "intake"], reports_to="boss"),
        person("ola", ["administration", "intake"], reports_to="lea"),
        person("ivar", ["audit"]),
        person("law", ["outside"], stands_in_for="lea"),
        person("dep", ["administration"], reports_to="boss", stands_in_for="ola"),
    ],
    "alternates": [person("kon", ["elected"]), person("sek", ["outside"], reports_to="kon")],
    "subjects": [
        {"code": "unit_staff", "excludes": []},
        {"code": "chief_executive", "excludes": ["administration"]},
        {"code": "mayor_or_elected", "excludes": ["elected"]},
        {"code": "reporting_office", "excludes": ["intake"]},
        {"code": "audit", "excludes": ["audit"]},
        {"code": "unknown", "excludes": []},
    ],
}

# Bo stands in for Al, Cy for Bo; Di and Ed report to each other, as a careless roster may say.
RING: Row = {
    "quorum": 1,
    "readers": [
        person("al", ["x"], reports_to="di"),
        person("bo", ["y"], stands_in_for="al"),
        person("cy", ["z"], stands_in_for="bo"),
        person("di", [], reports_to="ed"),
        person("ed", [], reports_to="di"),
        person("fay", [], stands_in_for="nobody"),
    ],
    "alternates": [],
    "subjects": [],
}

# Dora leads from outside the lists: she reads nothing, and Ola and Dep report to her.
CHART: Row = {
    **TOWN,
    "readers": [
        person("lea", ["administration", "intake"]),
        person("ola", ["intake"], reports_to="dora"),
        person("ivar", ["audit"]),
    ],
    "people": [person("dora", ["administration", "directors"], reports_to="lea")],
    "subjects": [
        {"code": "director", "excludes": ["directors"]},
        {"code": "chief_executive", "excludes": ["administration"]},
    ],
}
LENIENT: Row = {**CHART, "rules": {"below": "no_decision", "outside": ["directors"]}}

UNNEEDED = {"law": "substitute_not_needed", "dep": "substitute_not_needed"}
BY_SUBJECT = {"lea": "subject", "ola": "subject", "dep": "subject"}


def case(
    says: str,
    roster: Row,
    subjects: list[str],
    unticked: list[str],
    readers: list[str],
    excluded: dict[str, str],
    *,
    alternate: bool = False,
    recovery: str = "ordinary",
    no_decision: list[str] | None = None,
) -> Row:
    found: Row = {
        "readers": readers,
        "excluded": [{"staff_id": name, "why": why} for name, why in excluded.items()],
        "alternate": alternate,
        "recovery": recovery,
        **({} if no_decision is None else {"no_decision": no_decision}),
    }
    return {"says": says, "roster": roster, "subjects": subjects, "unticked": unticked, "recipients": found}


CASES = [
    case("nothing chosen: all ordinary readers", TOWN, [], [], ["lea", "ola", "ivar"], UNNEEDED),
    case("does not know whom it is about: the same", TOWN, ["unknown"], [], ["lea", "ola", "ivar"], UNNEEDED),
    case(
        "about the chief executive: nobody in the administration, the lawyer steps in, the other recovery key",
        TOWN, ["chief_executive"], [], ["ivar", "law"], BY_SUBJECT, recovery="alternate",
    ),
    case(
        "about the chief executive and Ivar unticked: too few, so the alternates come",
        TOWN, ["chief_executive"], ["ivar"], ["law", "kon", "sek"],
        {"lea": "subject", "ola": "subject", "ivar": "removed", "dep": "subject"}, alternate=True, recovery="alternate",
    ),
    case(
        "Ola unticked: Ola gets no key and Dep steps in",
        TOWN, [], ["ola"], ["lea", "ivar", "dep"], {"ola": "removed", "law": "substitute_not_needed"},
    ),
    case(
        "Lea unticked: neither Lea nor Ola, who reports to Lea; both have somebody who steps in",
        TOWN, [], ["lea"], ["ivar", "law", "dep"], {"lea": "removed", "ola": "reports_to"},
    ),
    case(
        "about somebody in the reporting office: the office is out, outsiders and Dep are in",
        TOWN, ["reporting_office"], [], ["ivar", "law", "dep"], {"lea": "subject", "ola": "subject"},
    ),
    case(
        "about the mayor: the alternates are not asked for, so nothing changes",
        TOWN, ["mayor_or_elected"], [], ["lea", "ola", "ivar"], UNNEEDED,
    ),
    case(
        "about the mayor and the chief executive, Ivar unticked: the alternates are out too, one reader is left",
        TOWN, ["mayor_or_elected", "chief_executive"], ["ivar"], ["law"],
        {"lea": "subject", "ola": "subject", "ivar": "removed", "dep": "subject", "kon": "subject", "sek": "reports_to"},
        alternate=True, recovery="alternate",
    ),
    case(
        "every reader unticked: the alternates alone",
        TOWN, [], ["lea", "ola", "ivar", "law", "dep"], ["kon", "sek"],
        dict.fromkeys(["lea", "ola", "ivar", "law", "dep"], "removed"), alternate=True, recovery="alternate",
    ),
    case(
        "everybody unticked: nobody, and nothing may be sent",
        TOWN, [], ["lea", "ola", "ivar", "law", "dep", "kon", "sek"], [],
        dict.fromkeys(["lea", "ola", "ivar", "law", "dep", "kon", "sek"], "removed"), alternate=True, recovery="alternate",
    ),
    case(
        "a superior who is on no list unticked: everybody below them is out, near and far",
        TOWN, [], ["boss"], ["ivar", "law"], {"lea": "reports_to", "ola": "reports_to", "dep": "reports_to"},
    ),
    case(
        "unticked and excluded by the subject: the reporter's own wish is the reason given",
        TOWN, ["audit"], ["ivar"], ["lea", "ola"], {"ivar": "removed", **UNNEEDED},
    ),
    case(
        "a stranger's id unticked: nothing changes",
        TOWN, [], ["stranger"], ["lea", "ola", "ivar"], UNNEEDED,
    ),
    case(
        "a substitute is not needed, nor is the substitute's substitute; one for nobody never is; rings end",
        RING, [], [], ["al", "di", "ed"],
        {"bo": "substitute_not_needed", "cy": "substitute_not_needed", "fay": "substitute_not_needed"},
    ),
    case(
        "the substitute unticked though not needed: their substitute is not needed either",
        RING, [], ["bo"], ["al", "di", "ed"],
        {"bo": "removed", "cy": "substitute_not_needed", "fay": "substitute_not_needed"},
    ),
    case(
        "both unticked: the substitute's substitute steps in",
        RING, [], ["al", "bo"], ["cy", "di", "ed"], {"al": "removed", "bo": "removed", "fay": "substitute_not_needed"},
    ),
    case(
        "one of a ring unticked: all who report into the ring are out",
        RING, [], ["ed"], ["bo"],
        {"al": "reports_to", "cy": "substitute_not_needed", "di": "reports_to", "ed": "removed",
         "fay": "substitute_not_needed"},
    ),
    case(
        "about a director who reads nothing: whoever reports to her is out, and too few are not left",
        CHART, ["director"], [], ["lea", "ivar"], {"ola": "reports_to"},
    ),
    case(
        "Lea unticked: whoever reports to her through somebody who reads nothing is out too, so the alternates come",
        CHART, [], ["lea"], ["ivar", "kon", "sek"], {"lea": "removed", "ola": "reports_to"}, alternate=True,
        recovery="alternate",
    ),
    case(
        "rules that let those below read: they do, and may not decide; another group is the one that is shut out",
        LENIENT, ["director"], [], ["lea", "ola", "ivar"], {}, recovery="alternate", no_decision=["ola"],
    ),
    case(
        "rules that let those below read, about nobody: nobody is kept from deciding",
        LENIENT, [], [], ["lea", "ola", "ivar"], {}, no_decision=[],
    ),
]  # fmt: skip


if __name__ == "__main__":
    PATH.write_text(json.dumps({"cases": CASES}, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(PATH)
