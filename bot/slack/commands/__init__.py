"""What people type behind /lead-sla: one module for each thing they do, and the answers for them alone."""
