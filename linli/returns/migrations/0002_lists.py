"""Rows of lists, sealed, and the second wall around them: seen by who sees the return and may know of its care group."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from linli.kernel.privacy.walls import wall

OF_RETURN = """
    (SELECT linli_all()) OR EXISTS (
        SELECT 1 FROM returns_return seen
        JOIN returns_round asked ON asked.id = seen.round_id
        JOIN returns_form form ON form.id = asked.form_id
        JOIN territory_unit owner ON owner.id = form.owner_id
        WHERE seen.id = row_id AND (seen.mark = '' OR seen.mark = ANY((SELECT linli_marks())::text[])) AND (
            (SELECT linli_may('return.view')) AND (SELECT linli_may('registry.view'))
                AND (SELECT linli_scope()) <> '' AND starts_with(seen.path, (SELECT linli_scope()))
            OR (SELECT linli_may('return.ask')) AND owner.code = (SELECT linli_unit()) AND seen.state IN ('department', 'accepted')
        )
    )
"""


class Migration(migrations.Migration):
    dependencies = [("returns", "0001_initial"), ("registry", "0002_policies"), ("territory", "0001_initial")]

    operations = [
        migrations.AddField("template", "listing", models.JSONField(default=dict, verbose_name="名单")),
        migrations.AddField("return", "key_id", models.UUIDField(null=True)),
        migrations.AddField("return", "mark", models.CharField(blank=True, default="", max_length=32)),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("open", models.PositiveSmallIntegerField(default=0, verbose_name="待填项")),
                ("sealed", models.BinaryField(verbose_name="一行内容")),
                (
                    "row",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="returns.return",
                        verbose_name="报表",
                    ),
                ),
            ],
            options={"verbose_name": "花名册的一行", "ordering": ["row", "number"]},
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(fields=("row", "number"), name="line_number_once"),
        ),
        wall("returns_line", OF_RETURN),
    ]
