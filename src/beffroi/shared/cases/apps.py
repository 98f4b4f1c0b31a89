from beffroi.kernel import modules


class CasesConfig(modules.ModuleConfig):
    name = "beffroi.shared.cases"
    label = "cases"
    verbose_name = "demandes"

    def ready(self):
        super().ready()
        from beffroi.kernel.ui import context
        from beffroi.shared.cases import basket

        context.register("basket", basket.counter)
