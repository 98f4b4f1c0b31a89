from beffroi.kernel import modules


class ContactConfig(modules.ModuleConfig):
    name = "beffroi.modules.contact"
    label = "contact"
    verbose_name = "contact"
