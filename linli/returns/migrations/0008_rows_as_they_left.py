"""The rows of lists as they left, behind the same wall as the rows themselves."""

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

    dependencies = [
        ('returns', '0007_answers_of_queries'),
    ]

    operations = [
        migrations.CreateModel(
            name='DepartedRows',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('count', models.PositiveIntegerField(verbose_name='行数')),
                ('sealed', models.BinaryField(verbose_name='各行内容')),
                ('departure', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='returns.departure', verbose_name='报出')),
                ('row', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='departed', to='returns.return', verbose_name='报表')),
            ],
            options={
                'verbose_name': '报出时的花名册',
            },
        ),
        wall("returns_departedrows", OF_RETURN),
    ]
