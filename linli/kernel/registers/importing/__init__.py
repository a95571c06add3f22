"""Reading a file into a register: parsed, compared, previewed, then written in batches."""
