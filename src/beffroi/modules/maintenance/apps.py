from beffroi.kernel import modules


class MaintenanceConfig(modules.ModuleConfig):
    name = "beffroi.modules.maintenance"
    label = "maintenance"
    verbose_name = "maintenance"
