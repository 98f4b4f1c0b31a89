"""`/terrain/`: the day of an agent with a phone, made of what each module knows of it."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import offline
from beffroi.kernel.access import permission_required
from beffroi.kernel.ui.blocks import filled


@never_cache
@require_safe
@permission_required("kernel.field")
def terrain(request):
    context = {"blocks": filled("terrain_blocks", request), "today": timezone.localdate()}
    return offline.keep(render(request, "kernel/terrain.html", context))
