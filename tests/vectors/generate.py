"""Write tests/vectors/wbe1.json: what both halves of WBE1 must agree on. `python -m tests.vectors.generate`

Everything follows from fixed seeds, except what is different each time it is made (seals, items, wrapped seeds).
Those are kept from the file as it is, as long as they still open; so running this twice changes nothing.
"""

import json
from pathlib import Path

from tests.vectors.seeds import BOX, ORG, ROOT, Row, b64, content_of, context, kept, octets, seed
from tests.vectors.spoken import codes, mistypings, staff_rows
from whistle.vault import box, certificate, item, keys, padding, seal, signed, vouch

PATH = Path(__file__).with_name("wbe1.json")


def derivations() -> list[Row]:
    labels = [("staff/kem", 32), ("reporter/lookup", 16), ("item-key", 32), ("long", 96)]
    return [
        {"ikm": b64(seed(label)), "label": label, "n": n, "out": b64(keys.kdf(seed(label), label, n))}
        for label, n in labels
    ]


def key_pairs() -> list[Row]:
    rows = []
    for name in ("ada", "bo"):
        kem, sig = keys.KemPair.from_seed(seed(name)), keys.SigPair.from_seed(seed(name))
        rows.append(
            {
                "seed": b64(seed(name)),
                "kem_pub": b64(kem.public),
                "kem_key_id": keys.key_id(kem.public).hex(),
                "sig_pub": b64(sig.public),
                "message": b64(name.encode()),
                "signature": b64(sig.sign(name.encode())),
            }
        )
    return rows


def boxes() -> Row:
    kem_pub, sig_pub = keys.KemPair.from_seed(seed("ada")).public, ROOT.public
    nonce = seed("nonce", 16)
    return {
        "org": b64(ORG),
        "kem_pub": b64(kem_pub),
        "sig_pub": b64(sig_pub),
        "nonce": b64(nonce),
        "reporter_box_id": box.reporter_box_id(ORG, kem_pub, sig_pub, nonce).hex(),
        "maker_box_id": box.maker_box_id(ORG, sig_pub, nonce).hex(),
    }


def lengths() -> Row:
    asked = (
        0,
        1,
        4_087,
        4_088,
        4_089,
        16_375,
        16_376,
        16_377,
        65_536,
        999_999,
        5_000_000,
        209_715_200,
        10**10,
        2**40 + 1,
    )
    rows = [
        {
            "content": n,
            "frame": item.padded_size(n),
            "body": item.body_size(n),
            "smallest": padding.smallest_content(item.padded_size(n)),
        }
        for n in asked
    ]
    impossible = [
        n for n in (0, 15, 4_096, 4_111, 4_113, 16_400, 16_415, 20_000, 20_513) if not item.plausible_body(n)
    ]
    return {"padding": rows, "no_such_body": impossible}


def seals(old: list[Row]) -> list[Row]:
    rows = []
    for at, (name, epoch) in enumerate((("ada", 1), ("bo", 1), ("ada", 4_294_967_295))):
        pair, key = keys.KemPair.from_seed(seed(name)), seed(f"box key {epoch}")
        fixed = {
            "seed": b64(seed(name)),
            "org": b64(ORG),
            "box_id": b64(BOX),
            "epoch": epoch,
            "box_key": b64(key),
        }

        def opens(row: Row, pair: keys.KemPair = pair, epoch: int = epoch, key: bytes = key) -> bool:
            return seal.open(octets(row["sealed"]), pair, ORG, BOX, epoch) == key

        def fresh(pair: keys.KemPair = pair, epoch: int = epoch, key: bytes = key) -> Row:
            return {"sealed": b64(seal.seal(key, pair.public, ORG, BOX, epoch))}

        random = kept(old[at] if at < len(old) else None, opens, fresh)
        rows.append({**fixed, "sealed": random["sealed"]})
    return rows


def items(old: list[Row]) -> list[Row]:
    rows = []
    for at, size in enumerate((0, 10, 4_088, 4_089, 16_376, 16_377, 40_000)):
        fixed: Row = {
            "box_key": b64(seed("box key 1")),
            "kind": at % 5 + 1,
            "org": b64(ORG),
            "box_id": b64(BOX),
            "epoch": at + 1,
            "item_id": b64(seed(f"item {size}", 16)),
            "role": at % 3 + 1,
            "seq": 2**at,
            "size": size,
        }
        ctx, key, content = context(fixed), seed("box key 1"), content_of(size)

        def opens(row: Row, ctx: item.Context = ctx, key: bytes = key, content: bytes = content) -> bool:
            return item.open_item(key, ctx, octets(row["header"]), octets(row["body"])) == content

        def fresh(ctx: item.Context = ctx, key: bytes = key, content: bytes = content) -> Row:
            header, body = item.seal_item(key, ctx, content)
            return {"header": b64(header), "body": b64(body)}

        random = kept(old[at] if at < len(old) else None, opens, fresh)
        sealed = {"header": random["header"], "body": random["body"]}
        hashed = item.item_hash(ctx, octets(sealed["header"]), octets(sealed["body"])).hex()
        rows.append({**fixed, "context": b64(ctx.bytes), **sealed, "item_hash": hashed})
    return rows


