from beffroi.kernel import modules, notices


class PeopleConfig(modules.ModuleConfig):
    name = "beffroi.shared.people"
    label = "people"
    verbose_name = "personnes"

    def ready(self):
        super().ready()
        notices.register_phone(_verified_phone)


def _verified_phone(user) -> str:
    from beffroi.shared.people.models import Person  # not before the models are loaded

    person = Person.objects.filter(user=user, phone_verified_at__isnull=False).only("phone").first()
    return person.phone if person else ""
