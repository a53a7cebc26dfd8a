"""The tables of the desk hold together: every code has a word, every need a check, every clock somebody to tell."""

from cases import words, words_records, words_values
from cases.clocks import CLOCK_OF, CLOCKS
from cases.forms import PARTS, WHERE, forms
from cases.records import BY_NAME, KINDS
from cases.services.attention import CALLS, LATER
from cases.services.needs import CHECKS
from cases.workflow import STEPS, Need, State


def test_every_kind_of_record_its_fields_values_and_texts_have_words() -> None:
    assert set(words_records.KINDS) == set(BY_NAME)
    for kind in KINDS:
        assert {f"{kind.name}.{text}" for text in kind.texts} <= set(words_records.TEXTS)
        for field in kind.fields:
            assert field.name in words_records.FIELDS
            nameless = [code for code in field.values if words_values.value(field.name, code) == code]
            assert nameless == [], f"{kind.name}.{field.name}"


def test_every_kind_has_a_form_on_the_case_page_or_is_written_from_elsewhere() -> None:
    shown = {name for part in PARTS.values() for name in part}
    assert set(BY_NAME) - shown == {"title"}  # written at the top of the page
    assert all(form.texts for part in PARTS for form in forms(part))


def test_every_step_and_state_has_words_and_every_need_a_check_and_a_place() -> None:
    assert {step.name for step in STEPS} <= set(words.STEPS)
    assert {state.value for state in State} == set(words.STATES) == set(words.SHAPES)
    assert {need.value for need in Need} == set(words.NEEDS)
    assert set(CHECKS) == set(Need)
    used = {need for step in STEPS for need in step.needs}
    in_the_step_itself = {Need.OUTCOME, Need.EXPIRED, Need.CARED, Need.ARCHIVIST, Need.JUNK}
    assert used - set(WHERE) == in_the_step_itself


def test_every_clock_has_words_and_says_what_to_do() -> None:
    assert set(CLOCKS) == set(words.CLOCKS) == set(CALLS)
    assert set(CLOCK_OF.values()) <= set(CLOCKS)
    assert set(CLOCK_OF) <= set(BY_NAME)
    said = {*CALLS.values(), *LATER.values()}
    assert said <= set(words.NEXT)
    assert said <= set(words.NEXT_TEXT)


def test_nothing_goes_from_received_to_closed_and_nothing_ends_without_a_second_person() -> None:
    for step in STEPS:
        assert not (State.RECEIVED in step.sources and step.target == State.CLOSED), step.name
        if step.target in (State.CLOSED, State.DELETED, State.FORWARDED, State.SET_ASIDE, State.MERGED):
            assert step.second, step.name
        if step.target == State.CLOSED:
            assert {Need.FEEDBACK, Need.RETENTION, Need.OUTCOME} <= set(step.needs), step.name


def test_every_state_can_be_left_but_the_last_one() -> None:
    sources = {source for step in STEPS for source in step.sources}
    assert set(State) - sources <= {State.DELETED, State.MERGED, State.SET_ASIDE}
