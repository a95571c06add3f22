"""The words of the pages: found in code, templates and data, and kept in catalogues for other languages."""
