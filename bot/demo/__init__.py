"""`lead-sla demo`: the main job with nothing to configure, told as it happens."""
