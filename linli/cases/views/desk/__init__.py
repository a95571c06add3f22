"""The hotline desk and the boards of those who steer the loop."""
