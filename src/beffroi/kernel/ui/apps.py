from django import apps


class UiConfig(apps.AppConfig):
    name = "beffroi.kernel.ui"
    label = "ui"
    verbose_name = "interface"

    def ready(self) -> None:
        from beffroi.kernel.ui import checks  # noqa: F401
