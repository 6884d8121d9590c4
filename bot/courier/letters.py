"""Writing what leaves by e-mail or text message: from the lead as it is now, for the one who reads it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

from bot.courier.calls import CallList
from bot.courier.drawing import TWELVE_HOUR_CONTINENTS, Drawer
from bot.courier.short import short, short_of
from bot.lead_zone import zone_of_lead
from bot.notify.languages import FIRST, language_of, when
from bot.notify.mail import Letter
from bot.notify.templates import UnusableTemplate, load
from bot.policies import PolicyBox
from bot.slack.directory import zone_of
from bot.slack.phrases_outside import OUTSIDE
from bot.slack.words import Reader, cut, reads_twelve_hours
from sla.effects import Outside, Role, ToMail, ToPerson
from sla.lead import Lead, LeadId
from sla.paging import next_page_at
from sla.policy import Person, Policy
from sla.roster import person_at
from storage import cards, people
from storage.database import Connection
from storage.outbox import Delivery

SUBJECT_MAX = 100
LINK_AWAITED = timedelta(seconds=5)
"""How long a page waits for the message in Slack to which it leads."""
COPY_OF = "copy_of"
"""In a post's data: the message for Slack that this one says in its stead, while Slack is away."""
_BUTTONS = ("Button:", "Buttons:")


class Unwritable(Exception):
    """Nothing can be written there, and why."""


class LetterWriter:
    """Reads what a letter needs besides the lead: the reader, the page's place in Slack, the list of calls."""

    def __init__(
        self, policies: PolicyBox, *, sender: Callable[[], str], workspace_url: Callable[[], str]
    ) -> None:
        self._policies = policies
        self._sender = sender
        self._workspace_url = workspace_url
        self._calls = CallList(policies)

    def write(self, connection: Connection, delivery: Delivery, lead: Lead | None, at: datetime) -> Letter:
        """Raises Unwritable."""
        if delivery.role is Role.ACKNOWLEDGEMENT:
            return self._acknowledgement(delivery, _given(lead))
        to = delivery.post.to
        assert isinstance(to, Outside)
        policy = self._policies.current.policy
        person = person_at(policy, to)
        if person is None:
            raise Unwritable("nobody in the policy has this address or number")
        reader = _reader(connection, person, lead, policy, at)
        if delivery.role is Role.OUTAGE_LIST:
            subject, body = self._calls.written(connection, delivery, reader)
            return Letter(subject=subject, body=body, id=delivery.id)
        if isinstance(to, ToMail):
            return self._mail(connection, delivery, _given(lead), person, reader)
        return self._short(connection, delivery, _given(lead), person, reader)

    def _acknowledgement(self, delivery: Delivery, lead: Lead) -> Letter:
        current = self._policies.current
        try:
            texts = load(str(delivery.post.data["template"]), current.path.parent)
        except UnusableTemplate as problem:
            raise Unwritable(str(problem)) from problem
        terms = self._policies.at(lead.policy_version)
        calendar = terms.calendars[terms.teams[terms.team_in_force(lead.team)].calendar]
        opens_at = calendar.next_open(lead.received_at)
        zone = zone_of_lead(lead.details, opens_at) or calendar.zone
        code = language_of(lead.details)
        code = code if code in texts else FIRST
        said = texts[code].filled(
            when=when(opens_at, zone, code), sender=self._sender(), first_name=lead.details.first_name
        )
        return Letter(subject=said.subject, body=said.body, id=delivery.id, is_reply=True)

    def _text(
        self, connection: Connection, delivery: Delivery, lead: Lead, person: Person, reader: Reader
    ) -> str:
        """What the message in Slack says aloud."""
        drawer = Drawer(self._policies, self._workspace_url())
        drawing = drawer.draw(
            connection,
            role=delivery.role,
            place=ToPerson(email=person.email),
            lead=lead,
            clock=delivery.clock,
            data=delivery.post.data,
            at=reader.now,
            reader=reader,
        )
        return unescape(str(drawing.payload["text"]))

    def _mail(
        self, connection: Connection, delivery: Delivery, lead: Lead, person: Person, reader: Reader
    ) -> Letter:
        sentences = sentences_of(self._text(connection, delivery, lead, person, reader))
        lines = [one for one in sentences if not one.startswith(_BUTTONS)]
        links = []
        url = self._link(connection, delivery, lead.id, person)
        if url is not None:
            links.append(OUTSIDE["mail.open_in_slack"].format(url=url))
        if lead.details.crm_url:
            links.append(OUTSIDE["mail.open_crm"].format(url=lead.details.crm_url))
        if COPY_OF in delivery.post.data:
            links.append(OUTSIDE["mail.slack_away"])
        body = "\n".join([*lines, "", *links] if links else lines)
        subject = self._page_subject(delivery, lead, reader) or headline(lines)
        return Letter(subject=subject, body=body + "\n", id=delivery.id)

    def _page_subject(self, delivery: Delivery, lead: Lead, reader: Reader) -> str | None:
        clock = lead.clock
        if delivery.role is not Role.PAGE or clock is None or clock.due_at is None or lead.on_it is not None:
            return None
        press_at = next_page_at(lead, clock, self._policies.at(lead.policy_version))
        return cut(
            OUTSIDE["mail.page.subject"].format(
                tier=lead.tier, lead=lead.label, press=reader.hour(press_at), due=reader.time(clock.due_at)
            ),
            SUBJECT_MAX * 2,
        )

    def _short(
        self, connection: Connection, delivery: Delivery, lead: Lead, person: Person, reader: Reader
    ) -> Letter:
        policy, terms = self._policies.current.policy, self._policies.at(lead.policy_version)
        url = self._link(connection, delivery, lead.id, person)
        said = short(delivery, lead, policy, terms, reader, url)
        if said is None:
            lines = sentences_of(self._text(connection, delivery, lead, person, reader))
            said = short_of(headline(lines))
        return Letter(subject="", body=said, id=delivery.id)

    def waits_for_its_link(self, connection: Connection, delivery: Delivery, at: datetime) -> bool:
        """Whether a page leaves a moment later: its buttons are in Slack, and the way there belongs to it."""
        is_page = delivery.role is Role.PAGE and COPY_OF not in delivery.post.data
        if not is_page or delivery.lead_id is None or at - delivery.created_at >= LINK_AWAITED:
            return False
        person = person_at(self._policies.current.policy, delivery.post.to)
        return person is not None and self._link(connection, delivery, delivery.lead_id, person) is None

    def _link(
        self, connection: Connection, delivery: Delivery, lead_id: LeadId, person: Person
    ) -> str | None:
        """To the message in Slack in which the buttons are, where it has come to stand."""
        workspace = self._workspace_url()
        if not workspace:
            return None
        place = str(ToPerson(email=person.email))
        for card in cards.of_lead(connection, lead_id):
            is_it = card.place == place and card.clock == delivery.clock and card.gone_at is None
            if is_it and card.role in (Role.PAGE, Role.OWNER_CARD):
                return f"{workspace}archives/{card.channel}/p{card.ts.replace('.', '')}"
        return None


