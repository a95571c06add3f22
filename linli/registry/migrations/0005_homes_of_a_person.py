"""A person's homes, the past ones too, are found by an index."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registry", "0004_visits")]

    operations = [
        migrations.AddIndex(
            model_name="residence",
            index=models.Index(fields=["person", "valid_to"], name="residence_of_person"),
        ),
    ]
