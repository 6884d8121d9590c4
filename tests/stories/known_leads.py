"""The leads of these stories, by the first word of their company, as a website sends them."""

from typing import Any

from bot.demo.samples import DANA

KNOWN: dict[str, dict[str, Any]] = {
    "Northwind": DANA | {"external_id": "00Q-1001", "crm_url": "https://crm.example/00Q-1001"},
    "Kessel": {
        "external_id": "00Q-1002",
        "first_name": "Jonas",
        "last_name": "Kessel",
        "title": "Head of Operations",
        "company": "Kessel & Söhne",
        "email": "jonas@kessel.example",
        "employees": 240,
        "country": "DE",
        "intent": "trial",
        "score": 68,
    },
    "Tidewell": {
        "external_id": "00Q-1003",
        "first_name": "Mara",
        "last_name": "Quist",
        "company": "Tidewell",
        "email": "mara@tidewell.example",
        "employees": 60,
        "country": "US",
        "intent": "trial",
        "score": 66,
    },
    "Loom": {
        "external_id": "00Q-1004",
        "first_name": "Sam",
        "company": "Little Loom",
        "email": "sam@littleloom.example",
        "employees": 9,
        "country": "US",
        "intent": "webinar",
        "score": 35,
    },
    "Quiet": {
        "external_id": "00Q-1005",
        "first_name": "Pat",
        "last_name": "O'Neil",
        "company": "Quiet Co",
        "email": "pat@quiet.example",
        "employees": 40,
        "country": "US",
        "score": 5,
    },
    "Fjordline": {
        "external_id": "00Q-1006",
        "first_name": "Ida",
        "last_name": "Holm",
        "company": "Fjordline",
        "email": "ida@fjordline.example",
        "employees": 2600,
        "country": "US",
        "intent": "pricing",
        "score": 80,
    },
}