def vouches() -> Row:
    """Ada made the box; Bo got it from her and gave it on; Cy's word is worth nothing, he never held it."""
    people = {name: keys.StaffKeys(seed(name)) for name in ("ada", "bo", "cy", "di")}
    ids = {name: keys.key_id(pair.kem.public) for name, pair in people.items()}
    given = [
        ("ada", "ada", 1),
        ("ada", "bo", 1),
        ("bo", "bo", 2),
        ("bo", "di", 2),
        ("cy", "cy", 2),
        ("di", "cy", 3),
        ("ada", "cy", 2),
    ]
    rows = [
        {
            "epoch": epoch,
            "key_id": ids[whom].hex(),
            "vouch": b64(vouch.give(ORG, BOX, epoch, ids[whom], ids[who], people[who].sig)),
        }
        for who, whom, epoch in given
    ]
    wire = [vouch.Vouch(row["epoch"], bytes.fromhex(row["key_id"]), octets(row["vouch"])) for row in rows]
    certified = {ids[name]: pair.sig.public for name, pair in people.items()}
    told = {2: [ids["bo"], ids["di"]]}
    maker = people["ada"].sig.public

    def found(announced: dict[int, list[bytes]] | None = None) -> Row:
        holders = vouch.holders(ORG, BOX, maker, wire, certified, announced)
        return {str(epoch): sorted(one.hex() for one in keys) for epoch, keys in holders.items()}

    return {
        "org": b64(ORG),
        "box_id": b64(BOX),
        "maker_sig_pub": b64(maker),
        "certified": {one.hex(): b64(pub) for one, pub in certified.items()},
        "rows": rows,
        "holders": found(),
        "announced": {"2": sorted(one.hex() for one in told[2])},
        "holders_announced": found(told),
    }


def signatures() -> list[Row]:
    rows = []
    for at, name in enumerate(("ada", "bo")):
        place: Row = {
            "kind": 1,
            "org": b64(ORG),
            "box_id": b64(BOX),
            "epoch": 1,
            "role": at + 1,
            "seq": at + 1,
        }
        place["item_id"] = b64(seed(f"signed {name}", 16))
        pair = keys.SigPair.from_seed(seed(name))
        body = json.dumps({"v": 1, "text": f"Blåbær fra {name}"}, ensure_ascii=False).encode()
        prev = signed.FIRST if at == 0 else seed("prev")
        content = signed.sign(context(place), body, prev, pair)
        rows.append(
            {**place, "seed": b64(seed(name)), "body": b64(body), "prev": b64(prev), "content": b64(content)}
        )
    return rows


def certificates() -> Row:
    staff_keys = keys.StaffKeys(seed("ada"))
    fields = {"serial": 7, "role": 1, "not_before": 1_700_000_000, "not_after": 1_710_000_000}
    raw = certificate.issue(
        ROOT,
        ORG,
        7,
        1,
        1_700_000_000,
        1_710_000_000,
        seed("ada id", 16),
        staff_keys.kem.public,
        staff_keys.sig.public,
    )
    roster = {
        "v": 1,
        "org": ORG.hex(),
        "version": 1,
        "quorum": 2,
        "readers": [],
        "alternates": [],
        "subjects": [],
    }
    document = json.dumps(roster, sort_keys=True, separators=(",", ":")).encode()
    return {
        "root_seed": b64(seed("root")),
        "root_pub": b64(ROOT.public),
        "fingerprint": certificate.fingerprint(ROOT.public).hex(),
        "org": b64(ORG),
        "staff_seed": b64(seed("ada")),
        "staff_id": b64(seed("ada id", 16)),
        **fields,
        "raw": b64(raw),
        "key_id": keys.key_id(staff_keys.kem.public).hex(),
        "sig_key_id": keys.key_id(staff_keys.sig.public).hex(),
        "roster": {"document": b64(document), "signature": b64(certificate.sign_roster(ROOT, ORG, document))},
    }


def build(old: Row) -> Row:
    """Return all vectors, with the random parts of `old` where they still open."""
    return {
        "about": "Made by python -m tests.vectors.generate. Octets are base64, ids of keys and boxes and hashes are hex.",
        "kdf": derivations(),
        "keys": key_pairs(),
        "box": boxes(),
        **lengths(),
        "seals": seals(old.get("seals", [])),
        "items": items(old.get("items", [])),
        "vouches": vouches(),
        "signed": signatures(),
        "certificate": certificates(),
        "codes": codes(),
        "typed": mistypings(),
        "staff": staff_rows(old.get("staff", [])),
    }


def load() -> Row:
    """Return the vectors as they are in the file."""
    loaded: Row = json.loads(PATH.read_text("utf-8"))
    return loaded


if __name__ == "__main__":
    vectors = build(load() if PATH.exists() else {})
    PATH.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(PATH)
