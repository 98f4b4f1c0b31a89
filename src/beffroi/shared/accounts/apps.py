from beffroi.kernel import modules


class AccountsConfig(modules.ModuleConfig):
    name = "beffroi.shared.accounts"
    label = "accounts"
    verbose_name = "comptes"
