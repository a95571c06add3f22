"""Decisions about units, codes and changes: values in, value out."""
