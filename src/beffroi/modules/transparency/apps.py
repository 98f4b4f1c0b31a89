from beffroi.kernel import modules


class TransparencyConfig(modules.ModuleConfig):
    name = "beffroi.modules.transparency"
    label = "transparency"
    verbose_name = "budgets et subventions"
