from beffroi.kernel import modules
from beffroi.kernel.ui import offline


class ContactConfig(modules.ModuleConfig):
    name = "beffroi.modules.contact"
    label = "contact"
    verbose_name = "contact"

    def ready(self) -> None:
        super().ready()
        offline.precache(lambda: ["/contact/"])
