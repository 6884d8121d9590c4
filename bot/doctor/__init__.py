"""`lead-sla doctor`: what a new person gets wrong, each with what to do about it; it only looks."""
