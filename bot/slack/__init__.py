"""Everything Slack: one file for each thing that people do, and all Block Kit under `cards`."""
