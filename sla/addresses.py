"""Whether an automatic e-mail may go to an address at all; nothing is asked of the outside."""

import re
from collections.abc import Collection
from typing import Final

_ADDRESS: Final = re.compile(
    r"[^\s@<>,;:\"()\[\]]{1,64}@(?:[^\s@.<>,;:]{1,63}\.)+([^\s@.<>,;:0-9]{2,63}|xn--[^\s@.]{1,59})"
)
_NEVER_READ: Final = frozenset({"invalid", "localhost", "local", "test", "internal", "lan"})
"""Last parts of names that nobody outside can have."""
_ROBOTS: Final = re.compile(
    r"(no|not|dont|do-not|do_not)[-_.]?reply.*|mailer-daemon|postmaster|bounces?([-+_].*)?|daemon"
)
_ROLES: Final = frozenset(
    """
    abuse accounts admin administrator billing careers contact events feedback finance hello help
    helpdesk hi hostmaster hr info inquiries it jobs leads legal mail marketing office ops partners
    press privacy root sales security service shop support team webmaster welcome
    """.split()  # noqa: SIM905  three lines instead of forty
)


def cannot_be_right(address: str | None, own_domains: Collection[str]) -> str | None:
    """Why no e-mail goes there, in words for the timeline; None where it may be read by the lead.

    A role such as sales@ is a lead like any other, but at `own_domains`, where it may well be what sent the lead.
    """
    if not address:
        return "it has no e-mail address"
    found = _ADDRESS.fullmatch(address.strip())
    if found is None:
        return "its e-mail address is not complete"
    name, _, domain = address.strip().lower().rpartition("@")
    if found.group(1).lower() in _NEVER_READ:
        return f"nobody outside can have an address that ends in .{found.group(1).lower()}"
    if _ROBOTS.fullmatch(name):
        return "its e-mail address is a machine's"
    if domain in own_domains and name.partition("+")[0] in _ROLES:
        return "its e-mail address is one of our own"
    return None
