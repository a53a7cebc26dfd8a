"""What a person's browser needs to find cases again: its own sealed entries, and sealed titles it has not seen."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Case, Declaration, Record, SearchEntry
from cases.selectors import visible
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.channel.selectors import sealed_item
from whistle.store.models import Box, Item, Seal

PAGE = 500
TITLE = "title"


def page(person: Staff, after: int = 0, size: int = PAGE) -> dict[str, Any]:
    """Return one page of what can be searched: cases that the person may see and has declared themselves for.

    A title is delivered only while the person's own entry does not know it.  The number of queries does not depend on
    how many cases there are.
    """
    found = _searchable(person).filter(pk__gt=after).order_by("pk")
    cases = list(found[: size + 1])
    following = cases[size - 1].pk if len(cases) > size else None
    cases = cases[:size]
    mine = SearchEntry.objects.filter(staff=person, case__in=cases).defer("body")
    own = {row.case_id: row for row in mine}
    titles = dict(
        Record.objects.filter(case__in=cases, kind=TITLE, current=True).values_list("case_id", "item_id")
    )
    unknown = [item for case, item in titles.items() if case not in own or own[case].title_item != item]
    sealed, certificates = _titles(person, unknown)
    rows = [_row(case, own.get(case.pk), titles.get(case.pk, ""), sealed) for case in cases]
    return {"cases": rows, "certificates": certificates, "next": following}


def bodies(person: Staff, references: list[str]) -> list[dict[str, Any]]:
    """Return the bodies of the person's own entries about these cases, of those that can be searched."""
    rows = SearchEntry.objects.filter(
        staff=person, case__in=_searchable(person).filter(reference__in=references[:PAGE])
    )
    return [
        {"reference": row.case.reference, "version": row.version, "body": bytes(row.body)}
        for row in rows.select_related("case")
    ]


def _searchable(person: Staff) -> QuerySet[Case]:
    declared = Declaration.objects.filter(case=OuterRef("pk"), staff=person, answer=visible.IMPARTIAL)
    return visible.cases_visible_to(person).filter(Exists(declared))


def _row(case: Case, entry: SearchEntry | None, title_item: str, sealed: dict[str, Any]) -> dict[str, Any]:
    return {
        "reference": case.reference,
        "state": case.state,
        "received_on": case.received_on,
        "title_item": title_item,
        "entry": entry and {
            "version": entry.version,
            "title_item": entry.title_item,
            "header": bytes(entry.header),
        },
        "title": sealed.get(title_item),
    }  # fmt: skip


def _titles(person: Staff, item_ids: list[str]) -> tuple[dict[str, Any], list[bytes]]:
    """Return the titles' items with their boxes as this person holds them, and the certificates that vouch for both."""
    items = list(
        Item.objects.filter(item_id__in=item_ids, removal=None).select_related("header", "removal", "box")
    )
    if not items:
        return {}, []
    seals: dict[str, list[Seal]] = {}
    for seal in Seal.objects.filter(box__in=[item.box_id for item in items], staff_ref=person.ref):
        seals.setdefault(seal.box_id, []).append(seal)
    makers = {item.author for item in items}
    everybody = accounts.certificates_of(person.organisation, makers | _readers(person))
    return (
        {
            item.item_id: {"box": _box(item.box, seals.get(item.box_id, [])), "item": sealed_item(item)}
            for item in items
        },
        [bytes(row.octets) for row in everybody],
    )


def _readers(person: Staff) -> set[str]:
    roster = accounts.roster_document(person.organisation)
    return {row["staff_id"] for row in (*roster["readers"], *roster["alternates"])}


def _box(box: Box, seals: list[Seal]) -> dict[str, Any]:
    return {
        "box_id": box.box_id,
        "kind": box.kind,
        "epoch": box.epoch,
        "nonce": bytes(box.nonce),
        "kem_pub": bytes(box.kem_pub) if box.kem_pub else None,
        "sig_pub": bytes(box.sig_pub),
        "seals": [
            {"key_id": seal.key_id, "epoch": seal.epoch, "sealed": bytes(seal.sealed)} for seal in seals
        ],
    }
