"""Pure decisions about persons, households, organisations and the files they come from."""
