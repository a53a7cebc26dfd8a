"""What every page under /desk/ is framed with: who you are, where you can go, what waits for you."""

import base64
from functools import lru_cache
from typing import Any

from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cases.orientation import of_page
from cases.selectors import identity, listing, retention
from whistle.access.duty_words import described
from whistle.access.selectors import duties
from whistle.access.services import certifying
from whistle.access.services.setting_up import SETS_UP
from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import together
from whistle.accounts.services.gate import provider_of
from whistle.core.policy import PART_OF, PROPOSES, Duty
from whistle.organisations.requests import OrganisationRequest

HOLD_KEYS = frozenset(PART_OF) | {Duty.KEY_CUSTODIAN, Duty.IDENTITY_CUSTODIAN}
DRAFTS = frozenset({Duty.KEY_CUSTODIAN, Duty.COMPLIANCE_LEADER})
READS_LOG = frozenset({Duty.AUDITOR, Duty.COMPLIANCE_LEADER, Duty.DATA_PROTECTION_OFFICER})


def desk(request: StaffRequest) -> dict[str, Any]:
    """Return the frame of a desk page; nothing for the other faces."""
    organisation = getattr(request, "organisation", None)
    if organisation is None or not request.path_info.startswith("/desk/"):
        return {}
    person = getattr(request, "staff", None)
    held = duties(person) if person else set()
    return {
        "organisation": organisation,
        "language": get_language(),
        "person": person,
        "holds_keys": bool(held & HOLD_KEYS) or (person is not None and not held),
        "root_key": base64.b64encode(bytes(organisation.root_key or b"")).decode(),
        "my_duties": described(held),
        "home": reverse("desk"),
        "under": _("Auditing") if Duty.AUDITOR in held else _("Reporting office"),
        "rail": rail(request, held) if person else [],
        "four": of_page(request.resolver_match.url_name or "") if person and request.resolver_match else None,
    }


def rail(request: StaffRequest, held: set[Duty]) -> list[dict[str, Any]]:
    """Return the ways to go that these duties open, the current one marked."""
    works = bool(held & set(PART_OF))
    log = [_way("log", _("Log"), "log", "log-of")] if held & READS_LOG else []
    ways = [
        *(_about_cases(request) if works else []),
        *_custody(request, held),
        *(log if Duty.AUDITOR in held else []),
        *_to_plan(request.organisation.prefix),
        *([] if Duty.AUDITOR in held else log),
        *_about_people(request, held),
        *_kept(request, held),
        *([_way("handbook", _("Handbook"), "book")] if works else []),
    ]
    ways += [
        {
            "url": together.way(other.organisation, request.organisation),
            "label": other.organisation.name,
            "icon": "leave",
            "count": listing.calling(other),
            "at": (),
            "apart": True,  # in a window of its own: keys that are open here stay open
        }
        for other in together.others(request.staff)
    ]
    here = request.resolver_match.url_name if request.resolver_match else ""
    for way in ways:
        way["current"] = here in way.pop("at") or (
            way["icon"] == "plan" and request.path.startswith(way["url"])
        )
    return ways


def _way(name: str, label: str, icon: str, *also: str, count: int = 0) -> dict[str, Any]:
    """Return one way to go; `also` are pages that belong to it."""
    return {"url": reverse(name), "label": label, "icon": icon, "count": count, "at": (name, *also)}


def _about_cases(request: StaffRequest) -> list[dict[str, Any]]:
    waiting = len(request.waiting[0]) if hasattr(request, "waiting") else listing.calling(request.staff)
    return [
        _way("desk", _("Needs me"), "needs-me", count=waiting),
        _way("case-list", _("Cases"), "cases", "case-page", "elsewhere", "hand-over"),
    ]


def _custody(request: StaffRequest, held: set[Duty]) -> list[dict[str, Any]]:
    ways = []
    if Duty.IDENTITY_CUSTODIAN in held:
        ways.append(_way("identity", _("Sealed names"), "cases", count=identity.unanswered(request.staff)))
    if Duty.COMPLIANCE_LEADER in held:
        ways.append(_way("texts", _("Reporter's pages"), "cases"))
    return ways


def _to_plan(prefix: str) -> list[dict[str, Any]]:
    plan = _plan()
    return [{"url": f"{prefix}{plan}", "label": _("Plan"), "icon": "plan", "at": ()}] if plan else []


def _kept(request: StaffRequest, held: set[Duty]) -> list[dict[str, Any]]:
    ways = []
    if Duty.ARCHIVIST in held:
        ways.append(_way("retention", _("Retention"), "cases", count=retention.due(request.staff)))
    if request.organisation.training_of_id:
        ways.append(_way("training", _("Practice"), "half"))
    return ways


def _about_people(request: OrganisationRequest, held: set[Duty]) -> list[dict[str, Any]]:
    organisation = request.organisation
    ways: list[tuple[bool, str, object]] = [
        (bool(held & PROPOSES), "people", _("People")),
        (
            bool(held & PROPOSES) and provider_of(organisation) is not None,
            "work-accounts",
            _("Work accounts"),
        ),
        (Duty.KEY_CUSTODIAN in held, "certify", _("Certificates")),
        (bool(held & DRAFTS), "roster", _("Who reads what")),
        (bool(held & SETS_UP) and not organisation.live, "set-up", _("Set-up")),
    ]
    icons = {
        "people": "person",
        "work-accounts": "person",
        "certify": "done",
        "roster": "cases",
        "set-up": "half",
    }
    return [
        {
            "url": reverse(name),
            "label": label,
            "icon": icons[name],
            "at": (name,),
            "count": len(certifying.waiting(organisation)) if name == "certify" else 0,
        }
        for shown, name, label in ways
        if shown
    ]


def waiting_for(request: StaffRequest) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what waits for the person now and later; looked up once a request."""
    if not hasattr(request, "waiting"):
        person = request.staff
        request.waiting = listing.waiting(person)  # type: ignore[attr-defined]
    return request.waiting  # type: ignore[attr-defined, no-any-return]


@lru_cache(maxsize=1)
def _plan() -> str:
    """Return the path of the plan's page: the desk's when there is one, else the public one."""
    for path in ("/desk/plan/", "/plan/"):
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return ""
