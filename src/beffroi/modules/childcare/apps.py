from django.conf import settings

from beffroi.kernel import modules


class ChildcareConfig(modules.ModuleConfig):
    name = "beffroi.modules.childcare"
    label = "childcare"
    verbose_name = "enfance"

    def ready(self):
        from beffroi.modules.childcare import actions, invoiced, pricing, residences, uses  # once models are loaded
        from beffroi.modules.childcare.views import files
        from beffroi.shared.accounts.oidc import grants
        from beffroi.shared.billing import sources
        from beffroi.shared.people import communes, homes

        super().ready()
        communes.also(uses.agreements)
        homes.also(residences.said)
        grants.register(
            grants.Grant(
                code="quotient",
                provider=files.FRANCE_CONNECT,
                scopes=tuple(settings.PARTICULIER_SCOPES),
                receive=files.receive_token,
            )
        )
        sources.register(
            sources.Source(
                code=uses.SOURCE,
                label="Accueils de loisirs",
                bills=pricing.bills,
                people=pricing.people,
                population=pricing.population,
                overcharges=invoiced.overcharges,
                settle=actions.keep_draws,
            )
        )
