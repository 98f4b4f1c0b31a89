"""Who may do what: each role against each verb, in their body and outside it."""

import pytest
from django.urls import reverse

from beffroi.kernel import access
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.access import MANAGE, VIEW, WORK
from beffroi.modules.maintenance.models import Order
from beffroi.shared.organisations.models import Commune

# role: (reads, works, dispatches)
ROLES = {
    "admin": (True, True, True),
    "dispatcher": (True, True, True),
    "secretary": (True, True, True),
    "agent": (True, True, False),
    "elected": (True, False, False),
    "adviser": (False, False, False),
    "editor": (False, False, False),
    "dpo": (False, False, False),
    "operator_admin": (False, False, False),
}


@pytest.fixture
def elsewhere(operator):
    return Commune.objects.create(
        kind="commune", name="Naours", slug="naours", code_insee="80584", departement="80", parent=operator
    )


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_do_what_the_rule_says_and_in_its_body_only(
    client, role, commune, elsewhere, make_user, make_order
):
    user = make_user(role, commune)
    assert tuple(access.can(user, verb, commune) for verb in (VIEW, WORK, MANAGE)) == ROLES[role]
    assert not any(access.can(user, verb, elsewhere) for verb in (VIEW, WORK, MANAGE))
    ours, theirs = make_order(organisation=commune, commune=commune), make_order(organisation=elsewhere)
    reads, works, dispatches = ROLES[role]
    assert list(Order.objects.visible_to(user)) == [ours] * reads
    client.force_login(user)

    def status(name, order):
        return client.get(reverse(f"maintenance:{name}", args=[order.reference])).status_code

    allowed = {
        "order": reads,
        "close": reads and works,
        "order_edit": reads and dispatches,
        "plan": reads and dispatches,
    }
    for name, may in allowed.items():
        assert (status(name, ours) == 200) == may, name
        assert status(name, theirs) in (403, 404)
    assert (client.get(reverse("maintenance:order_new")).status_code == 200) == dispatches
    if works:
        assert client.get(reverse("kernel:terrain")).status_code == 200


def test_secretary_opens_a_work_in_her_commune_and_in_no_other(client, commune, operator, make_user):
    client.force_login(make_user("secretary", commune))
    form = {"title": "Élaguer la haie de l’école", "nature": "other", "priority": 2, "organisation": commune.pk}
    assert client.post(reverse("maintenance:order_new"), form).status_code == 302
    assert Order.objects.get().organisation_id == commune.pk
    refused = client.post(reverse("maintenance:order_new"), form | {"organisation": operator.pk})
    assert refused.status_code == 200
    assert Order.objects.count() == 1


def test_secretary_reads_what_the_intercommunality_does_on_the_soil_of_her_commune(
    client, commune, elsewhere, make_user, make_order
):
    here, away = make_order(commune=commune), make_order(commune=elsewhere)
    secretary = make_user("secretary", commune)
    assert list(Order.objects.visible_to(secretary)) == [here]
    client.force_login(secretary)
    assert client.get(here.get_absolute_url()).status_code == 200
    assert client.get(away.get_absolute_url()).status_code == 404
    assert client.get(reverse("maintenance:order_edit", args=[here.reference])).status_code == 403


def test_dispatcher_is_nobody_else(client, operator, make_user, make_order):
    """The role dispatches: it does not give roles nor handle the requests of residents."""
    user = make_user("dispatcher", operator)
    assert access.can(user, "cases.desk", operator)
    for verb in ("organisations.manage", "reports.handle", "reports.moderate"):
        assert not access.can(user, verb, operator)
    client.force_login(user)
    assert client.get("/bureau/").status_code == 200
    assert client.get(reverse("maintenance:planning")).status_code == 200


@pytest.fixture
def spent(make_order, dispatcher, commune, elsewhere, operator):
    """Orders of the intercommunality with an outside cost and a quote: on the soil of the commune, and invoiced to it
    while elsewhere."""

    def make(**fields):
        order = make_order(**fields)
        actions.add_expense(
            order, actor=dispatcher, label="Location d’une nacelle", amount="1234.50", supplier="Nacelles du Nord"
        )
        link = actions.give_access(
            actor=dispatcher, organisation=operator, name=f"Entreprise {order.pk}", email="e@example.invalid", days=30
        )
        Order.objects.filter(pk=order.pk).update(contractor=link.contractor)
        order.refresh_from_db()
        actions.answer_as_contractor(link, order, kind="quote", amount="4850.00", text="Fourniture et pose.")
        return order

    return make(commune=commune), make(commune=elsewhere, beneficiary=commune)


@pytest.mark.parametrize("role", ROLES)
def test_cost_is_read_where_one_pays_or_is_competent_and_nowhere_else(client, role, spent, commune, make_user):
    here, paid = spent
    client.force_login(make_user(role, commune))
    reads = ROLES[role][0]
    for order, costs in ((here, False), (paid, True)):
        answer = client.get(order.get_absolute_url())
        assert (answer.status_code == 200) == reads
        if not reads:
            continue
        page = answer.content.decode()
        assert "Location d’une nacelle" in page
        assert "Fourniture et pose." in page
        for price in ("1\u202f234,50", "4\u202f850", "Nacelles du Nord", "Coût</h2>"):
            assert (price in page) == costs, price


@pytest.mark.parametrize("role", [role for role, (reads, _w, _d) in ROLES.items() if reads])
def test_body_that_does_the_work_reads_all_its_costs(client, role, spent, operator, make_user):
    if role == "secretary":
        pytest.skip("a role of the town halls")
    client.force_login(make_user(role, operator))
    for order in spent:
        page = client.get(order.get_absolute_url()).content.decode()
        for price in ("1\u202f234,50", "4\u202f850", "Nacelles du Nord"):
            assert price in page


def test_balance_of_a_commune_does_not_count_what_others_spend_on_its_soil(client, spent, commune, make_user):
    client.force_login(make_user("secretary", commune))
    for name in ("balance", "reinvoicing"):
        assert "1\u202f234" not in client.get(reverse(f"maintenance:{name}")).content.decode()
