"""The list of who has to call whom by when, for those who are told that Slack is away."""

from collections.abc import Sequence
from datetime import datetime

from bot.policies import PolicyBox
from bot.slack.phrases_outside import OUTSIDE
from bot.slack.words import Reader, cut, tidy
from sla.lead import Lead
from sla.names import name_of
from storage import leads
from storage.database import Connection
from storage.outbox import Delivery

ROWS_MAX = 200
LOOKED_AT_MAX = 2_000
NAME_MAX, REACH_MAX = 60, 100


class CallList:
    """Every lead that waits for a contact, the most urgent first."""

    def __init__(self, policies: PolicyBox) -> None:
        self._policies = policies

    def written(self, connection: Connection, delivery: Delivery, reader: Reader) -> tuple[str, str]:
        """Subject and body, from the leads as they are now."""
        waiting = waiting_leads(connection)
        since = reader.time(datetime.fromisoformat(str(delivery.post.data["since"])))
        count = reader.number(len(waiting))
        leads_said = OUTSIDE["count.leads"].partition("|")[0 if len(waiting) == 1 else 2].format(n=count)
        subject = OUTSIDE["outage.subject"].format(since=since, count=leads_said)
        lines = [OUTSIDE["outage.first"].format(since=since), ""]
        lines += self._rows(waiting, reader) if waiting else [OUTSIDE["outage.none"]]
        return subject, "\n".join([*lines, "", OUTSIDE["outage.next"], ""])

    def _rows(self, waiting: Sequence[Lead], reader: Reader) -> list[str]:
        rows = [self._row(lead, reader) for lead in waiting[:ROWS_MAX]]
        rest = len(waiting) - len(rows)
        more = [OUTSIDE["outage.more"].format(count=reader.number(rest))] if rest else []
        return [OUTSIDE["outage.calls"], "", *rows, *more]

    def _row(self, lead: Lead, reader: Reader) -> str:
        due_at = due_of(lead)
        key = "outage.late" if due_at <= reader.now else "outage.by"
        reach = [tidy(lead.details.phone or ""), tidy(lead.details.email or "")]
        owner = name_of(self._policies.current.policy, lead.owner) if lead.owner else OUTSIDE["outage.nobody"]
        return OUTSIDE["outage.row"].format(
            due=OUTSIDE[key].format(due=reader.time(due_at)),
            owner=owner,
            lead=cut(lead.label, NAME_MAX),
            tier=lead.tier,
            reach=cut(", ".join(one for one in reach if one), REACH_MAX) or OUTSIDE["outage.no_reach"],
        )


def waiting_leads(connection: Connection) -> list[Lead]:
    """Leads without a first contact, by their deadlines."""
    ids = leads.open_ids(connection, LOOKED_AT_MAX)
    known = leads.load(connection, ids)
    return sorted((one for one in known.values() if one.clock is not None), key=due_of)


def due_of(lead: Lead) -> datetime:
    clock = lead.clock
    return (clock.due_at if clock is not None else None) or lead.due_at or lead.received_at
