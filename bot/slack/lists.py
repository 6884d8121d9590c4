"""Presses on lists: Open posts the full card of a row's lead; Show all lists every row in a modal."""

from collections.abc import Sequence
from datetime import datetime

from slack_bolt import Ack, App

from bot.recorder import Committed
from bot.slack.cards import CardView, breach_list, ops_lists
from bot.slack.cards.lists import names
from bot.slack.desk import Desk, Presser
from bot.slack.modals.form import plain
from bot.slack.presses import Json, Press, act_on_press, open_modal
from sla.effects import Post, Role, ToPerson, Urgency
from sla.lead import Clock, Lead
from sla.rights import where_it_is
from storage import cards, leads, outbox
from storage.database import Connection

OPEN = "open"
SHOW_ALL = "show_all"
ROWS_MAX = 99
"""Slack takes a hundred blocks in a modal."""


def register(app: App, desk: Desk) -> None:
    @app.action(OPEN)
    def open_card(ack: Ack, body: Json) -> None:
        """The presser gets the whole card, once for each state of the lead."""
        act_on_press(desk, ack, body, lambda *pressed: _owe_card(desk, *pressed))

    @app.action(SHOW_ALL)
    def show_all(ack: Ack, body: Json) -> None:
        open_modal(desk, ack, body, lambda *pressed: _all_of(desk, *pressed))


def _owe_card(desk: Desk, press: Press, presser: Presser, lead: Lead) -> str | None:
    clock = _clock_of(lead, presser.email)
    if clock is None or presser.email not in (lead.owner, clock.person):
        raise where_it_is(desk.policy, lead)
    post = Post(
        role=Role.OWNER_CARD,
        to=ToPerson(email=presser.email),
        key=f"opened:{presser.email}:{lead.revision}",
        urgency=Urgency.NEW_LEAD,
        clock=clock.number,
        fenced=False,
        data={"asked": True},
    )
    desk.recorder.run(lambda connection: _add(connection, lead, post, press.at))
    desk.recorder.tell(Committed(next_step_at=None, owes=True))
    return None


def _add(connection: Connection, lead: Lead, post: Post, at: datetime) -> None:
    outbox.add(connection, [(lead.id, lead.generation, post)], at)


def _clock_of(lead: Lead, email: str) -> Clock | None:
    """The last one of theirs, or the last of all for an owner who never had one."""
    theirs = lead.owner_clocks(email)
    return theirs[-1] if theirs else next(reversed(lead.clocks), None)


def _all_of(desk: Desk, press: Press, presser: Presser, lead: Lead) -> Json:
    with desk.database.read() as connection:
        card = cards.by_message(connection, press.channel or "", press.ts or "")
        of_list = (
            []
            if card is None or card.list_id is None
            else cards.rows_of(connection, [card.list_id])[card.list_id]
        )
        known = leads.load(connection, {one.lead_id for one in of_list} | {lead.id})
    shown = [(known[one.lead_id], one.clock, one.role) for one in of_list]
    return all_of(desk, presser, shown or [(lead, None, Role.MANAGERS_CARD)])


def all_of(desk: Desk, presser: Presser, shown: Sequence[tuple[Lead, int | None, Role]]) -> Json:
    """A modal with a row for each of these leads, as a message of that role would say it."""
    view = CardView(
        role=Role.LEAD_LIST,
        lead=None,
        policy=desk.policy,
        terms=desk.policy,
        reader=presser.reader,
        rows=[
            CardView(
                role=role,
                lead=one,
                policy=desk.policy,
                terms=desk.policies.at(one.policy_version),
                reader=presser.reader,
                clock=clock,
            )
            for one, clock, role in shown
        ],
    )
    to_lead_ops = {role for _, _, role in shown} <= {Role.UNOWNED, Role.NEEDS_ATTENTION}
    module = ops_lists if to_lead_ops else breach_list
    rows = module.rows_of(view)
    called = names(rows, short=not to_lead_ops)
    title = presser.reader.say("breaches.all.title", n=presser.reader.number(len(rows)))
    return {
        "type": "modal",
        "callback_id": SHOW_ALL,
        "title": plain(title),
        "close": plain(presser.reader.words["modal.close"]),
        "blocks": [module.pair(row, called[row.lead.id]) for row in rows[:ROWS_MAX]],
    }
