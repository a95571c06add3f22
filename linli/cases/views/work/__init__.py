"""The page of a case, what is done there, and the inbox of a unit."""
