"""Template tags of the shell: ``{% load ui %}`` brings them all."""
