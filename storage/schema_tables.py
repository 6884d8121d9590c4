"""What a database says of itself to versions of the program that are older than its tables."""

from sqlalchemy import Column, Table, Text

from storage.columns import metadata

works_with = Table(
    "works_with",
    metadata,
    Column("revision", Text, primary_key=True),
    # The oldest revision whose program can work with these tables.
    Column("works_from", Text, nullable=False),
)
