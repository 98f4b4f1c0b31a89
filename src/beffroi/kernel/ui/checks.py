"""System checks of the interface: each icon named by a manifest is in the sprite."""

from django.core import checks

from beffroi.kernel import modules
from beffroi.kernel.ui.icons import known_icons


@checks.register(checks.Tags.compatibility)
def check_manifest_icons(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """An entry that names an icon which the sprite does not hold would show nothing."""
    missing = {
        entry.icon
        for kind in ("menu", "services", "search", "layers", "object_actions")
        for entry in modules.collect(kind)
        if entry.icon not in known_icons()
    }
    return [
        checks.Error(
            f"L’icône « {name} » n’est pas dans la planche.",
            hint="Ajoutez son nom dans src/beffroi/kernel/ui/assets/icons.txt.",
            id="ui.E001",
        )
        for name in sorted(missing)
    ]
