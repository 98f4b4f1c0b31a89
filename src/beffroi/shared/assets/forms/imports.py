"""A file on its way in: which one, whose, and what its columns are."""

from django import forms

from beffroi.shared.assets.forms.asset import KindChoiceForm
from beffroi.shared.assets.importing.mapping import targets_of
from beffroi.shared.assets.importing.reading import Content, Unreadable, read
from beffroi.shared.assets.models import AssetImport

SYSTEMS = (
    ("0", "Celui du fichier, ou à reconnaître"),
    ("4326", "Longitude et latitude (WGS 84)"),
    ("2154", "Lambert 93"),
    ("3950", "Conique conforme zone 9 (CC50)"),
    ("3949", "Conique conforme zone 8 (CC49)"),
)


class UploadForm(KindChoiceForm):
    """One file holds assets of one kind, of one body."""

    file = forms.FileField(
        label="Fichier",
        help_text="CSV, GeoJSON, GeoPackage (.gpkg) ou Shapefile dans un ZIP ; 40 Mo et 100 000 lignes au plus.",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.json,.geojson,.gpkg,.zip"}),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )
    crs = forms.ChoiceField(label="Système de coordonnées", choices=SYSTEMS, initial="0")

    content: Content | None = None

    def clean_crs(self):
        return int(self.cleaned_data["crs"])

    def clean(self):
        data = super().clean()
        if data.get("file") and "crs" in data:
            try:
                self.content = read(data["file"], data["file"].name, data["crs"])
            except Unreadable as fault:
                self.add_error("file", str(fault))
        return data


class ColumnsForm(forms.Form):
    """One list for each thing that can be read."""

    own_data = False

    def __init__(self, *args, run: AssetImport, **kwargs):
        super().__init__(*args, **kwargs)
        columns = [("", "– rien –"), *((name, self._shown(run, rank, name)) for rank, name in enumerate(run.columns))]
        for target in targets_of(run.kind):
            if run.has_geometry and target.code in ("longitude", "latitude", "geometry"):
                continue
            self.fields[target.code] = forms.ChoiceField(
                label=target.label,
                choices=columns,
                required=False,
                help_text=target.hint,
                initial=run.mapping.get(target.code, ""),
            )

    @staticmethod
    def _shown(run: AssetImport, rank: int, name: str) -> str:
        """« numero (12, 13, 14) »."""
        values = [line[rank] for line in run.sample if rank < len(line) and line[rank]]
        return f"{name} ({', '.join(values)})"[:90] if values else name

    def clean(self):
        data = super().clean()
        used: dict[str, str] = {}
        for code, column in list(data.items()):
            if column and column in used:
                self.add_error(code, f"Cette colonne sert déjà pour « {self.fields[used[column]].label} ».")
            elif column:
                used[column] = code
        if not data.get("external_ref") and not data.get("code") and not self.errors:
            self.add_error(
                "external_ref", "Dites quelle colonne porte la référence ou le numéro : elle évite les doubles."
            )
        return data

    def mapping(self) -> dict[str, str]:
        return {code: column for code, column in self.cleaned_data.items() if column}
