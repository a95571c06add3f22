"""事 情: the one loop from a message to a closed and rated case."""
