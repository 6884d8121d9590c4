"""Ways to people that do not need Slack: e-mail and text messages, behind one small door."""

from bot.notify.doors import Doors
from bot.notify.mail import Letter, MailDoor, UnusableAddress
from bot.notify.phone import PhoneDoor

__all__ = ["Doors", "Letter", "MailDoor", "PhoneDoor", "UnusableAddress"]
