"""E-mail and SMS on the page: whose they are, that they wait to be read, and that whatever stands in them is text."""

import pytest
from playwright.sync_api import expect

from bot.notify.mail import Letter, MailDoor
from bot.notify.phone import PhoneDoor
from bot.sandbox.post_office import SENDER
from tests.bot.demo.looking import Onlooker
from tests.browser.people import Crowd

pytestmark = pytest.mark.browser

HOSTILE = (
    f"<b>bold</b> <!channel> javascript:alert(1) {'W' * 90} "
    "https://phish.example/a, https://sandbox.slack.com/archives/D0MIA/p1795417440000001"
)


def arrive(week: Onlooker) -> None:
    """A text message and an e-mail, both to Mia Moreno."""
    slack = week.stage.slack
    PhoneDoor(slack.sms_url, slack.sms_api_url).send("+15550100", HOSTILE)
    letter = Letter(subject="<img src=x onerror=alert(1)>", body=HOSTILE, id=f"d_{len(week.heard)}")
    MailDoor(slack.mail_url, SENDER).send("mia@acme.example", letter)


@pytest.mark.parametrize("width", [400, 1280])
def test_whatever_stands_in_a_letter_is_text_and_only_addresses_are_links(
    week: Onlooker, people: Crowd, width: int
) -> None:
    arrive(week)
    mia = people.join("U0MIA/letters", width=width)
    letter = mia.letters.last
    expect(letter).to_contain_text("<img src=x onerror=alert(1)>")
    expect(letter).to_contain_text("<b>bold</b> <!channel> javascript:alert(1)")
    expect(letter.locator("img, script, b, .mention")).to_have_count(0)
    links = letter.get_by_role("link").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert links == ["https://phish.example/a", "#/U0MIA/D0MIA"]
    assert mia.sticks_out() == []


def test_letters_wait_to_be_read_by_the_one_to_whom_they_went(week: Onlooker, people: Crowd) -> None:
    somebody = people.join("U0MIA/letters")
    somebody.becomes("Alice Anders")
    arrive(week)
    mias = somebody.page.locator(".people button", has_text="Mia Moreno").locator(".mark")
    expect(mias).to_be_visible()
    place = somebody.page.locator(".places button", has_text="E-mail and SMS")
    expect(place).to_have_accessible_name("E-mail and SMS")
    somebody.becomes("Mia Moreno")
    expect(place).to_have_accessible_name("E-mail and SMS, 2 unread")
    somebody.goes_to("E-mail and SMS")
    expect(place).to_have_accessible_name("E-mail and SMS")
    somebody.letters.last.get_by_role("link").last.click()
    assert somebody.page.url.endswith("#/U0MIA/D0MIA")
