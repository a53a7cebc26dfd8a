"""The browser's half: held to the same vectors, in Node and in a real Chromium; what it seals, Python opens."""

import pytest

from tests.vault.browser_half import VECTORS, bundle, made_by_node, page_at, run_node, served
from tests.vectors.generate import load
from tests.vectors.seeds import content_of, context, octets
from whistle.vault import code, item, keys, seal, signed, staff, words
from whistle.vault.errors import VaultError

WBE1 = load()
PAIRS = [keys.KemPair.from_seed(octets(row["seed"])) for row in WBE1["keys"]]


def python_opens(made):
    """Open everything the browser's half made; a stranger opens none of it."""
    row = WBE1["items"][0]
    org, box_id, key = (octets(row[name]) for name in ("org", "box_id", "box_key"))
    for sealed in made["seals"]:
        pair, stranger = PAIRS[sealed["pair"]], PAIRS[1 - sealed["pair"]]
        assert seal.open(octets(sealed["sealed"]), pair, org, box_id, sealed["epoch"]) == key
        with pytest.raises(VaultError, match=r"seal\.refused"):
            seal.open(octets(sealed["sealed"]), stranger, org, box_id, sealed["epoch"])
    for each in made["items"]:
        ctx = context({**row, "seq": each["size"] + 1})
        header, body = octets(each["header"]), octets(each["body"])
        assert item.open_item(key, ctx, header, body) == content_of(each["size"])
        assert item.item_hash(ctx, header, body).hex() == each["hash"]
    author = keys.SigPair.from_seed(octets(WBE1["keys"][0]["seed"])).public
    read = signed.read(context(row), octets(made["signed"]["content"]), author)
    assert (read.body, read.prev) == (octets(made["signed"]["body"]), signed.FIRST)
    (person,) = WBE1["staff"]
    share, user, secret = octets(person["unlock_share"]), person["user"], octets(person["seed"])
    assert staff.unwrap(octets(person["master"]), share, user, octets(made["wrapped"])) == secret
    by_passkey = octets(made["wrapped_with_passkey"])
    assert staff.unwrap_with_passkey(octets(person["prf"]), share, user, by_passkey) == secret
    assert code.parse(made["code"]["digits"]) == made["code"]["indices"]
    assert code.master(made["code"]["indices"], org) == octets(made["code"]["master"])


def test_every_case_holds_in_node(tmp_path):
    words.write_for_browsers(tmp_path)
    tests = sorted(str(path) for path in VECTORS.glob("*.test.mjs"))

    done = run_node("--test", "--test-reporter=tap", *tests, WHISTLE_WORDS=str(tmp_path))

    assert done.returncode == 0, done.stdout[-4_000:]
    assert "# skipped 0" in done.stdout
    assert "# tests 0" not in done.stdout


def test_python_opens_what_node_sealed_and_a_stranger_does_not():
    python_opens(made_by_node())


def test_types_of_the_browsers_half_hold():
    done = run_node("node_modules/typescript/bin/tsc", "-p", "whistle/browser/wbe1/tsconfig.json")

    assert done.returncode == 0, done.stdout


@pytest.mark.browser
@pytest.mark.parametrize("where", ["page", "worker"])
def test_every_case_holds_in_chromium_and_python_opens_what_it_sealed(where, tmp_path, chromium):
    bundle(tmp_path)
    script = "report()" if where == "page" else "inWorker('report')"

    with served(tmp_path) as address, page_at(chromium, address) as page:
        found = page.evaluate(script)

    assert found["failures"] == []
    assert found["kem"] == "native"  # both ways are tried in the cases; this browser has its own ML-KEM
    assert {each["using"] for each in found["made"]["seals"]} == {"noble", "native"}
    python_opens(found["made"])
