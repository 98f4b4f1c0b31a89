"""Who may do what with the work orders: the rule in plain words.

- Agents, secretaries, administrators and elected members of a body consult its orders (`maintenance.view`); those of a
  commune also read the orders on its soil that another body does.
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
