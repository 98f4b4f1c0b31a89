from beffroi.kernel import modules


class PeopleConfig(modules.ModuleConfig):
    name = "beffroi.shared.people"
    label = "people"
    verbose_name = "personnes"
