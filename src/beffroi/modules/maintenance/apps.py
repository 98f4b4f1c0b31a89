from django.templatetags.static import static

from beffroi.kernel import modules
from beffroi.kernel.ui import offline


class MaintenanceConfig(modules.ModuleConfig):
    name = "beffroi.modules.maintenance"
    label = "maintenance"
    verbose_name = "maintenance"

    def ready(self) -> None:
        super().ready()
        offline.precache(kept_offline)


def kept_offline() -> list[str]:
    """What a device keeps to work without network: the reader of labels, for those whose browser has none."""
    return [static("beffroi/codes.js")]
