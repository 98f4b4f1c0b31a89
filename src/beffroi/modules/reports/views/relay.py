"""`/signalements/relais/<clé>/`: the competent body that has no desk here reads a report and answers, by its link."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.reports.actions import answer_as_external
from beffroi.modules.reports.forms.public import RelayForm
from beffroi.modules.reports.relay import relay_url, report_of
from beffroi.shared.files import access
from beffroi.shared.files.models import StoredFile


@login_not_required
@never_cache
def relay(request, token):
    report = report_of(token)
    if report is None:
        return render(request, "reports/relay_lost.html", status=404)
    form = RelayForm(request.POST or None)
    if form.is_valid():
        try:
            answer_as_external(report, answer=form.cleaned_data["answer"], text=form.cleaned_data["text"])
        except (TransitionRefused, ValidationError) as refusal:
            form.add_error(None, str(getattr(refusal, "messages", [refusal])[0]))
        else:
            messages.success(request, "Merci, votre réponse est transmise.")
            return redirect(relay_url(report))
    photos = StoredFile.objects.about(report).exclude(kind="original")
    context = {
        "report": report,
        "form": form,
        "photos": [(access.url_for(file), access.thumbnail_url_for(file)) for file in photos if file.blob.is_image],
    }
    response = render(request, "reports/relay.html", context)
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
