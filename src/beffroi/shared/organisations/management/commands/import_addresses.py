"""`import_addresses FILE…`: the addresses of the Base Adresse Nationale, one file for each département."""

from django.core.management.base import BaseCommand, CommandError

from beffroi.kernel.ui.formats import counted
from beffroi.shared.organisations.addresses import ImportFault, import_addresses


class Command(BaseCommand):
    help = "Importe les adresses du territoire d’un fichier CSV de la Base Adresse Nationale, compressé ou non."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FICHIER")

    def handle(self, *args, files, **options):
        for file in files:
            try:
                made = import_addresses(file)
            except ImportFault as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                f"{file} : {counted(made.streets, 'voie')}, {counted(made.addresses, 'adresse')} dans "
                f"{counted(made.communes, 'commune')} ; {counted(made.changed, 'ligne changée,lignes changées')}."
            )
