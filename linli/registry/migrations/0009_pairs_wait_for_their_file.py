"""Pairs of a file are looked at when the file is in; until then they are foreseen, whoever looks."""

from __future__ import annotations

from django.db import migrations, models

STATES = [
    ("foreseen", "导入后核对"),
    ("open", "待核对"),
    ("proposed", "待复核"),
    ("same", "同一人"),
    ("different", "不是同一人"),
    ("undone", "已撤销"),
]
FORESEEN = """
    SELECT set_config('linli.all', 'on', true);
    UPDATE registry_pair p SET state = 'foreseen' FROM registry_rawrow r JOIN registry_intake i ON i.id = r.intake_id
    WHERE r.id = p.row_id AND p.state = 'open' AND i.state <> 'done';
"""
OPEN = """
    SELECT set_config('linli.all', 'on', true);
    UPDATE registry_pair SET state = 'open' WHERE state = 'foreseen';
"""


class Migration(migrations.Migration):
    dependencies = [("registry", "0008_care_groups_are_not_given_away")]

    operations = [
        migrations.AlterField(
            model_name="pair",
            name="state",
            field=models.CharField(choices=STATES, default="open", max_length=10, verbose_name="状态"),
        ),
        migrations.RunSQL(FORESEEN, OPEN),
    ]
