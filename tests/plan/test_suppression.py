"""Small numbers stay hidden, also when only a rate is shown."""

from hypothesis import given
from hypothesis import strategies as st

from whistle.plan.suppression import THRESHOLD, count_words, number, reaches, share


def test_one_to_four_people_are_never_a_number():
    assert [count_words(n) for n in range(7)] == ["0", "1–4", "1–4", "1–4", "1–4", "5", "6"]


def test_ninety_seven_percent_of_sixty_one_would_be_two_so_a_span_is_shown():
    assert share(59, 61).shown == "between"


@given(st.integers(0, 300), st.data())
def test_who_knows_the_total_and_the_rate_is_left_with_four_possible_values_for_a_small_one(counted, data):
    met = data.draw(st.integers(0, counted))
    shown = share(met, counted)
    possible = [other for other in range(counted + 1) if share(other, counted) == shown]
    assert met in possible
    if counted >= THRESHOLD and (0 < met < THRESHOLD or 0 < counted - met < THRESHOLD):
        assert len(possible) >= 4


@given(st.integers(0, 300), st.data())
def test_a_share_that_is_shown_holds_the_true_rate(counted, data):
    met = data.draw(st.integers(0, counted))
    shown = share(met, counted)
    if shown.low is not None:
        assert shown.low <= 100 * met // counted <= shown.high


def test_all_of_them_is_said_only_when_it_is_all_of_them():
    assert share(299, 300, people=False).high == 99
    assert share(300, 300).low == 100


def test_a_count_is_shown_as_a_span_when_it_is_small_and_says_no_more_than_that():
    assert {number(count) for count in range(1, 5)} == {number(1)}
    assert reaches(number(0), 0, "at_most")
    assert reaches(number(3), 0, "at_most") is False
    assert reaches(number(3), 2, "at_most") is None  # the stranger cannot tell whether it is 2 or 3
    assert {number(count, of=250) for count in range(1, 5)} == {number(1, of=250)}
    assert number(9, of=0).shown == "none"
