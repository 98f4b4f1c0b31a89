"""Loading it all; a second load changes nothing."""

import datetime
import io
import random

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from beffroi.kernel.models import User
from beffroi.modules.childcare import actions
from beffroi.modules.childcare.demo import extras, offering, papers, surveys, transport
from beffroi.modules.childcare.demo.families import Maker
from beffroi.modules.childcare.demo.year import Year
from beffroi.modules.childcare.models import Child, Contact, Custody
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people.actions import create_household, person_of


@transaction.atomic
def load() -> None:
    """The childcare of the demonstration: families, offer, a year of bookings."""
    operator = Organisation.objects.filter(is_operator=True).first()
    if operator is None or Child.objects.exists():
        return
    today = timezone.localdate()
    draw = random.Random(420)  # noqa: S311  sample data, the same each time
    offer = offering.make(operator, today)
    _two_parents(operator, today, offer)
    Maker(operator, today, draw).make()
    papers.load(today)
    papers.second_parent(operator)
    extras.load(today, draw)
    Year(offer, today, draw).make()
    papers.supports(today, operator)
    papers.excuses(today)
    papers.snacks(today, offer.wednesdays)
    transport.load(today, offer)
    surveys.load(today, offer)
    extras.invoices(today)
    papers.justified()


def _portrait() -> SimpleUploadedFile:
    """A drawn face: nobody's."""
    picture = Image.new("RGB", (400, 400), "#dfe7ee")
    pen = ImageDraw.Draw(picture)
    pen.ellipse((40, 280, 360, 600), fill="#7a5c86")
    pen.ellipse((110, 60, 290, 300), fill="#e9c4a6")
    pen.pieslice((100, 40, 300, 230), 180, 360, fill="#b9b2ab")
    pen.ellipse((150, 165, 170, 185), fill="#3b3330")
    pen.ellipse((230, 165, 250, 185), fill="#3b3330")
    pen.arc((160, 195, 240, 255), 20, 160, fill="#8c3b3b", width=6)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return SimpleUploadedFile("portrait.png", output.getvalue(), content_type="image/png")


def _two_parents(operator: Organisation, today: datetime.date, offer: offering.Offer) -> None:
    """Two separated parents who each have an account: Jeanne has the even weeks, Paul the odd ones."""
    jeanne = User.objects.filter(email="habitante@example.invalid").first()
    paul = User.objects.filter(email="habitant@example.invalid").first()
    if jeanne is None or paul is None:
        return
    mother, father = person_of(jeanne), person_of(paul)
    first = mother.households.filter(name="Foyer Dubois").first()
    commune = first.commune if first else None
    if first is None:
        first = create_household(actor=None, person=mother, name="Foyer Dubois", city="Doullens", postal_code="80600")
    beauval = Commune.objects.filter(code_insee="80071").first()
    second = create_household(
        actor=None,
        person=father,
        name="Foyer Leclercq",
        address="4 rue du Bois",
        city="Beauval",
        postal_code="80630",
        commune=beauval or commune,
    )
    for household in (first, second):
        since = today - datetime.timedelta(days=800)
        actions.check_residence(household, actor=None, commune=household.commune, start=since)
    for first_name, age, sex in (("Lina", 7, "F"), ("Noé", 5, "M")):
        child = actions.create_child(
            actor=jeanne,
            household=first,
            guardian=mother,
            relation="mother",
            organisation=operator,
            first_name=first_name,
            last_name="Leclercq",
            birth_date=today - datetime.timedelta(days=age * 365 + 120),
            sex=sex,
            may_go_out=True,
            may_be_treated=True,
        )
        home = child.homes.get()
        actions.add_home(child, second, actor=None, guardian=father, relation="father", share=50)
        actions.set_custody(
            Custody(child=child, rhythm="weeks", even_home=home, change_day=4, holidays="halves", first_half_home=home),
            actor=None,
        )
        photo = store_upload(_portrait(), actor=jeanne, kind="photo")
        actions.save_contact(
            Contact(home=home, name="Odette Fournier", phone="03 53 01 00 01", relation="grand-mère"),
            photos=[photo],
            actor=jeanne,
        )
        actions.enrol(child, offer.wednesdays, offer.sites[0], actor=jeanne)
