"""Be told by e-mail without an account: ask with a form, confirm by the link of a message, stop by the same page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from beffroi.kernel import limits

HOUR = 3600
A_VISITOR, AN_ADDRESS = 20, 5


def ask(request, form, *, code: str, act: Callable[[dict], Any], then: str, template: str, **context) -> HttpResponse:
    """Show the form, whose `email` is the address to tell; once it is right, `act` on what was typed and go `then`.

    The answer is the same whether the address is known or not. `code` counts what one visitor, and one address, may ask
    in an hour.
    """
    if form.is_valid():
        wanted = form.cleaned_data
        try:
            limits.limit(request, code, most=A_VISITOR, seconds=HOUR)
            limits.limit_key(f"{code}.email", wanted["email"].lower(), most=AN_ADDRESS, seconds=HOUR)
        except limits.TooMany:
            form.add_error(None, "Trop de demandes depuis une heure. Réessayez plus tard.")
        else:
            act(wanted)
            return HttpResponseRedirect(then)
    return render(request, template, {"form": form, **context})


def manage(request, wish, *, confirm: Callable, stop: Callable, name: str, home: str, template: str, **context):
    """The page of the link: confirm, then stop. Nothing changes on a mere visit: mail programs open links alone.

    `wish` = what was asked for; `name` = « Votre alerte ».
    """
    if request.method == "POST":
        if request.POST.get("geste") == "stop":
            stop(wish)
            messages.success(request, f"{name} est supprimée, votre adresse aussi.")
            return HttpResponseRedirect(home)
        confirm(wish)
        messages.success(request, f"{name} est confirmée.")
        return HttpResponseRedirect(wish.get_absolute_url())
    return render(request, template, context)
