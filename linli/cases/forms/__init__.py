"""What people write into the pages of the loop, a module a topic."""
