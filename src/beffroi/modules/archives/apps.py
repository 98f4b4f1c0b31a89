from beffroi.kernel import modules


class ArchivesConfig(modules.ModuleConfig):
    name = "beffroi.modules.archives"
    label = "archives"
    verbose_name = "archives"
