"""Names the modules that hold fixtures for all tests."""

pytest_plugins = ["tests.databases"]
