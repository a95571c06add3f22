"""What is asked of communities, counted and published: the burden meter 减负."""
