from beffroi.kernel import modules


class SigningConfig(modules.ModuleConfig):
    name = "beffroi.shared.signing"
    label = "signing"
    verbose_name = "parapheur"
