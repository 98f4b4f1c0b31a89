from beffroi.kernel import modules


class OrganisationsConfig(modules.ModuleConfig):
    name = "beffroi.shared.organisations"
    label = "organisations"
    verbose_name = "organisations"
