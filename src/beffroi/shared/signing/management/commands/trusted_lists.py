from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from beffroi.shared.signing import actions
from beffroi.shared.signing.models import TrustedList


class Command(BaseCommand):
    """`trusted_lists`: exit code 0 = every list wanted was read, 1 = some were not, named on the error output."""

    help = "Lit maintenant la liste européenne de confiance et les listes des États."

    def handle(self, **options):
        if not settings.TRUST_LIST:
            raise CommandError("BEFFROI_TRUST_LIST ne dit pas quelle liste lire.", returncode=1)
        read, failed = actions.refresh_lists()
        for one in TrustedList.objects.all():
            if one.fault:
                self.stderr.write(f"{one.territory} : {one.fault}")
            else:
                self.stdout.write(f"{one.territory} : n° {one.sequence}, {one.services.count()} services")
        if failed:
            raise CommandError(f"{failed} liste(s) non lue(s), {read} lue(s).", returncode=1)
