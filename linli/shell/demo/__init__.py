"""The demo district: a real place's units with invented people, places and cases, the same for the same seed."""

from linli.shell.demo.loading import is_loaded, load

__all__ = ["is_loaded", "load"]
