"""The only package that knows Slack, HTTP and processes."""
