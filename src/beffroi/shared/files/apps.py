from beffroi.kernel import modules


class FilesConfig(modules.ModuleConfig):
    name = "beffroi.shared.files"
    label = "files"
    verbose_name = "fichiers"
