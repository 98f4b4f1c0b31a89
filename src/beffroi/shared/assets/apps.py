from beffroi.kernel import modules


class AssetsConfig(modules.ModuleConfig):
    name = "beffroi.shared.assets"
    label = "assets"
    verbose_name = "patrimoine"
