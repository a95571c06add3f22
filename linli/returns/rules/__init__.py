"""Pure decisions of this room: the dictionary, periods, and how a value is written."""
