"""What began or ended after a day is found by an index: figures are counted as of the last day of their period."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0010_identifiers_in_their_order'),
        ('territory', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(fields=['valid_from'], name='membership_begun'),
        ),
        migrations.AddIndex(
            model_name='membership',
            index=models.Index(condition=models.Q(('valid_to__isnull', False)), fields=['valid_to'], name='membership_ended'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died_on__isnull', False)), fields=['died_on'], name='person_died'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('left_on__isnull', False)), fields=['left_on'], name='person_left'),
        ),
        migrations.AddIndex(
            model_name='residence',
            index=models.Index(fields=['valid_from'], name='residence_begun'),
        ),
        migrations.AddIndex(
            model_name='residence',
            index=models.Index(condition=models.Q(('valid_to__isnull', False)), fields=['valid_to'], name='residence_ended'),
        ),
    ]
