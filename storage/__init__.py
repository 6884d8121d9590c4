"""The only package that knows SQL: leads, clocks, timeline and everything owed to the outside."""
