from django.urls import path

from beffroi.shared.assets.listing import ASSETS
from beffroi.shared.assets.views import asset, gestures, imports, kinds, labels, listing, public, tree
from beffroi.shared.cases.views import saved

app_name = "assets"
DESK = "bureau/equipements"
ONE = f"{DESK}/<int:pk>"

urlpatterns = [
    path(f"{DESK}/", listing.asset_list, name="list"),
    path(f"{DESK}/export.<str:kind>", listing.export, name="export"),
    *saved.urls(ASSETS, f"{DESK}/vues"),
    path(f"{DESK}/nouveau/", asset.asset_new, name="new"),
    path(f"{DESK}/arbre/", tree.tree, name="tree"),
    path(f"{DESK}/etiquettes/", labels.sheets, name="labels"),
    path(f"{DESK}/importer/", imports.imports, name="imports"),
    path(f"{DESK}/importer/<int:pk>/", imports.import_page, name="import"),
    path(f"{DESK}/importer/<int:pk>/colonnes/", imports.columns, name="import_columns"),
    path(f"{DESK}/importer/<int:pk>/fautes.csv", imports.import_faults, name="import_faults"),
    path(f"{DESK}/importer/<int:pk>/<slug:verb>/", imports.import_move, name="import_move"),
    path(f"{DESK}/types/", kinds.kinds, name="kinds"),
    path(f"{DESK}/types/usuels/", kinds.install, name="kinds_install"),
    path(f"{DESK}/types/nouveau/", kinds.kind, name="kind_new"),
    path(f"{DESK}/types/<int:pk>/", kinds.kind, name="kind"),
    path(f"{ONE}/", asset.asset_page, name="asset"),
    path(f"{ONE}/corriger/", asset.asset_edit, name="edit"),
    path(f"{ONE}/deplacer/", asset.asset_move, name="move"),
    path(f"{ONE}/situation/", gestures.status, name="status"),
    path(f"{ONE}/retirer/", gestures.remove, name="remove"),
    path(f"{ONE}/fichiers/", gestures.files, name="files"),
    path(f"{ONE}/fichiers/<uuid:file>/<slug:verb>/", gestures.file_change, name="file_change"),
    path(f"{ONE}/trace.geojson", gestures.shape, name="shape"),
    path(f"{ONE}/arbre/", tree.tree, name="branch"),
    path("e/<slug:tag>/", public.public, name="public"),
    path("e/<slug:tag>/trace.geojson", public.public_shape, name="public_shape"),
]
