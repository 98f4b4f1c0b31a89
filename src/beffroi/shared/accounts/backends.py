"""Who is signed in, with what every page asks of them: one query instead of four."""

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Exists, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject

from beffroi.kernel.models import Delivery, User
from beffroi.shared.accounts.second_factor import FACTORS
from beffroi.shared.organisations.models import Membership


class Backend(AuthenticationBackend):
    """allauth's, whose signed-in account comes with today's roles, the number of notices to read, and whether it has
    a second factor."""

    def get_user(self, user_id):
        roles = Membership.objects.active().filter(user=OuterRef("pk")).order_by().values("user")
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
        user = found.filter(pk=user_id).first()
        if user is None or not self.user_can_authenticate(user):
            return None
        by_body: dict[int, set[str]] = {}
        for line in user.held_roles or ():
            by_body.setdefault(line["body"], set()).add(line["role"])
        user.names_of_bodies = {line["body"]: line["name"] for line in user.held_roles or ()}
        user.__dict__["roles_by_organisation"] = {pk: frozenset(codes) for pk, codes in by_body.items()}
        return user
