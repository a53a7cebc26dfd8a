"""The part of wbe1.json that people say, write down and type: codes and passphrases."""

from tests.vectors.seeds import ORG, Row, b64, kept, octets, seed
from whistle.vault import code, keys, staff


def codes() -> list[Row]:
    rows = []
    for secret in (
        [0, 1, 2, 3, 4, 5, 6],
        [7775] * 7,
        [int.from_bytes(seed(f"code {n}", 4)) % 7776 for n in range(7)],
    ):
        indices = [*secret, code.check_index(secret)]
        master = code.master(indices, ORG)
        reporter = keys.ReporterKeys(master)
        rows.append(
            {
                "indices": indices,
                "digits": code.digits(indices),
                "nb": " ".join(code.words(indices, "nb")),
                "nn": " ".join(code.words(indices, "nn")),
                "en": " ".join(code.words(indices, "en")),
                "org": b64(ORG),
                "master": b64(master),
                "lookup": b64(reporter.lookup),
                "auth": b64(reporter.auth),
                "kem_key_id": keys.key_id(reporter.kem.public).hex(),
                "sig_pub": b64(reporter.sig.public),
            }
        )
    return rows


def mistypings() -> list[Row]:
    good = codes()[2]
    words = good["en"].split()
    return [
        {"text": good["digits"].replace(" ", ""), "code": None},
        {"text": f"  {good['digits'].replace(' ', '-')} ", "code": None},
        {"text": good["nb"].upper().replace(" ", ",  "), "code": None},
        {"text": good["en"].replace(" ", "-"), "code": None},
        {"text": good["digits"][:-1], "code": "code.length"},
        {"text": "", "code": "code.length"},
        {"text": " ".join(words[:7]), "code": "code.length"},
        {"text": " ".join([*words[:7], "zzyzx"]), "code": "code.unknown_word"},
        {"text": "9999 " * 8, "code": "code.unknown_word"},
        {"text": " ".join([words[1], words[0], *words[2:]]), "code": "code.typo"},
        {"text": good["digits"][:2] + "01" + good["digits"][4:], "code": "code.typo"},
    ]


def staff_rows(old: list[Row]) -> list[Row]:
    typed = "  Correct horse\u00a0BATTERY staple  ærlig talt\n"
    salt, share, user, secret = seed("salt", 16), seed("share"), seed("ada id", 16).hex(), seed("ada")
    master = staff.master(typed, salt)

    def opens(row: Row) -> bool:
        by_passkey = staff.unwrap_with_passkey(seed("prf"), share, user, octets(row["wrapped_with_passkey"]))
        return staff.unwrap(master, share, user, octets(row["wrapped"])) == secret == by_passkey

    def fresh() -> Row:
        return {
            "wrapped": b64(staff.wrap(master, share, user, secret)),
            "wrapped_with_passkey": b64(staff.wrap_with_passkey(seed("prf"), share, user, secret)),
        }

    random = kept(old[0] if old else None, opens, fresh)
    return [
        {
            "passphrase": typed,
            "normalized": staff.normalized(typed),
            "salt": b64(salt),
            "master": b64(master),
            "auth": b64(staff.auth(master)),
            "unlock_share": b64(share),
            "prf": b64(seed("prf")),
            "user": user,
            "seed": b64(secret),
            "wrapped": random["wrapped"],
            "wrapped_with_passkey": random["wrapped_with_passkey"],
        }
    ]
