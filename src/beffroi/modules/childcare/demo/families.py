"""420 families and their 700 children; one in ten live in two homes."""

import datetime
import random

from django.utils import timezone

from beffroi.modules.childcare.demo import names
from beffroi.modules.childcare.models import Child, ChildHome, Contact, Custody, Guardian, Residence
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people.models import Household, HouseholdMember, Person

FAMILIES = 420
CHILDREN = 700
APART = 10  # one family in ten
UNPROVED = 25  # one home in so many has not given a proof of its address
SINCE = datetime.timedelta(days=800)


class Maker:
    """Draws families, then writes them a table at a time."""

    def __init__(self, operator: Organisation, today: datetime.date, draw: random.Random):
        self.operator, self.today, self.draw = operator, today, draw
        self.communes = list(Commune.objects.members().defer("outline"))
        self.now = timezone.now()
        self.people: list[Person] = []
        self.households: list[Household] = []
        self.members: list[HouseholdMember] = []
        self.children: list[Child] = []
        self.homes: list[ChildHome] = []
        self.guardians: list[Guardian] = []
        self.contacts: list[Contact] = []
        self.custodies: list[Custody] = []

    def make(self) -> None:
        counts = [1] * FAMILIES
        while sum(counts) < CHILDREN:
            rank = self.draw.randrange(FAMILIES)
            if counts[rank] < 4:
                counts[rank] += 1
        for rank, count in enumerate(counts):
            self._family(rank, count)
        Person.objects.bulk_create(self.people, batch_size=1000)
        Household.objects.bulk_create(self.households, batch_size=1000)
        HouseholdMember.objects.bulk_create(self.members, batch_size=1000)
        proved = (one for rank, one in enumerate(self.households, 1) if rank % UNPROVED)
        start = self.today - SINCE
        Residence.objects.bulk_create(
            (Residence(household=one, commune=one.commune, start=start) for one in proved), batch_size=1000
        )
        Child.objects.bulk_create(self.children, batch_size=1000)
        ChildHome.objects.bulk_create(self.homes, batch_size=1000)
        Guardian.objects.bulk_create(self.guardians, batch_size=1000)
        Contact.objects.bulk_create(self.contacts, batch_size=1000)
        Custody.objects.bulk_create(self.custodies, batch_size=1000)

    def _family(self, rank: int, count: int) -> None:
        weights = [(one.population or 50) for one in self.communes]
        commune = self.draw.choices(self.communes, weights)[0]
        name = self.draw.choice(names.FAMILIES)
        mother = self._person(rank, "Mme", self.draw.choice(names.MOTHERS), name, commune)
        first = self._household(f"Foyer {name}", commune, [mother])
        father, second = None, None
        if self.draw.random() < 0.85:
            father = self._person(rank, "M.", self.draw.choice(names.FATHERS), name, commune)
            if rank % APART == 0:
                elsewhere = self.draw.choices(self.communes, weights)[0]
                second = self._household(f"Foyer {name} (père)", elsewhere, [father])
            else:
                self.members.append(HouseholdMember(household=first, person=father, relation="parent"))
        for _rank in range(count):
            self._child(name, first, second, mother, father)

    def _person(self, rank: int, title: str, first_name: str, last_name: str, commune) -> Person:
        number = len(self.people)
        person = Person(
            title=title,
            first_name=first_name,
            last_name=last_name,
            email=f"parent{number}@example.invalid",
            phone=f"06 39 98 {number // 100 % 100:02d} {number % 100:02d}",
            registered_by=self.operator,
            address=f"{self.draw.randrange(1, 60)} {self.draw.choice(names.STREETS)}",
            commune=commune,
            city=commune.name,
            postal_code=(commune.postal_codes or [""])[0],
        )
        self.people.append(person)
        return person

    def _household(self, name: str, commune, people: list[Person]) -> Household:
        household = Household(
            name=name,
            address=people[0].address,
            commune=commune,
            city=commune.name,
            postal_code=(commune.postal_codes or [""])[0],
        )
        self.households.append(household)
        self.members += [HouseholdMember(household=household, person=one, relation="parent") for one in people]
        return household

    def _child(self, name: str, first, second, mother, father) -> None:
        girl = self.draw.random() < 0.5
        born = self.today - datetime.timedelta(days=self.draw.randrange(3 * 365 + 60, 11 * 365))
        child = Child(
            organisation=self.operator,
            first_name=self.draw.choice(names.GIRLS if girl else names.BOYS),
            last_name=name,
            birth_date=born,
            sex="F" if girl else "M",
            may_go_out=True,
            may_be_treated=True,
            may_be_photographed=self.draw.random() < 0.8,
            created_at=self.now - datetime.timedelta(days=700),
            certified_at=self.now - datetime.timedelta(days=len(self.children) * 7 % 380),
        )
        self.children.append(child)
        home = ChildHome(child=child, household=first, rank=1, payer=mother, share=50 if second else 100)
        self.homes.append(home)
        self.guardians.append(Guardian(home=home, person=mother, relation="mother"))
        if father and not second:
            self.guardians.append(Guardian(home=home, person=father, relation="father"))
        if second:
            other = ChildHome(child=child, household=second, rank=2, payer=father, share=50)
            self.homes.append(other)
            self.guardians.append(Guardian(home=other, person=father, relation="father"))
            self.custodies.append(Custody(child=child, rhythm="weeks", even_home=home))
        if self.draw.random() < 0.5:
            number = len(self.contacts)
            self.contacts.append(
                Contact(
                    home=home,
                    name=f"{self.draw.choice(names.MOTHERS)} {name}",
                    relation="grand-mère",
                    phone=f"06 39 98 {number // 100 + 50:02d} {number % 100:02d}",
                    in_emergency=True,
                )
            )
