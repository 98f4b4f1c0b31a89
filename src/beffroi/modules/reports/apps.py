from beffroi.kernel import modules


class ReportsConfig(modules.ModuleConfig):
    name = "beffroi.modules.reports"
    label = "reports"
    verbose_name = "signalements"
