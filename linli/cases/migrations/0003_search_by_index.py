"""The search of cases anew: it read every row, because what it was given bore the name of a column."""

from __future__ import annotations

from django.db import migrations

from linli.kernel.registers.operations import CreateSearchFunction


class Migration(migrations.Migration):
    dependencies = [("cases", "0002_policies")]

    operations = [CreateSearchFunction("case", field="grams", texts=("number", "title", "text", "place_text"))]
