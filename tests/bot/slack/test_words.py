"""Times, durations, counts and names, as each reader says them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.lines import Given, Line, Mentions, Name, Speaker, line, mrkdwn
from bot.slack.words import city_of, cut, escape, lower_first, reads_twelve_hours, tidy
from tests.bot.slack.samples import BERLIN, NEW_YORK, at, channel, person, shown


@pytest.mark.parametrize(
    ("locale", "twelve"),
    [("en-US", True), ("en-CA", True), ("en-AU", True), ("en-GB", False), ("de-DE", False), (None, False)],
)
def test_the_locale_says_whether_the_clock_has_twelve_hours(locale: str | None, twelve: bool) -> None:
    assert twelve is reads_twelve_hours(locale)


@pytest.mark.parametrize(
    ("when", "twelve", "twenty_four"),
    [
        ("10:06", "10:06 AM", "10:06"),
        ("00:05", "12:05 AM", "00:05"),
        ("12:00", "12:00 PM", "12:00"),
        ("23:59", "11:59 PM", "23:59"),
        ("Tue 09:03", "Tue Nov 24, 9:03 AM", "Tue Nov 24, 09:03"),
        ("Wed 14:00", "Wed Nov 25, 2:00 PM", "Wed Nov 25, 14:00"),
    ],
)
def test_a_time_has_its_date_when_it_is_not_today(when: str, twelve: str, twenty_four: str) -> None:
    assert twelve == person("10:00").time(at(when))
    assert twenty_four == person("10:00", twelve_hour=False).time(at(when))


def test_today_is_the_readers_own_today() -> None:
    assert person("23:00").time(at("23:30")) == "11:30 PM"
    assert person("17:00", zone=BERLIN).time(at("23:30")) == "Tue Nov 24, 5:30 AM"


def test_a_time_in_a_block_is_a_token_with_a_fallback() -> None:
    assert person().token(at("10:06")) == "<!date^1795446360^{time}|10:06 AM>"
    assert person().token(at("Tue 10:06")) == (
        "<!date^1795532760^{date_short_pretty}, {time}|Tue Nov 24, 10:06 AM>"
    )


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("10:00:59", "less than a minute"),
        ("10:01", "1 min"),
        ("10:12:59", "12 min"),
        ("11:00", "1 h"),
        ("11:14", "1 h 14 min"),
        ("17:59", "7 h 59 min"),
    ],
)
def test_a_duration_is_rounded_down(until: str, said: str) -> None:
    assert said == person().duration(at(until) - at("10:00"))


def test_from_one_working_day_on_a_date_says_more() -> None:
    assert person().is_short(at("17:59") - at("10:00"))
    assert not person().is_short(at("18:00") - at("10:00"))


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 people"), (1, "1 person"), (2, "2 people"), (1000, "1,000 people")]
)
def test_counts_have_their_number(number: int, said: str) -> None:
    assert said == person().counted("count.people", number)


def test_a_channel_names_its_city_once() -> None:
    reader = channel()
    speaker = Speaker(reader)
    said = speaker.plain(Line("Due {due}, next {at}", {"due": at("10:06"), "at": at("11:06")}))
    assert said == "Due 10:06 AM New York, next 11:06 AM"
    assert city_of(NEW_YORK) == "New York"


@given(st.text(max_size=200), st.integers(min_value=2, max_value=60))
def test_what_is_cut_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(cut(text, most)) <= most


def test_a_long_name_is_cut_at_a_word() -> None:
    assert cut("Northwind Freight and Logistics of the Americas", 30) == "Northwind Freight and…"
    assert cut("Donaudampfschifffahrt", 10) == "Donaudamp…"
    assert cut("Northwind Freight", 17) == "Northwind Freight"


def test_unseen_characters_become_a_space() -> None:
    assert tidy("a\n\tb\u202e\x00c ") == "a b c"


def test_slacks_own_characters_are_escaped_once() -> None:
    assert escape("&lt; <!here>") == "&amp;lt; &lt;!here&gt;"


@pytest.mark.parametrize(
    ("word", "said"), [("Requested a demo", "requested a demo"), ("IT services", "IT services")]
)
def test_the_middle_of_a_sentence_is_written_small(word: str, said: str) -> None:
    assert said == lower_first(word)


def test_what_the_lead_supplied_cannot_stand_in_mrkdwn() -> None:
    with pytest.raises(TypeError):
        mrkdwn(Line("{lead}", {"lead": Given("<!channel>")}), person())


def test_a_colleagues_name_can_neither_format_nor_mention() -> None:
    said = mrkdwn(Line("*{who}*", {"who": Name("*Eve* <!here> `x`")}), person())
    assert said == "*Eve &lt;!here&gt; x*"


def test_only_people_with_a_slack_id_are_mentioned() -> None:
    people = Mentions((("U0MIA", "Mia Moreno"), (None, "Omar Odeh")))
    assert mrkdwn(Line("{who}", {"who": people}), person()) == "<@U0MIA> Omar Odeh"


@pytest.mark.parametrize(
    ("when", "seen", "aloud"),
    [
        ("11:06", "*Next:* backup queue at {11:06 AM}", "Next: backup queue at 11:06 AM."),
        (
            "Tue 2:31",
            "*Next:* backup queue {Tue Nov 24, 2:31 AM}",
            "Next: backup queue Tue Nov 24, 2:31 AM.",
        ),
    ],
)
def test_no_at_stands_before_another_day(when: str, seen: str, aloud: str) -> None:
    reader = person("10:06")
    said = mrkdwn(line(reader, "managers.next.hand_over", at=at(when), who=None), reader)
    assert seen == shown(said)
    words = line(reader, "managers.text.hand_over", at=at(when), who=None)
    assert aloud == Speaker(reader, city=False).plain(words)


def test_a_sentence_that_begins_with_its_time_has_words_of_its_own_for_another_day() -> None:
    reader = person("16:50")
    said = mrkdwn(line(reader, "deadline.next.hand_over", at=at("Tue 9:50")), reader)
    assert shown(said) == " *It goes to the backup queue {Tue Nov 24, 9:50 AM}.*"
