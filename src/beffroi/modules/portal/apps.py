from beffroi.kernel import modules


class PortalConfig(modules.ModuleConfig):
    name = "beffroi.modules.portal"
    label = "portal"
    verbose_name = "portail"
