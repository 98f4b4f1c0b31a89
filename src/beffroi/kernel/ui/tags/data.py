"""Figures: gauges, metrics, charts (a table beside each), maps."""

from django.conf import settings
from django.utils.html import format_html, format_html_join

from beffroi.kernel.ui import charts
from beffroi.kernel.ui.formats import nb, percent
from beffroi.kernel.ui.tags import register
from beffroi.kernel.ui.tags.content import tone_of

OUTLINE = "/carte/contours.geojson"


@register.simple_tag
def gauge(label, value, maximum=100, tone="done", text=""):
    """`{% gauge "Désenclavement" 62 %}`: how far one is, in words and as a bar."""
    share = 100 * float(value) / float(maximum) if maximum else 0
    return format_html(
        '<div class="gauge"><p><span>{0}</span> <strong class="nowrap">{1}</strong></p>'
        '<progress value="{2}" max="{3}" data-tone="{4}" aria-label="{0}">{1}</progress></div>',
        label,
        text or percent(share),
        value,
        maximum,
        tone_of(tone),
    )


@register.simple_tag
def metric(label, value, url="", tone="neutral"):
    """`{% metric "en retard" 3 url tone="late" %}`: a key figure, a link where `url` is given."""
    tag, link = ("a", format_html(' href="{}"', url)) if url else ("div", "")
    shown = value if isinstance(value, str) else nb(value)
    return format_html(
        '<{0} class="card metric" data-tone="{1}"{2}><b>{3}</b> <span>{4}</span></{0}>',
        tag,
        tone_of(tone),
        link,
        shown,
        label,
    )


@register.inclusion_tag("ui/parts/chart.html")
def bar_chart(rows, title, unit="", open=False):
    """`{% bar_chart rows "Demandes par commune" "demandes" %}`: rows are (label, value) or (label, value, tone)."""
    chart_rows = [charts.Row(*row, unit=unit) for row in rows]
    return {"title": title, "unit": unit, "rows": chart_rows, "svg": charts.bars(chart_rows), "open": open}


@register.inclusion_tag("ui/parts/chart.html")
def line_chart(rows, title, unit="", target=None, open=False):
    """`{% line_chart rows "Délai médian" "jours" target=3 %}`: rows are (label, value or None), in order of time."""
    chart_rows = [charts.Row(*row, unit=unit) for row in rows]
    svg = charts.line(chart_rows, target=target)
    return {"title": title, "unit": unit, "rows": chart_rows, "svg": svg, "target": target, "open": open}


@register.simple_tag
def map(src="", label="Carte", outline=OUTLINE, focus="", view="", id="carte", classes="", bbox=False):
    """`{% map "/carte/couches/reports.geojson" "Carte des signalements" %}`: put its list beside it.

    `focus`: code or slug of a commune to frame; `view`: "lat,lon,zoom"; `bbox=True` for a large layer.
    """
    return _map(label, id, classes, {"src": src, "outline": outline, "focus": focus, "view": view}, ("bbox",) * bbox)


@register.simple_tag
def map_picker(lat="", lon="", label="Choisir le lieu", place_url="", outline=OUTLINE, view="", id="carte", **told):
    """`{% map_picker form.latitude form.longitude place_url=url adresse=form.address %}`: writes the chosen point into
    the two fields; what `place_url` answers is said under the map, and it also receives the other fields by name.
    Without fields, the map serves to draw (`data-map-draw`)."""
    data = {
        "lat": f"#{lat.id_for_label}" if lat else "",
        "lon": f"#{lon.id_for_label}" if lon else "",
        "place-url": place_url,
        "place-with": " ".join(f"{name}=#{field.id_for_label}" for name, field in told.items()),
        "outline": outline,
        "view": view,
    }
    return _map(label, id, "needs-js", data, ("map-pick",))


def _map(label: str, id: str, classes: str, data: dict[str, str], flags: tuple[str, ...]):
    given = data | {"tiles": settings.MAP_TILES_URL, "credit": settings.MAP_TILES_CREDIT}
    attributes = format_html_join(" ", 'data-{}="{}"', ((name, value) for name, value in given.items() if value))
    return format_html(
        '<div class="{}" id="{}" data-map {} {} role="region" aria-label="{}">'
        '<p class="map-wait"><span class="needs-js">Chargement de la carte…</span>'
        '<span class="no-js">La carte demande JavaScript\u202f: la liste dit la même chose.</span></p></div>',
        f"map {classes}".strip(),
        id,
        attributes,
        format_html_join(" ", "data-{}", ((flag,) for flag in flags)),
        label,
    )
