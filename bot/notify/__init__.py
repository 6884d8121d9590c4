"""Ways to people that do not need Slack: e-mail and text messages, behind one small door."""
