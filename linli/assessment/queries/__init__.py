"""Reading the burden: what is recorded, what it comes to, what was saved, and whether the rules are kept."""
