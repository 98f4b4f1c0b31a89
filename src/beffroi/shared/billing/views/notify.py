"""`/paiement/notification/<reference>/`: the provider says that something happened; it is asked what."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from beffroi.kernel import limits
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Checkout


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notify(request, reference):
    """Nothing of the message is read: the reference, drawn at random, only says which operation to ask about.

    The answer is the same whether or not it exists.
    """
    try:
        limits.limit(request, "billing.notify", most=600, seconds=60)
    except limits.TooMany:
        return HttpResponse("réessayez plus tard", status=429, content_type="text/plain; charset=utf-8")
    found = Checkout.objects.filter(reference=reference).first()
    if found is not None:
        actions.check_checkout(found)
    return HttpResponse("reçu", content_type="text/plain; charset=utf-8")
