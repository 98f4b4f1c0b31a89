"""What is kept of files that nobody finished importing."""

from datetime import timedelta

from beffroi.kernel.modules import RetentionRule
from beffroi.shared.assets.actions import cancel_import
from beffroi.shared.assets.models import AssetImport

KEEP = timedelta(days=30)

RULE = RetentionRule(
    code="assets.imports",
    model="assets.AssetImport",
    label="Contenu d’un fichier d’équipements dont l’importation n’a pas été finie",
    basis="Durée choisie par la collectivité : le temps de corriger un fichier",
    keep=KEEP,
    due=lambda now: AssetImport.objects.filter(rows__isnull=False, created_at__lt=now - KEEP),
    apply=lambda run: cancel_import(run, actor=None),
    action="delete",
    each=False,
)
