from beffroi.kernel import modules


class DeliberationsConfig(modules.ModuleConfig):
    name = "beffroi.modules.deliberations"
    label = "deliberations"
    verbose_name = "délibérations et actes"

    def ready(self) -> None:
        super().ready()
        from beffroi.modules.deliberations.actions import publish_signed
        from beffroi.shared.signing import hooks

        hooks.on_publish("deliberations.Act", publish_signed)
