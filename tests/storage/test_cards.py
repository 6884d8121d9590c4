"""Cards know what they show and what they ought to show."""

from dataclasses import replace

from sla.effects import Role
from storage import cards, leads
from storage.cards import Card
from storage.database import Database
from tests.storage.samples import MANAGERS, MONDAY, a_lead, a_post, changed, keep, minutes, send_all

LEAD = a_lead()
OTHER = a_lead(2)


def _two_leads_with_cards(database: Database) -> None:
    keep(database, LEAD, OTHER, posts=[a_post(), a_post(Role.MANAGERS_CARD, MANAGERS)])
    with database.begin() as connection:
        send_all(connection)


def _change(database: Database, revision: int) -> None:
    with database.begin() as connection:
        before = leads.load(connection, [LEAD.id], lock=True)[LEAD.id]
        leads.write(connection, [changed(before, replace(before, revision=revision))], MONDAY)


def _dirty(database: Database, at_minute: float = 0) -> list[Card]:
    with database.read() as connection:
        return cards.dirty(connection, 9, MONDAY + minutes(at_minute))


def test_a_card_shows_its_lead_when_it_is_sent(database: Database) -> None:
    _two_leads_with_cards(database)
    assert _dirty(database) == []
    with database.read() as connection:
        [card, _] = sorted(cards.of_lead(connection, LEAD.id), key=lambda card: card.place)
        assert card == cards.by_message(connection, card.channel, card.ts)
        assert cards.by_message(connection, card.channel, "9.9") is None
    assert (LEAD.id, Role.OWNER_CARD, "@alice@example.com", 1) == (
        card.lead_id,
        card.role,
        card.place,
        card.clock,
    )


def test_a_change_makes_all_cards_of_its_lead_dirty_and_no_others(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    _change(database, 3)
    assert [(LEAD.id, 3), (LEAD.id, 3)] == [(card.lead_id, card.wanted_revision) for card in _dirty(database)]


def test_a_card_is_clean_once_it_shows_what_is_wanted(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 3)
    [first, second] = _dirty(database)
    with database.begin() as connection:
        cards.shown(connection, first.id, 3, "hash")
        cards.shown(connection, second.id, 2, "older hash")
    assert [second.id] == [card.id for card in _dirty(database)]


def test_an_older_answer_that_comes_late_does_not_take_a_card_back(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 3)
    [first, _] = _dirty(database)
    with database.begin() as connection:
        cards.shown(connection, first.id, 3, "new")
        cards.shown(connection, first.id, 2, "old")
        [kept, _] = cards.of_lead(connection, LEAD.id)
    assert (kept.shown_revision, kept.shown_hash) == (3, "new")


def test_a_card_that_slack_did_not_take_waits_until_later(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    with database.begin() as connection:
        cards.later(connection, first.id, MONDAY + minutes(1))
    assert [second.id] == [card.id for card in _dirty(database, 0.999)]
    assert [first.id, second.id] == [card.id for card in _dirty(database, 1)]


def test_a_card_deleted_in_slack_is_edited_no_more(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    with database.begin() as connection:
        cards.gone(connection, first.id, MONDAY)
    _change(database, 3)
    assert [second.id] == [card.id for card in _dirty(database)]


def _leased(database: Database, revisions: dict[str, int], at_minute: float = 0) -> bool:
    with database.begin() as connection:
        at = MONDAY + minutes(at_minute)
        return cards.lease(connection, revisions, at, at + minutes(1))


def test_a_card_that_somebody_edits_is_nobody_elses_until_it_is_shown_or_the_time_is_over(
    database: Database,
) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    assert _leased(database, {first.id: 2})
    assert not _leased(database, {first.id: 2})
    assert not _leased(database, {first.id: 2, second.id: 2})
    assert [second.id] == [card.id for card in _dirty(database)]
    assert _leased(database, {first.id: 2}, at_minute=1)

    with database.begin() as connection:
        cards.shown(connection, first.id, 2, "hash")
    assert _leased(database, {first.id: 2}, at_minute=1)


def test_a_drawing_that_is_older_than_what_stands_is_not_to_be_edited_in(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 3)
    [first, _] = _dirty(database)
    with database.begin() as connection:
        cards.shown(connection, first.id, 3, "hash")
    assert not _leased(database, {first.id: 2})


def _found_to_stand(database: Database, card: Card, revision: int, at_minute: float = 0) -> None:
    with database.begin() as connection:
        cards.stands_so(connection, card.id, revision, "hash", MONDAY + minutes(at_minute))


def test_a_card_that_stands_as_it_should_is_clean_unless_somebody_edits_it(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    assert _leased(database, {first.id: 2})
    for card in (first, second):
        _found_to_stand(database, card, 2)
    assert [first.id] == [card.id for card in _dirty(database, at_minute=1)]
    _found_to_stand(database, first, 1, at_minute=1)
    assert [first.id] == [card.id for card in _dirty(database, at_minute=1)]
    _found_to_stand(database, first, 2, at_minute=1)
    assert _dirty(database, at_minute=1) == []


def test_what_stands_is_written_down_while_somebody_changes_the_lead(postgresql_database: Database) -> None:
    database = postgresql_database
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    with database.begin() as connection:
        leads.load(connection, [LEAD.id], lock=True)
        _found_to_stand(database, first, 2)
    assert [second.id] == [card.id for card in _dirty(database)]


def test_a_row_of_a_list_that_is_gone_already_holds_up_no_other(database: Database) -> None:
    _two_leads_with_cards(database)
    _change(database, 2)
    [first, second] = _dirty(database)
    with database.begin() as connection:
        cards.gone(connection, first.id, MONDAY)
    assert _leased(database, {first.id: 2, second.id: 2})
    assert not _leased(database, {first.id: 2})
