from beffroi.kernel import modules


class ChildcareConfig(modules.ModuleConfig):
    name = "beffroi.modules.childcare"
    label = "childcare"
    verbose_name = "enfance"

    def ready(self):
        from beffroi.modules.childcare import pricing  # not before the models are loaded
        from beffroi.shared.billing import sources

        super().ready()
        sources.register(sources.Source(code=pricing.SOURCE, label="Accueils de loisirs", bills=pricing.bills))
