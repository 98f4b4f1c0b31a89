from beffroi.kernel import modules


class PortalConfig(modules.ModuleConfig):
    name = "beffroi.modules.portal"
    label = "portal"
    verbose_name = "portail"

    def ready(self):
        super().ready()
        from beffroi.kernel.ui import context as shell
        from beffroi.modules.portal import context

        shell.register("territory", context.territory)
