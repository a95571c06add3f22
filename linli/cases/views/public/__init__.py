"""What a resident without an account may do: report, follow, add a word, rate."""
