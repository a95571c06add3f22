"""Every read of the territory that others may use, one module a noun."""
