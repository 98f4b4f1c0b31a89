from beffroi.kernel import modules


class BillingConfig(modules.ModuleConfig):
    name = "beffroi.shared.billing"
    label = "billing"
    verbose_name = "facturation"

    def ready(self) -> None:
        super().ready()
        from beffroi.shared.billing import online
        from beffroi.shared.billing.online.payfip import Payfip

        online.register("payfip", Payfip)
