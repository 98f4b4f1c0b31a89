from django.apps import apps
from django.core.management.base import BaseCommand

from beffroi.kernel import encryption


class Command(BaseCommand):
    help = "Chiffre de nouveau avec la clé d’aujourd’hui toutes les données protégées (fiches sanitaires, RIB…)."

    def handle(self, **options):
        for model in apps.get_models():
            if encryption.fields_of(model):
                self.stdout.write(f"{model._meta.label} : {encryption.rotate(model)}")
