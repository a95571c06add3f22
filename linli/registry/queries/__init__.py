"""Every read of the registry that others may use."""
