from django.core.management.base import BaseCommand

from beffroi.kernel import search


class Command(BaseCommand):
    help = "Refait tout l’index de la recherche."

    def handle(self, **options):
        for label, count in search.reindex_all().items():
            self.stdout.write(f"{label} : {count}")
