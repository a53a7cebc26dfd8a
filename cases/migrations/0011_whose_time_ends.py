from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0010_second_person'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('until__isnull', False)), fields=['staff', 'until'], name='whose_time_ends'),
        ),
    ]
