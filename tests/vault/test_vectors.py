"""Python against the vectors that the browser's half is held to as well."""

import json
import re
import runpy
from pathlib import Path

import pytest

from tests.vectors import generate, roster
from tests.vectors.seeds import content_of, context, octets, seed
from whistle.core.recipients import recipients
from whistle.vault import code, item, keys, seal, staff
from whistle.vault.errors import VaultError

VECTORS = generate.load()


def test_the_file_is_what_the_generator_makes():
    assert generate.build(VECTORS) == VECTORS


def test_the_recipient_cases_are_what_the_generator_makes():
    assert json.loads(roster.PATH.read_text("utf-8")) == {"cases": roster.CASES}


@pytest.mark.parametrize("row", VECTORS["seals"], ids=lambda row: f"epoch {row['epoch']}")
def test_recipient_opens_the_seal_and_a_stranger_does_not(row):
    pair = keys.KemPair.from_seed(octets(row["seed"]))
    place = (octets(row["org"]), octets(row["box_id"]), row["epoch"])

    assert seal.open(octets(row["sealed"]), pair, *place) == octets(row["box_key"])
    with pytest.raises(VaultError, match=r"seal\.refused"):
        seal.open(octets(row["sealed"]), keys.KemPair.from_seed(seed("stranger")), *place)


@pytest.mark.parametrize("row", VECTORS["items"], ids=lambda row: f"{row['size']} octets")
def test_reader_opens_the_item(row):
    ctx, header, body = context(row), octets(row["header"]), octets(row["body"])

    assert item.open_item(octets(row["box_key"]), ctx, header, body) == content_of(row["size"])
    assert item.item_hash(ctx, header, body).hex() == row["item_hash"]


@pytest.mark.parametrize("row", VECTORS["typed"], ids=lambda row: repr(row["text"][:20]))
def test_typed_code_is_read_or_refused(row):
    if row["code"] is None:
        assert code.check(code.parse(row["text"]))
    else:
        with pytest.raises(VaultError, match=row["code"]):
            code.parse(row["text"])


def test_officer_unwraps_what_was_wrapped_for_them_and_a_stranger_does_not():
    (row,) = VECTORS["staff"]
    master, share = octets(row["master"]), octets(row["unlock_share"])

    assert staff.unwrap(master, share, row["user"], octets(row["wrapped"])) == octets(row["seed"])
    with pytest.raises(VaultError, match=r"staff\.refused"):
        staff.unwrap(master, share, seed("stranger", 16).hex(), octets(row["wrapped"]))


@pytest.mark.parametrize("case", roster.CASES, ids=lambda case: case["says"])
def test_recipients(case):
    assert recipients(case["roster"], case["subjects"], case["unticked"]) == case["recipients"]


def test_a_subject_that_is_a_stranger_to_the_roster_is_refused():
    with pytest.raises(ValueError, match="no such subject"):
        recipients(roster.TOWN, ["stranger"], [])


def test_the_example_in_the_readme_runs(tmp_path):
    readme = Path(generate.__file__).parents[2] / "whistle" / "vault" / "README.md"
    example = readme.read_text("utf-8").split("```python\n")[1].split("```")[0]

    (tmp_path / "example.py").write_text(example, "utf-8")
    runpy.run_path(str(tmp_path / "example.py"))


def test_the_readme_names_every_error():
    folder = Path(generate.__file__).parents[2] / "whistle" / "vault"
    sources = [path.read_text("utf-8") for path in folder.glob("*.py") if path.name != "at_rest.py"]
    raised = {code for source in sources for code in re.findall(r'VaultError\("([a-z_.]+)"\)', source)}

    assert raised <= set(re.findall(r"`([a-z_]+\.[a-z_]+)`", (folder / "README.md").read_text("utf-8")))
    assert len(raised) > 20
