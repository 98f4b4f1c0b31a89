from beffroi.kernel import modules


class AccountsConfig(modules.ModuleConfig):
    name = "beffroi.shared.accounts"
    label = "accounts"
    verbose_name = "comptes"

    def ready(self):
        super().ready()
        from beffroi.kernel.ui import context
        from beffroi.shared.accounts import bodies, checks, signals  # noqa: F401  registers the system checks

        signals.connect()
        context.register("organisations", bodies.shown)
