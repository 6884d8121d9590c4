"""What somebody who watches is shown first."""

from datetime import timedelta

from sla.lead import LeadId
from storage import leads, newest
from storage.database import Database
from storage.ids import new_lead_id
from tests.storage.samples import MONDAY, a_lead, an_entry, changed


def arrived(database: Database, number: int, after: float = 0) -> LeadId:
    """A lead that came in so many seconds after Monday began, written down by itself."""
    at = MONDAY + timedelta(seconds=after)
    lead = a_lead(number, id=new_lead_id(at), received_at=at, clocks=())
    with database.begin() as connection:
        leads.write(connection, [changed(None, lead, entries=[an_entry()])], at)
    return lead.id


def test_leads_of_one_moment_stand_in_the_order_in_which_they_were_written(database: Database) -> None:
    at_once = [arrived(database, number) for number in range(1, 31)]
    with database.read() as connection:
        assert at_once[::-1] == newest.lead_ids(connection, 50)
        assert at_once[::-1][:10] == newest.lead_ids(connection, 10)


def test_a_lead_that_came_in_later_stands_before_one_that_was_written_later(database: Database) -> None:
    late, early = arrived(database, 1, after=2), arrived(database, 2)
    with database.read() as connection:
        assert [late, early] == newest.lead_ids(connection, 50)
        assert [late] == newest.lead_ids(connection, 1)
