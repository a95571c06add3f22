"""Two characters are found by the index alone, and what reads like the start of a number at the beginning of numbers."""

from __future__ import annotations

from django.db import migrations

from linli.kernel.registers.operations import CreateSearchFunction


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_lists_by_time")]

    operations = [
        CreateSearchFunction("case", field="grams", texts=("number", "title", "text", "place_text"), number="number")
    ]
