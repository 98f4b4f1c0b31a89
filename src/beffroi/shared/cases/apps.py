from beffroi.kernel import modules


class CasesConfig(modules.ModuleConfig):
    name = "beffroi.shared.cases"
    label = "cases"
    verbose_name = "demandes"
