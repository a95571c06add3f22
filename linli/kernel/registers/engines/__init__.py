"""Two ways to answer a selection: in the database, and over columns held in memory."""
