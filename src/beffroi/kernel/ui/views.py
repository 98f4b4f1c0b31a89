"""What the interface itself serves: the territory's accent, the app manifest, the service worker, `/styles/`."""

import json
from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from beffroi.kernel.ui import offline as offline_registry
from beffroi.kernel.ui import showcase, theme
from beffroi.kernel.ui.context import Shell
from beffroi.kernel.ui.pagecache import build_mark

WORKER = Path(__file__).parent / "assets" / "js" / "sw.js"


@login_not_required
@require_safe
def appearance(request):
    """The custom properties of an accent, `?accent=rrggbb`: the address changes with it, so it is kept for a year."""
    accent = request.GET.get("accent", theme.ACCENT)
    if not theme.HEX.fullmatch(accent):
        raise Http404("accent")
    response = HttpResponse(theme.stylesheet(accent), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@login_not_required
@require_safe
def manifest(request):
    """The web application manifest: Beffroi installed on a phone opens on the field's pages."""
    territory = Shell(request).territory
    icons = [
        {"src": static(f"beffroi/marks/icone-{side}.png"), "sizes": f"{side}x{side}", "type": "image/png"}
        for side in (192, 512)
    ]
    icons.append({**icons[-1], "src": static("beffroi/marks/icone-masque-512.png"), "purpose": "maskable"})
    content = {
        "name": territory.name,
        "short_name": territory.name[:24],
        "lang": "fr",
        "id": "/",
        "start_url": "/?source=application",
        "scope": "/",
        "display": "standalone",
        "background_color": theme.LIGHT_GROUND,
        "theme_color": "#142a3e",
        "icons": icons,
    }
    response = JsonResponse(content, content_type="application/manifest+json")
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def _worker_code() -> str:
    return WORKER.read_text(encoding="utf-8")


@login_not_required
@require_safe
def service_worker(request):
    """The service worker, told which pages and files to keep; its text changes when any of them does."""
    settings = {"version": build_mark(), "offline": "/hors-ligne/", "precache": offline_registry.addresses()}
    body = f"self.BEFFROI={json.dumps(settings)};\n{_worker_code()}"
    response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def offline(request):
    """Shown by the service worker when the network is missing: the same for everyone."""
    return render(request, "ui/offline.html")


@login_not_required
@require_safe
def styles(request):
    """The living style page: each component in each state."""
    return render(request, "ui/styles.html", showcase.context(request))
