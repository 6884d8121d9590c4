"""Where the README's tales are played: in Slack, and beside it with e-mail and text messages."""

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.auditor.auditor import Auditor, AuditorParts
from bot.auditor.looking import OwnProcess
from bot.clock import OneClock
from sla.lead import LeadId
from storage import leads
from tests.bot.courier.outside_office import OutsideOffice
from tests.sla.play import moment
from tests.stories.office import Office
from tests.stories.staff import NAMES

SHORT = {full: short for short, full in NAMES.items()}
MINUTE = timedelta(minutes=1)
ALONE = " alone"
"""Behind a name: what that person alone is answered."""
Forms = dict[str, Callable[..., None]]


def do(forms: Forms, said: str) -> None:
    """The first form of line that fits is done."""
    for form, deed in forms.items():
        if found := re.fullmatch(form, said):
            deed(*found.groups())
            return
    raise AssertionError(f"nobody knows how to do this line of the README: {said!r}")


class InSlack:
    """The office of the stories. `it` is the lead that came in last."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._leads: list[LeadId] = []
        self._answers: dict[str, list[str]] = {}
        self._at = ""
        self._is_down = False
        self._auditor: Auditor | None = None
        self._forms: Forms = {
            r"so far (.+)": self._so_far,
            r"(\w+ \w+) types (/lead-sla .+)": self._types,
            r'(\w+ \w+) logs "(.+?)"(?: at (.+))?': self._logs,
            r"(\w+ \w+) passes it on": self._passes,
            r'(\w+ \w+) gives "(.+)"': self._gives,
            r"(\w+ \w+) moves it to (\w+ \w+)": self._moves,
            r"(\w+ \w+) presses (.+)": self._presses,
            r"the lead is late: it was due (\d\d:\d\d)": self._is_late,
            r"the bot goes down": self._goes_down,
            r"the bot is back": self._is_back,
            r"its clock is set aside": self._is_set_aside,
        }

    def it_is(self, at: str) -> None:
        if not self._at:
            self._office.it_begins(at)
        elif self._auditor is not None:
            self._audited_until(self._auditor, moment(at))
        elif not self._is_down:
            self._office.it_is(at)
        self._at = at

    def _audited_until(self, auditor: Auditor, until: datetime) -> None:
        """The auditor's rounds are a minute apart."""
        while self._office.now + MINUTE <= until:
            self._office.a_minute_passes()
            auditor.round()
            self._office.settles()

    def stands(self, place: str) -> list[str]:
        if place.endswith(ALONE):
            return self._answers.get(place.removesuffix(ALONE), [])
        return [one.text for one in self._office.messages(SHORT.get(place, place))]

    def comes_in(self, lead: dict[str, Any]) -> None:
        self._leads.append(LeadId(self._office.sends(lead)["lead_id"]))

    def does(self, said: str) -> None:
        do(self._forms, said)

    def _answered(self, name: str, said: str) -> None:
        if said:
            self._answers.setdefault(name, []).append(said)

    def _so_far(self, shares: str) -> None:
        """ "Bob Brandt has 4 leads, Carla Costa 2" """
        owners = Counter(str(self._office.lead(lead).owner) for lead in dict.fromkeys(self._leads))
        said = {name: int(number) for name, number in re.findall(r"(\w+ \w+) (?:has )?(\d+)", shares)}
        assert said == {NAMES[owner.partition("@")[0]]: number for owner, number in owners.items()}

    def _types(self, name: str, words: str) -> None:
        answer = self._office.types(words, by=SHORT[name])
        self._answered(name, answer.text)

    def _logs(self, name: str, what: str, at: str | None) -> None:
        when = f"{self._at.split()[0]} {at}" if at else None
        said = self._office.logs_contact(what, by=SHORT[name], on=self._leads[-1], at=when)
        self._answered(name, said)

    def _passes(self, name: str) -> None:
        self._office.presses("Pass", by=SHORT[name], on=self._leads[-1])
        said = self._office.told_only(SHORT[name])
        if said:
            self._answered(name, said)
        else:
            self._office.passes(self._leads[-1], by=SHORT[name])

    def _gives(self, name: str, until: str) -> None:
        self._office.presses("Extend", by=SHORT[name], on=self._leads[-1])
        said = self._office.told_only(SHORT[name])
        if said:
            self._answered(name, said)
        else:
            self._office.gives_time(self._leads[-1], until, by=SHORT[name])

    def _moves(self, name: str, to: str) -> None:
        self._answered(name, self._office.reassigns(self._leads[-1], to=SHORT[to], by=SHORT[name]))

    def _presses(self, name: str, label: str) -> None:
        self._office.presses(label, by=SHORT[name], on=self._leads[-1])
        self._answered(name, self._office.told_only(SHORT[name]))

    def _is_late(self, due: str) -> None:
        lead = self._office.lead(self._leads[-1])
        assert lead.breach is not None
        assert lead.due_at == moment(f"{self._at.split()[0]} {due}")

    def _goes_down(self) -> None:
        self._office.the_bot_goes_away()
        self._is_down = True

    def _is_back(self) -> None:
        self._office.the_bot_is_back(self._at)
        self._is_down = False

    def _is_set_aside(self) -> None:
        """As when its step could not be worked out five times in a row; from now on the auditor goes round."""
        bot, office = self._office.bot, self._office
        with bot.database.begin() as connection:
            for _ in range(leads.FAILURES_MAX):
                leads.clock_failed(connection, self._leads[-1], 1, office.now)
        own = OwnProcess(name="one:7", ticked_at=lambda: office.now, idle_for=lambda: timedelta(0))
        self._auditor = Auditor(
            AuditorParts(
                database=bot.database,
                recorder=bot.recorder,
                policies=bot.policies,
                clock=OneClock(lambda: office.now),
                own=own,
            )
        )


TICK = timedelta(seconds=30)


class BesideSlack:
    """The courier's office with a mail server and an account for text messages; places are addresses and numbers."""

    def __init__(self, outside: OutsideOffice) -> None:
        self._outside = outside
        self._leads: list[LeadId] = []
        self._has_begun = False
        self._forms: Forms = {
            r"Slack goes down": lambda: outside.office.slack.begin_outage("refuse"),
            r"Slack is back": outside.office.slack.end_outage,
        }

    def it_is(self, at: str) -> None:
        if not self._has_begun:
            self._outside.it_is(at)
            self._has_begun = True
        while (now := self._outside.office.now) < moment(at):
            self._outside.office.now += min(TICK, moment(at) - now)
            self._outside.office.steps_fall_due(*self._leads)
            self._outside.settles()

    def stands(self, place: str) -> list[str]:
        """Subjects of letters, words of text messages."""
        if place.startswith("+"):
            return [one["Body"] for one in self._outside.phones.messages if one["To"] == place]
        return [str(letter["Subject"]) for letter in self._outside.mailbox.to(place)]

    def comes_in(self, lead: dict[str, Any]) -> None:
        self._leads.append(self._outside.office.a_lead_arrives(**({"owner": None} | lead)))
        self._outside.settles()

    def does(self, said: str) -> None:
        do(self._forms, said)
        self._outside.settles()
