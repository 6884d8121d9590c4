"""The auditor: looks each minute whether everything is as it must be, mends what it can, and tells of the rest."""
