from django.templatetags.static import static

from beffroi.kernel import modules
from beffroi.kernel.ui import offline


class ReportsConfig(modules.ModuleConfig):
    name = "beffroi.modules.reports"
    label = "reports"
    verbose_name = "signalements"

    def ready(self) -> None:
        super().ready()
        offline.precache(kept_offline)


def kept_offline() -> list[str]:
    """What a device keeps to report a problem without network: the form, its script, the map and the outlines."""
    own = [static(path) for path in ("beffroi/map.js", "beffroi/map.css")]
    return ["/signalements/hors-ligne/", "/carte/contours.geojson", *own]
