"""The doors that the settings open; a place whose door is shut says which setting would open it."""

from dataclasses import dataclass

from bot.notify.mail import Letter, MailDoor, UnusableAddress
from bot.notify.phone import PhoneDoor
from bot.outcome import Outcome, Refused
from bot.settings import Settings
from sla.effects import Outside, Place, ToMail, ToPhone

MAIL_SETTING, PHONE_SETTING = "LEAD_SLA_SMTP_URL", "LEAD_SLA_SMS_URL"


@dataclass(frozen=True, kw_only=True)
class Doors:
    """`send` to a place outside Slack; `shut` says why that cannot be."""

    mail: MailDoor | None = None
    phone: PhoneDoor | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Doors":
        """Raises UnusableAddress, with the setting's name."""
        return cls(mail=_mail_door(settings), phone=_phone_door(settings))

    @property
    def signature(self) -> str:
        """The name under which e-mails leave."""
        return self.mail.name if self.mail is not None else ""

    def shut(self, place: Place) -> str | None:
        """Why nothing leaves for such a place; None where something may."""
        if isinstance(place, ToMail) and self.mail is None:
            return f"{MAIL_SETTING} is not set"
        if isinstance(place, ToPhone) and self.phone is None:
            return f"{PHONE_SETTING} is not set"
        return None

    def send(self, place: Outside, letter: Letter) -> Outcome:
        """Send it once. A text message is the letter's body alone."""
        if isinstance(place, ToMail) and self.mail is not None:
            return self.mail.send(place.address, letter)
        if isinstance(place, ToPhone) and self.phone is not None:
            return self.phone.send(place.number, letter.body)
        return Refused(error=self.shut(place) or "no way leads there")


def _mail_door(settings: Settings) -> MailDoor | None:
    if settings.smtp_url is None:
        return None
    try:
        return MailDoor(settings.smtp_url.get_secret_value(), settings.mail_from)
    except UnusableAddress as problem:
        raise UnusableAddress(f"{MAIL_SETTING}: {problem}") from problem


def _phone_door(settings: Settings) -> PhoneDoor | None:
    if settings.sms_url is None:
        return None
    try:
        return PhoneDoor(settings.sms_url.get_secret_value(), settings.sms_api_url)
    except UnusableAddress as problem:
        raise UnusableAddress(f"{PHONE_SETTING}: {problem}") from problem
