"""The append-only record of what changed, who did it and who looked."""
