"""Every read of this room that others may use."""
