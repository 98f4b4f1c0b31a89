from beffroi.kernel import modules


class DocumentsConfig(modules.ModuleConfig):
    name = "beffroi.shared.documents"
    label = "documents"
    verbose_name = "documents"
