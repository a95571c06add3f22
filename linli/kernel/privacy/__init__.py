"""Personal data: who may see a row, how values are sealed, masked, found, revealed and forgotten."""
