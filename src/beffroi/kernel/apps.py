from beffroi.kernel import modules


class KernelConfig(modules.ModuleConfig):
    name = "beffroi.kernel"
    label = "kernel"
    verbose_name = "noyau"

    def ready(self):
        super().ready()
        from beffroi.kernel import checks  # noqa: F401  registers the system checks
        from beffroi.kernel.notices import bell

        bell.connect()
