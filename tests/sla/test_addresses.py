"""Where an automatic e-mail may go: to people, never to machines, to nowhere, or back to ourselves."""

import pytest

from sla.addresses import cannot_be_right

OURS = {"acme.example"}


@pytest.mark.parametrize(
    "address",
    [
        "dana@northwind.example",
        "DANA@Northwind.Example",
        "dana+demo@northwind.co.uk",
        "info@northwind.example",
        "alice@acme.example",
        "dana@xn--bcher-kva.example",
        "dana@bücher.example",
        "replyall@northwind.example",
    ],
)
def test_people_may_be_written_to(address: str) -> None:
    assert cannot_be_right(address, OURS) is None


@pytest.mark.parametrize(
    "address",
    [
        None,
        "",
        "dana",
        "dana@northwind",
        "dana@@northwind.example",
        "dana reyes@northwind.example",
        "dana@127.0.0.1",
        "dana@.example",
        "dana@northwind.invalid",
        "dana@printer.local",
        "noreply@northwind.example",
        "no-reply+7@northwind.example",
        "do-not-reply@northwind.example",
        "MAILER-DAEMON@northwind.example",
        "bounces+7=x@northwind.example",
        "postmaster@northwind.example",
        "info@acme.example",
        "sales+web@acme.example",
        "dana@northwind.example\r\nBcc: eve@evil.example",
    ],
)
def test_nobody_would_read_it_there(address: str | None) -> None:
    assert cannot_be_right(address, OURS) is not None