def sentences_of(text: str) -> list[str]:
    """A message's text as lines: it is made of sentences, each begun with a large letter or a figure."""
    lines: list[str] = []
    for word in text.split(" "):
        begins = word[:1].isupper() or word[:1].isdigit()
        if lines and not (begins and lines[-1].endswith((".", "?"))):
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def headline(lines: list[str]) -> str:
    """As many of the first sentences as fit in a subject."""
    said = lines[0] if lines else ""
    for line in lines[1:]:
        if len(said) + 1 + len(line) > SUBJECT_MAX:
            break
        said += f" {line}"
    return cut(said, SUBJECT_MAX).removesuffix(".")


def _given(lead: Lead | None) -> Lead:
    if lead is None:
        raise Unwritable("it is about no lead")
    return lead


def _reader(
    connection: Connection, person: Person, lead: Lead | None, policy: Policy, at: datetime
) -> Reader:
    """By their account in Slack, which may never have been asked about: else by their calendar."""
    known = people.get(connection, [person.email]).get(person.email)
    if known is not None and known.tz:
        return Reader(zone=zone_of(known.tz), twelve_hour=reads_twelve_hours(known.locale), now=at, city=None)
    calendar = policy.person_calendar(
        person.email, policy.team_in_force(lead.team if lead is not None else None)
    )
    twelve_hour = calendar.zone.key.startswith(TWELVE_HOUR_CONTINENTS)
    return Reader(zone=calendar.zone, twelve_hour=twelve_hour, now=at, city=None)
