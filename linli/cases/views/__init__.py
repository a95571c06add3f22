"""What the browser and the phone ask of the loop, a module a topic."""
