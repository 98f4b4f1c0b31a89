"""Who may do what with the work orders: the rule in plain words.

- Agents, secretaries, administrators and elected members of a body consult its orders (`maintenance.view`); those of a
  commune also read the orders on its soil that another body does, and those that are invoiced to it.
- What an order costs is read in the body that does the work, which is competent, and in the commune that pays: on its
  soil otherwise, a commune reads what is done and when, not the prices.
- An order is done by those to whom it is given, by the members of its team, and by those who may do any order of the
  body (`maintenance.work`): they start it, answer its checklist, note time and parts, and close it.
- A dispatcher (`maintenance.manage`) opens, plans, gives, cancels and reopens orders, keeps plans, rounds and stock:
  the administrator of a body, whoever has that role only, and the secretary of a commune, who gives its agent his work.
"""

from beffroi.kernel import access

VIEW = "maintenance.view"
WORK = "maintenance.work"
MANAGE = "maintenance.manage"


def can_manage(user, order) -> bool:
    """May dispatch the orders of the body that does the work."""
    return user is not None and access.can(user, MANAGE, order.organisation_id)


def sees_costs(user, order) -> bool:
    """May read what this order costs: in the body that does it, in the commune to which it is invoiced, or by doing
    it."""
    payers = {order.organisation_id, order.beneficiary_id} - {None}
    return any(access.can(user, VIEW, body) for body in payers) or can_work(user, order)


def can_work(user, order) -> bool:
    """May do this order: it is theirs, their team's, or they may do any order of the body."""
    if user is None or not user.is_authenticated or not user.is_active:
        return False
    if access.can(user, WORK, order.organisation_id) or can_manage(user, order):
        return True
    people = getattr(order, "people", None)  # read with the order, where a page shows them
    if people is not None:
        return any(person["id"] == user.pk for person in people)
    return any(person.pk == user.pk for person in order.assignees.all())
