"""Who is signed in, with what every page asks of them: one query instead of four."""

import datetime
import json
from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from beffroi.kernel.models import Delivery, User
from beffroi.shared.accounts.second_factor import FACTORS
from beffroi.shared.organisations.models import Membership


class Backend(AuthenticationBackend):
    """allauth's, whose signed-in account comes with today's roles, the number of notices to read, and whether it has
    a second factor."""

    def get_user(self, user_id):
        sql, parameters = _question()
        given = {USER: user_id, DAY: timezone.localdate()}
        user = next(iter(User.objects.raw(sql, [given.get(one, one) for one in parameters])), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        held = json.loads(user.held_roles or "[]")
        by_body: dict[int, set[str]] = {}
        for line in held:
            by_body.setdefault(line["body"], set()).add(line["role"])
        user.names_of_bodies = {line["body"]: line["name"] for line in held}
        user.__dict__["roles_by_organisation"] = {pk: frozenset(codes) for pk, codes in by_body.items()}
        return user


# They stand in the question for the account and the day that each request puts in their place.
USER, DAY = -1, datetime.date.max


@cache
def _question() -> tuple[str, tuple]:
    """The query of `get_user`, written once: to write it took longer than to answer it."""
    roles = Membership.objects.active(DAY).filter(user=OuterRef("pk")).order_by().values("user")
    roles = roles.annotate(
        held=JSONBAgg(JSONObject(body="organisation_id", role="role", name="organisation__name"))
    ).values("held")
    waiting = Delivery.objects.filter(user=OuterRef("pk"), channel=Delivery.Channel.INAPP, read_at=None)
    waiting = waiting.order_by().values("user").annotate(total=Count("pk")).values("total")
    found = User.objects.annotate(
        held_roles=Subquery(roles),
        unread_notices=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
        has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)),
    )
    return found.filter(pk=USER).query.sql_with_params()
