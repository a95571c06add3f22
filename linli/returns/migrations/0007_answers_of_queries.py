"""What a query was answered is called after it: an answer alone is what people say of a place of a form."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("returns", "0006_admission")]

    operations = [migrations.RenameModel("Answer", "QueryAnswer")]
