"""Small pages that the tests of the page cache visit."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_headers

calls: list[str] = []


def _page(request, text):
    calls.append(request.path)
    return HttpResponse(f"<!doctype html><title>{text}</title>" + "<p>contenu</p>" * 100)


@login_not_required
def plain(request):
    return _page(request, f"{len(calls)} {request.user.is_authenticated}")


@login_not_required
def token(request):
    return _page(request, get_token(request))


@login_not_required
def message(request):
    shown = [str(one) for one in messages.get_messages(request)]
    if "dire" in request.GET:
        messages.success(request, "secret de Marie")
    return _page(request, ",".join(shown))


@login_not_required
@cache_control(private=True)
def private(request):
    return _page(request, "private")


@login_not_required
@vary_on_headers("Accept-Language")
def varied(request):
    return _page(request, request.headers.get("Accept-Language", ""))


@login_not_required
def refused(request):
    calls.append(request.path)
    return HttpResponse("non", status=404)


@login_not_required
def data(request):
    calls.append(request.path)
    return JsonResponse({}, content_type="application/geo+json")


@login_not_required
def sent(request):
    messages.success(request, "C’est envoyé.")
    return redirect("/message/")


urlpatterns = [
    path("sent/", sent),
    path("plain/", plain),
    path("token/", token),
    path("message/", message),
    path("private/", private),
    path("varied/", varied),
    path("refused/", refused),
    path("data/", data),
    path("", include("beffroi.kernel.ui.urls")),
]
