"""`/demo/codes/`: the second factors of the demonstration accounts. Exists in a demonstration only."""

import time

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from beffroi.shared.accounts import demo


@login_not_required
@never_cache
def codes(request):
    if not settings.DEMO:
        raise Http404("demonstration")
    lines = [
        {"account": account, "code": demo.current_code(account.secret) if account.needs_code else ""}
        for account in demo.ACCOUNTS
    ]
    left = demo.PERIOD - int(time.time()) % demo.PERIOD
    return render(request, "accounts/demo_codes.html", {"lines": lines, "password": demo.PASSWORD, "left": left})
