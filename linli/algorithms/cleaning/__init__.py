"""Cells of departments' spreadsheets into values, each with its raw text, what was done, and why there is none.

Cell by cell from here; whole columns from ``linli.algorithms.cleaning.columns``, which is the only module that needs
polars.
"""

from linli.algorithms.cleaning.addresses import DwellingAddress, clean_address
from linli.algorithms.cleaning.citizen_ids import (
    Document,
    birth_of,
    clean_citizen_id,
    clean_document,
    disagreements,
    division_of,
    sex_of,
)
from linli.algorithms.cleaning.cleaned import Cleaned, Fault, Note, Problem
from linli.algorithms.cleaning.codes import CodeTable, clean_code
from linli.algorithms.cleaning.dates import PartialDate, clean_date
from linli.algorithms.cleaning.names import clean_name
from linli.algorithms.cleaning.numbers import clean_integer, clean_number
from linli.algorithms.cleaning.phones import clean_phones
from linli.algorithms.cleaning.uscc import clean_uscc

__all__ = [
    "Cleaned",
    "CodeTable",
    "Document",
    "DwellingAddress",
    "Fault",
    "Note",
    "PartialDate",
    "Problem",
    "birth_of",
    "clean_address",
    "clean_citizen_id",
    "clean_code",
    "clean_date",
    "clean_document",
    "clean_integer",
    "clean_name",
    "clean_number",
    "clean_phones",
    "clean_uscc",
    "disagreements",
    "division_of",
    "sex_of",
]
