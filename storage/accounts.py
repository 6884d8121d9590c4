"""What Slack said of people's accounts: whether they are active, and until when they want no sound."""

from datetime import datetime

from sqlalchemy import Connection

from storage.tables import accounts
from storage.upserts import insert_into


def said(
    connection: Connection,
    email: str,
    *,
    at: datetime,
    is_active: bool = True,
    silent_until: datetime | None = None,
) -> None:
    """Remember what was said last; `email` as the policy spells it."""
    values = {"email": email, "is_active": is_active, "silent_until": silent_until, "said_at": at}
    insert = insert_into(connection.dialect.name, accounts).values(values)
    changing = {name: insert.excluded[name] for name in values if name != "email"}
    connection.execute(insert.on_conflict_do_update(index_elements=["email"], set_=changing))
