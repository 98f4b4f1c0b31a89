"""What waits for an agent: changes of address with their proofs, a child whose second parent has opened a file."""

import datetime
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from beffroi.modules.childcare import actions, calendars, invoiced
from beffroi.modules.childcare.models import Activity, Booking, ChildHome, Residence, Support
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.billing.models import Invoice
from beffroi.shared.files.actions import store_upload
from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people.actions import create_household
from beffroi.shared.people.models import Household, Person


def paper(title: str, *lines: str) -> SimpleUploadedFile:
    """A drawn paper that says what it is."""
    picture = Image.new("RGB", (800, 1000), "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 760, 960), outline="#2b2b2b", width=3)
    for rank, line in enumerate((title, "EXEMPLAIRE DE DEMONSTRATION", "", *lines)):
        pen.text((80, 100 + 60 * rank), line, fill="#1a1a1a", font_size=28)
    output = io.BytesIO()
    picture.save(output, "PNG")
    return SimpleUploadedFile(f"{title.lower().replace(' ', '-')}.png", output.getvalue(), content_type="image/png")


def second_parent(operator: Organisation) -> None:
    """A father who lives apart opens the file of a child whom the service knows already."""
    homes = ChildHome.objects.filter(rank=1, share=100, household__name__startswith="Foyer ").select_related("child")
    known = homes.order_by("pk")[7].child
    father = Person.objects.create(
        title="M.",
        first_name="Adrien",
        last_name="Delmotte",
        email="adrien.delmotte@example.invalid",
        registered_by=operator,
    )
    household = create_household(actor=None, person=father, name="Foyer Delmotte", city="Amiens", postal_code="80000")
    actions.create_child(
        actor=None,
        household=household,
        guardian=father,
        relation="father",
        organisation=operator,
        first_name=known.first_name,
        last_name=known.last_name,
        birth_date=known.birth_date,
        sex=known.sex,
    )


def supports(today: datetime.date, operator: Organisation) -> None:
    """A social centre pays for two families, one up to so much; the Département, for a child whom it looks after."""
    centre = Organisation.objects.create(
        kind="other",
        name="CCAS de Doullens (démonstration)",
        slug="ccas-demonstration",
        parent=operator,
        address="1 place de la Mairie",
        postal_code="80600",
        city="Doullens",
        email="ccas@example.invalid",
    )
    county = Organisation.objects.filter(kind="departement").order_by("pk").first()
    found = ChildHome.objects.filter(rank=1, share=100).select_related("child").order_by("pk")
    homes = list(found.filter(child__enrolments__activity__structure="pedt", child__enrolments__end=None)[10:12])
    often = found.filter(child__enrolments__activity__structure="peri", child__enrolments__end=None)
    homes += often.exclude(pk__in=[one.pk for one in homes])[:1]  # comes often: the ceiling of a month is reached
    agreements = [
        (centre, 50, "Aide 2026-118", None, {}),
        (county, 100, "Placement ASE", 900, {}),
        (centre, 80, "Aide 2026-131", None, {"cap_day": 600, "cap_month": 2000}),
    ]
    for home, (body, percent, reference, quotient, caps) in zip(homes, agreements, strict=False):
        if body is not None:
            held = Support(
                home=home,
                body=body,
                percent=percent,
                start=today - datetime.timedelta(days=300),
                reference=reference,
                quotient=quotient,
                **caps,
            )
            actions.save_support(held, actor=None)


def snacks(today: datetime.date, activity: Activity) -> None:
    """Some families come to the snack of a Wednesday of next week, or of the first one after the holidays."""
    unit = activity.units.get(code="gouter")
    monday = today + datetime.timedelta(days=7 - today.weekday())
    ahead = [day for period in activity.periods.all() for day in calendars.days_of(period) if day >= monday]
    if not ahead:
        return
    day = min(ahead)
    for rank, enrolment in enumerate(activity.enrolments.filter(end=None).select_related("child").order_by("pk")[:6]):
        home = enrolment.child.homes.filter(end=None).select_related("household").order_by("rank").first()
        if home is not None:
            wish = Wish(day, enrolment.child_id, unit.pk, 1 + rank % 3)
            actions.book([wish], {enrolment.child_id: home}, actor=None, desk=True)


def excuses(today: datetime.date) -> None:
    """A sick child: the document has come, an agent has to answer; another absence waits for its own."""
    since = today - datetime.timedelta(days=3)
    missed = Booking.objects.filter(state="booked", day__range=(since, today - datetime.timedelta(days=1)))
    missed = list(missed.select_related("home", "attendance").exclude(home=None).order_by("-day", "pk")[:2])
    for booking in missed:
        held = booking.attendance
        held.arrived_at = held.left_at = held.contact = None
        held.absence, held.reason, held.left_with = "waiting", "", ""
        held.save()
    if missed:
        proof = store_upload(paper("Certificat", "Ne pouvait pas venir"), actor=None)
        actions.send_excuse(missed[0].home, [missed[0].pk], actor=None, files=[proof])


def justified() -> None:
    """A certificate that came after the invoice: the régie has a credit note to make."""
    missed = Booking.objects.filter(state="booked", attendance__absence="unjustified")
    last = Invoice.objects.filter(kind="invoice", source__startswith="childcare:").order_by("-period_end").first()
    if last is None:
        return
    missed = missed.filter(day__range=(last.period_start, last.period_end))
    for booking in missed.select_related("child", "unit__activity").order_by("-day", "pk")[:20]:
        if invoiced.preview([booking]):
            actions.judge_absence(booking, actor=None, justified=True, reason="certificat arrivé après la facture")
            return


def load(today: datetime.date) -> None:
    """Two families have moved, and say so; one gives the proof that was missing."""
    communes = list(Commune.objects.members().defer("outline")[:12])
    living = ChildHome.objects.filter(rank=1, household__name__startswith="Foyer ")
    proved = Residence.objects.values("household")
    homes = Household.objects.filter(pk__in=living.values("household")).order_by("pk")
    movers = [*homes.filter(pk__in=proved)[4:6], *homes.exclude(pk__in=proved)[:1]]
    for rank, household in enumerate(movers):
        town = communes[3 * rank + 2] if rank < 2 else household.commune
        if town is None:
            continue
        values = {
            "address": f"{rank + 3} rue des Lilas" if rank < 2 else household.address,
            "city": town.name,
            "postal_code": (town.postal_codes or ["80600"])[0],
            "commune": town,
        }
        proof = store_upload(paper("Facture d eau", values["address"], town.name), actor=None)
        actions.ask_move(household, values, actor=None, start=today - datetime.timedelta(days=20), files=[proof])
