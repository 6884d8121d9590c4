"""Leads to try, each with one sentence on what to watch for; they are sent without an id and get a fresh one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bot.demo.scene import Mode

Lead = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """`activity` is what the lead did before it came in, as (minutes ago, what)."""

    id: str
    label: str
    lead: Lead
    hints: dict[Mode, str]
    activity: Sequence[tuple[int, str]] = field(default=())

    def to_json(self, mode: Mode, now: datetime) -> dict[str, Any]:
        done = [
            {"at": (now - timedelta(minutes=ago)).isoformat(timespec="seconds"), "what": what}
            for ago, what in self.activity
        ]
        lead = self.lead | ({"activity": done} if done else {})
        return {"id": self.id, "label": self.label, "hint": self.hints[mode], "lead": lead}


def samples(mode: Mode, now: datetime) -> list[dict[str, Any]]:
    """What can be tried in this scene; what a lead did is told back from now."""
    return [sample.to_json(mode, now) for sample in _SAMPLES if mode in sample.hints]


DANA: Final[Lead] = {
    "first_name": "Dana",
    "last_name": "Reyes",
    "title": "VP Sales",
    "company": "Northwind Freight",
    "email": "dana@northwind.example",
    "phone": "+1 212 555 0142",
    "employees": 1800,
    "industry": "Logistics",
    "country": "US",
    "intent": "demo_request",
    "score": 88,
    "score_breakdown": {"fit": 45, "behaviour": 43},
    "message": "Need this live before January, 40 seats.",
    "crm_url": "https://crm.example/leads/northwind",
}
"""The first whom everybody meets: the story begins with her, and so do the samples."""

_TALL: Final = "🧑‍🚀🚚" + "\N{FAMILY}" * 3
_RIGHT_TO_LEFT: Final = "שלום مرحبا"
_LONG: Final = " ".join(f"({number}) We move goods by road, rail and sea." for number in range(1, 161))

_SAMPLES: Final = (
    Sample(
        id="hot",
        label="Hot demo request",
        hints={
            "seconds": "A rep has 12 seconds; press Log contact on the card, or wait and see the ladder climb.",
            "week": "Enterprise, 5 minutes; press nothing, jump to what is next, and watch the card and the managers.",
        },
        activity=((3, "Viewed pricing"), (0, "Requested a demo")),
        lead=DANA,
    ),
    Sample(
        id="trial",
        label="German trial",
        hints={
            "seconds": "The score is below 75, so it has a minute; time enough to pass it on.",
            "week": "It goes to Dieter Daum: 30 minutes of Berlin's working time, and he reads 16:25, not 4:25 PM.",
        },
        activity=((45, "Started a trial"), (5, "Invited two colleagues")),
        lead={
            "first_name": "Jonas",
            "last_name": "Kessel",
            "title": "Head of Operations",
            "company": "Kessel & Söhne",
            "email": "jonas@kessel.example",
            "phone": "+49 30 5550142",
            "employees": 240,
            "industry": "Manufacturing",
            "country": "DE",
            "language": "de",
            "intent": "trial",
            "score": 68,
            "message": "Können wir die Testphase um zwei Wochen verlängern?",
            "crm_url": "https://crm.example/leads/kessel",
        },
    ),
    Sample(
        id="webinar",
        label="Webinar guest",
        hints={
            "seconds": "A minute to answer; try I'm on it and see that no reminder comes until then.",
            "week": "Four working hours, over the night if need be; after closing time an e-mail says when.",
        },
        lead={
            "first_name": "Sam",
            "company": "Little Loom",
            "email": "sam@littleloom.example",
            "employees": 12,
            "industry": "Textiles",
            "country": "US",
            "intent": "webinar",
            "score": 41,
            "crm_url": "https://crm.example/leads/littleloom",
        },
    ),
    Sample(
        id="partner",
        label="From a partner",
        hints={
            "seconds": "The partner's name stands on the card; the score decides its time here.",
            "week": "A low score, yet Hot: Why? on the card says that a partner sent it.",
        },
        lead={
            "first_name": "Ines",
            "last_name": "Aubert",
            "title": "Chief Operating Officer",
            "company": "Fjordline",
            "email": "ines@fjordline.example",
            "employees": 3100,
            "industry": "Shipping",
            "country": "NO",
            "intent": "partner",
            "score": 52,
            "partner": "Harbour & Vale",
            "message": "Harbour & Vale told us about you; could we speak this week?",
            "crm_url": "https://crm.example/leads/fjordline",
        },
    ),
    Sample(
        id="after-hours",
        label="After hours",
        hints={
            "week": "First jump to closing: whoever is on call is paged, by SMS too, and has it until the opening.",
        },
        lead={
            "first_name": "Noor",
            "last_name": "Haddad",
            "title": "Director of Sales",
            "company": "Alder & Sons",
            "email": "noor@alder.example",
            "phone": "+1 312 555 0177",
            "employees": 1200,
            "industry": "Wholesale",
            "country": "US",
            "intent": "pricing",
            "score": 79,
            "message": "Please send prices for 60 people before our meeting tomorrow.",
            "crm_url": "https://crm.example/leads/alder",
        },
    ),
    Sample(
        id="no-email",
        label="E-mail address missing",
        hints={
            "seconds": "It is kept, no clock starts, and Lead Ops is told what is missing; look as Lead Ops.",
            "week": "It is kept, no clock starts, and Lead Ops is told what is missing; look as Lead Ops.",
        },
        lead={
            "first_name": "Theo",
            "company": "Greyline",
            "phone": "+1 415 555 0119",
            "country": "US",
            "intent": "contact_us",
            "score": 61,
            "message": "Call me, my mail is being moved.",
        },
    ),
    Sample(
        id="hostile",
        label="Hostile text",
        hints={
            "seconds": "Nobody is mentioned, nothing is a link or bold, no line breaks out; only its text is long.",
            "week": "Nobody is mentioned, nothing is a link or bold, no line breaks out; only its text is long.",
        },
        lead={
            "first_name": "Pat <!channel> *Bold*",
            "last_name": "O'Neil <script>alert(1)</script>",
            "title": "`Head` of ~everything~ <@U0ALICE>",
            "company": f"\u202eytiruces\u202c & <img src=x onerror=alert(2)> {_TALL} <https://phish.example|Acme>",
            "email": "pat@quiet.example",
            "country": "US",
            "intent": "contact_us",
            "score": 77,
            "message": "hi @here <!everyone> <@U0MIA> https://phish.example\n> quoted\n```code```\n"
            f"{_RIGHT_TO_LEFT}\n{_LONG}",
        },
    ),
)
