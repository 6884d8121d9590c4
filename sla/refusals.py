"""Every refusal, each worded by its own class from its arguments.

They are not frozen: contextlib writes a passing exception's `__traceback__`.
"""

from dataclasses import dataclass
from datetime import datetime

from sla.errors import Refusal, SayTime


@dataclass(kw_only=True, eq=False)
class ClaimedByAnother(Refusal):
    by: str
    lead: str
    at: datetime

    def words(self, say: SayTime) -> str:
        return f"{self.by} claimed {self.lead} at {say(self.at)}, just before you. Nothing to do."


@dataclass(kw_only=True, eq=False)
class AlreadyYours(Refusal):
    at: datetime

    def words(self, say: SayTime) -> str:
        return f"You already have it, since {say(self.at)}. The card is in your messages."


@dataclass(kw_only=True, eq=False)
class MovedMeanwhile(Refusal):
    owner: str
    since: datetime

    def words(self, say: SayTime) -> str:
        return f"This lead has been with {self.owner} since {say(self.since)}."


@dataclass(kw_only=True, eq=False)
class InTheQueue(Refusal):
    backups: str
    since: datetime

    def words(self, say: SayTime) -> str:
        return f"This lead has been in the backup queue since {say(self.since)}. {self.backups} can claim it there."


@dataclass(kw_only=True, eq=False)
class WithTheManagers(Refusal):
    managers: str
    since: datetime

    def words(self, say: SayTime) -> str:
        return f"This lead has been with the managers since {say(self.since)}. Ask {self.managers}."


@dataclass(kw_only=True, eq=False)
class NobodyYet(Refusal):
    """A lead that waits for the first of its team who can take it."""

    team: str
    since: datetime
    helper: str

    def words(self, say: SayTime) -> str:
        return (
            f"Nobody has this lead yet, since {say(self.since)}: it goes to the first of {self.team} who can take it. "
            f"{self.helper} can assign it now."
        )


@dataclass(kw_only=True, eq=False)
class WithLeadOps(Refusal):
    by: str
    since: datetime

    def words(self, say: SayTime) -> str:
        return (
            f"{self.by} said at {say(self.since)} that this is not a real lead. Lead ops look at it; the clock "
            "is stopped."
        )


class WasErased(Refusal):
    def words(self, say: SayTime) -> str:
        return "This lead's data was erased. There is nothing to do."


@dataclass(kw_only=True, eq=False)
class ClosedMeanwhile(Refusal):
    by: str
    at: datetime
    reason: str

    def words(self, say: SayTime) -> str:
        return f'{self.by} closed this lead at {say(self.at)}: "{self.reason}". There is nothing to do.'


@dataclass(kw_only=True, eq=False)
class NeedsDetails(Refusal):
    needs: str

    def words(self, say: SayTime) -> str:
        return f"This lead has no clock yet: {self.needs}. Lead ops can complete it, or its source sends it again."


@dataclass(kw_only=True, eq=False)
class MayNotComplete(Refusal):
    people: str

    def words(self, say: SayTime) -> str:
        return f"Only lead ops and the managers can complete a lead: {self.people}."


@dataclass(kw_only=True, eq=False)
class CompletedMeanwhile(Refusal):
    """`owner` is None where nobody has the lead at the moment."""

    by: str
    at: datetime
    owner: str | None

    def words(self, say: SayTime) -> str:
        where = (
            f" It is with {self.owner}; there is nothing to do." if self.owner else " There is nothing to do."
        )
        return f"{self.by} completed this lead at {say(self.at)}.{where}"


@dataclass(kw_only=True, eq=False)
class NothingToFillIn(Refusal):
    """What keeps the lead from its clock is in no field of it."""

    needs: str

    def words(self, say: SayTime) -> str:
        return f"Nothing can be filled in: {self.needs}. Whoever keeps the policy file can mend that."


@dataclass(kw_only=True, eq=False)
class ChangedMeanwhile(Refusal):
    def words(self, say: SayTime) -> str:
        return "This lead changed since you opened that. The card shows how it is now; press again there."


@dataclass(kw_only=True, eq=False)
class NotInTheQueue(Refusal):
    team: str
    backups: str

    def words(self, say: SayTime) -> str:
        return f"Only the {self.team} backups can claim: {self.backups}."


@dataclass(kw_only=True, eq=False)
class HadItBefore(Refusal):
    until: datetime

    def words(self, say: SayTime) -> str:
        return (
            f"You had this lead until {say(self.until)}, so it goes to somebody else. If you did contact them, "
            "use the card in your messages."
        )


@dataclass(kw_only=True, eq=False)
class EnoughLeads(Refusal):
    """A claim by somebody who has as many open leads as the policy gives them."""

    open_leads: int
    most: int
    helper: str

    def words(self, say: SayTime) -> str:
        leads = "1 open lead" if self.open_leads == 1 else f"{self.open_leads} open leads"
        limit = ", which is your limit" if self.open_leads == self.most else f"; your limit is {self.most}"
        return f"You have {leads}{limit}. Log one first, or ask {self.helper}."


@dataclass(kw_only=True, eq=False)
class NotAManager(Refusal):
    """`what` is the verb: reassign, give more time, nudge, close leads."""

    team: str
    what: str
    managers: str

    def words(self, say: SayTime) -> str:
        return f"Only the {self.team} managers can {self.what}: {self.managers}."


@dataclass(kw_only=True, eq=False)
class NotLeadOps(Refusal):
    people: str

    def words(self, say: SayTime) -> str:
        return f"Only lead ops can decide that: {self.people}."


@dataclass(kw_only=True, eq=False)
class NotYours(Refusal):
    """Somebody who never had the lead pressed an owner's button."""

    owner: str
    helper: str

    def words(self, say: SayTime) -> str:
        return (
            f"This lead is with {self.owner}. Only its owner and the managers can do that; ask {self.helper}."
        )


@dataclass(kw_only=True, eq=False)
class NotAFullMember(Refusal):
    helper: str

    def words(self, say: SayTime) -> str:
        return f"Only full members of this workspace can do that. Ask {self.helper}."


@dataclass(kw_only=True, eq=False)
class NotInThePolicy(Refusal):
    def words(self, say: SayTime) -> str:
        return "You are not in the lead SLA policy. Write to Lead Ops."


@dataclass(kw_only=True, eq=False)
class CannotCheckNow(Refusal):
    def words(self, say: SayTime) -> str:
        return "Slack does not answer, so the bot cannot check you now. Press again in a minute."


@dataclass(kw_only=True, eq=False)
class ReasonMissing(Refusal):
    field = "reason"

    def words(self, say: SayTime) -> str:
        return "Say why in a few words; it is kept with the lead."


@dataclass(kw_only=True, eq=False)
class NoSuchLead(Refusal):
    def words(self, say: SayTime) -> str:
        return "This lead is not known any more. There is nothing to do."
