"""Workbooks of others, filled without touching anything else in them.

A department's template is a package of parts. Only the cells that are filled are changed, in the one part that holds the sheet; styles,
widths, print settings, pictures and every other part leave as they came. Rows that are put in take everything below them along:
merged ranges, formulas, print areas.
"""
