"""The kinds of filter a register may have."""
