from django.core.management.base import BaseCommand

from beffroi.kernel.ui.formats import size
from beffroi.shared.files import upkeep


class Command(BaseCommand):
    help = "Retire les fichiers que plus rien n’utilise. La même chose se fait seule chaque nuit."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="dire ce qui serait retiré, sans rien retirer")

    def handle(self, *args, dry_run, **options):
        done = upkeep.collect(dry_run=dry_run)
        say = self.stdout.write
        say("À retirer :" if dry_run else "Retirés :")
        say(f"  {done.loose} fichiers reçus depuis plus d’un jour et jamais rattachés")
        say(f"  {done.dangling} fichiers dont le dossier n’existe plus")
        say(f"  {done.blobs} contenus sans usage et {done.strays} contenus inconnus ({size(done.octets)})")
        if not dry_run:
            say(f"  {done.drafts} écritures interrompues")
