from beffroi.kernel import modules


class DeliberationsConfig(modules.ModuleConfig):
    name = "beffroi.modules.deliberations"
    label = "deliberations"
    verbose_name = "délibérations et actes"
