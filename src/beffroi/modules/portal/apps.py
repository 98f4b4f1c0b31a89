from beffroi.kernel import modules


class PortalConfig(modules.ModuleConfig):
    name = "beffroi.modules.portal"
    label = "portal"
    verbose_name = "portail"

    def ready(self):
        super().ready()
        from beffroi.kernel.ui import context as shell
        from beffroi.modules.portal import cms, context

        cms.connect()
        shell.register("territory", context.territory)
        shell.register("site_alerts", context.site_alerts)
        shell.register("accessibility", context.accessibility)
