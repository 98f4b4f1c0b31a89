"""What the recipient of a letter sent by e-mail reads: the signed document, by a secret link, for a month."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.modules.mail.actions.dispatching import opened_by
from beffroi.shared.files import access


@login_not_required
@never_cache
@require_safe
def read(request, token):
    """The page of the link; 404 once it is over."""
    file = opened_by(token)
    if file is None:
        raise Http404
    letter = file.target
    context = {"letter": letter, "organisation": letter.organisation, "file": file, "url": access.url_for(file)}
    return render(request, "mail/read.html", context)
