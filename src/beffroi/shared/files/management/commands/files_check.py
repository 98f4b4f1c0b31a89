from django.core.management.base import BaseCommand, CommandError

from beffroi.shared.files import upkeep


class Command(BaseCommand):
    help = "Vérifie que chaque contenu est là, entier et inchangé ; nomme ceux qui manquent ou sont abîmés."

    def add_arguments(self, parser):
        parser.add_argument("--quick", action="store_true", help="comparer les tailles seulement, sans relire")

    def handle(self, *args, quick, **options):
        found = upkeep.check(quick=quick)
        for label, names in (("manquant", found.missing), ("abîmé", found.damaged), ("inconnu", found.strays)):
            for name in names:
                self.stdout.write(f"{label} : {name}")
        self.stdout.write(f"{found.seen} contenus vérifiés, {len(found.strays)} inconnus de la base.")
        if not found.is_sound:
            raise CommandError(
                f"{len(found.missing)} contenus manquent et {len(found.damaged)} sont abîmés : "
                "restaurez-les depuis la dernière sauvegarde saine."
            )
