"""The courier: the only one who speaks to the outside, as often as it takes."""

from bot.courier.courier import Courier, CourierParts

__all__ = ["Courier", "CourierParts"]
