from beffroi.kernel import modules


class ChildcareConfig(modules.ModuleConfig):
    name = "beffroi.modules.childcare"
    label = "childcare"
    verbose_name = "enfance"
