"""The times and choices of the pretend Slack that tests shorten."""

from dataclasses import dataclass


@dataclass(kw_only=True)
class Knobs:
    """Times and choices that tests shorten. All in seconds."""

    ack_within: float = 3.0
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    retry_scale: float = 1.0
    """Multiplies `retry_delays`; zero sends every retry at once."""
    resend_presses: bool = False
    """Slack does not promise to repeat presses and submissions that were not acknowledged; events it does."""
    ticket_life: float = 60.0
    signature_age: float = 0.0
    """How old the signatures of requests to the bot are."""
    signature_broken: bool = False
    dm_to_deactivated: str | None = "user_disabled"
    """How a message to a deactivated person is refused; None accepts it, which Slack has been seen to do."""
    messages_kept: int | None = None
    """The newest so many messages of each conversation are kept; None keeps all."""
