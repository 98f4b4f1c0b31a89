"""Figures: gauges, metrics, charts (a table beside each), maps."""

from django.utils.html import format_html

from beffroi.kernel.ui import charts
from beffroi.kernel.ui.formats import nb, percent
from beffroi.kernel.ui.tags import register
from beffroi.kernel.ui.tags.content import tone_of


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
    chart_rows = [charts.Row(*row) for row in rows]
    return {"title": title, "unit": unit, "rows": chart_rows, "svg": charts.bars(chart_rows, unit=unit), "open": open}


@register.inclusion_tag("ui/parts/chart.html")
def line_chart(rows, title, unit="", target=None, open=False):
    """`{% line_chart rows "Délai médian" "jours" target=3 %}`: rows are (label, value or None), in order of time."""
    chart_rows = [charts.Row(*row) for row in rows]
    svg = charts.line(chart_rows, unit=unit, target=target)
    return {"title": title, "unit": unit, "rows": chart_rows, "svg": svg, "target": target, "open": open}
