"""The crash matrix: real bots before the pretend Slack, killed at every named moment and at random, seed by seed."""
