"""Read-only figures over all rooms."""
