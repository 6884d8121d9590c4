"""A team of three on one policy, changed as a tale needs it: for tales of who gets a lead."""

from typing import Any

from sla.policy import Policy, check_policy
from tests.sla.play import Play

ANN, BEN, CAT, MIA, OMAR, OPS = (
    f"{name}@acme.example" for name in ("ann", "ben", "cat", "mia", "omar", "ops")
)
_NAMES = {
    ANN: "Ann Adler",
    BEN: "Ben Bauer",
    CAT: "Cat Cole",
    MIA: "Mia Moreno",
    OMAR: "Omar Odeh",
    OPS: "Lead Ops",
}
_WEEK = {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def team_data(
    reps: tuple[str, ...] = (ANN, BEN, CAT),
    people: dict[str, dict[str, Any]] | None = None,
    **routing: Any,
) -> dict[str, Any]:
    """The policy as its file would hold it; `people` gives single people more of what it may say of them."""
    more = people or {}
    return {
        "calendars": {
            "us": {"timezone": "America/New_York", "hours": _WEEK, "holidays": {"country": "US"}},
            "berlin": {"timezone": "Europe/Berlin", "hours": _WEEK},
            "always": {"always": True},
        },
        "people": [{"email": email, "name": _NAMES[email], **more.get(email, {})} for email in _NAMES],
        "teams": {
            "sales": {
                "calendar": "us",
                "reps": list(reps),
                "managers": [MIA],
                "manager_channel": "#managers",
                "backups": [BEN, CAT],
                "backup_channel": "#backup",
            }
        },
        "tiers": [
            {"name": "Hot", "when": {"score": {"at_least": 75}}, "first_response": "30m"},
            {"name": "Standard", "when": {}, "first_response": "4h"},
        ],
        "routing": {"fallback": {"team": "sales"}, "unowned": {"tell": [OPS], "after": "2m"}, **routing},
        "on_call": {
            "nights": {
                "timezone": "America/New_York",
                "hand_over": {"day": "mon", "at": "09:00"},
                "starts": "2026-11-02",
                "rotation": [OMAR, MIA],
            }
        },
    }


def team_of(
    reps: tuple[str, ...] = (ANN, BEN, CAT),
    people: dict[str, dict[str, Any]] | None = None,
    **routing: Any,
) -> Policy:
    return check_policy(team_data(reps, people, **routing))


class Desk(Play):
    """Several leads come in one after the other; the play goes on with the latest."""

    def another(self, at: str = "Mon 10:00", **fields: Any) -> str | None:
        """One more lead; its owner."""
        self.lead = None
        decision = self.arrives(at, **fields)
        return decision.lead.owner

    def owners_of(self, number: int, at: str = "Mon 10:00", **fields: Any) -> list[str | None]:
        return [self.another(at, **fields) for _ in range(number)]
