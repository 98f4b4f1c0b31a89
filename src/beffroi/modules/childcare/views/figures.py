"""`/bureau/enfance/chiffres/`: filling, waiting lists, hours by commune and band."""

import datetime

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.modules.childcare import figures
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.forms.day import SpanForm
from beffroi.modules.childcare.views.common import desk


def _span(request) -> tuple[SpanForm, datetime.date, datetime.date]:
    """The days of the address; the present month otherwise."""
    today = timezone.localdate()
    first = today.replace(day=1)
    form = SpanForm(request.GET if request.GET.get("du") else None, initial={"du": first, "au": today})
    if form.is_bound and form.is_valid():
        return form, form.cleaned_data["du"], form.cleaned_data["au"]
    return form, first, today


@never_cache
@require_safe
@desk(REGISTER)
def dashboard(request):
    form, since, until = _span(request)
    groups = figures.by_group(request.user, since, until)
    context = {
        "form": form,
        "since": since,
        "until": until,
        "groups": groups,
        "rate": figures.fill_rate(since, until),
        "children": figures.children(since, until),
        "hours": figures.hours(since, until),
        "waiting": figures.waiting(since, until),
        "cells": figures.by_commune_and_band(since, until),
        "without": figures.homes_without_quotient(),
        "breadcrumbs": [("Enfance", reverse("childcare:today")), ("Chiffres", "")],
    }
    return render(request, "childcare/desk/figures.html", context)
