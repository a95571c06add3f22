"""What the browser asks of accounts: signing in, and the administrators' pages."""
