"""Small pieces of content: icons, states, cards, dialogs, steps, timelines, empty states, tabs, links."""

from html import escape
from urllib.parse import parse_qsl

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from beffroi.kernel.ui.formats import nb, words
from beffroi.kernel.ui.icons import icon as icon_svg
from beffroi.kernel.ui.tags import register

TONES = frozenset({"done", "progress", "late", "waiting", "neutral", "new"})
ROOTS = frozenset({"/", "/bureau/", "/terrain/"})  # every page of a face is below them: that says nothing
TONE_ICONS = {"done": "circle-check", "late": "octagon-alert", "waiting": "alert-triangle"}


def tone_of(tone: str) -> str:
    """One of the six tones, or an error: a misspelt tone would lose its meaning silently."""
    if tone not in TONES:
        raise ValueError(f"unknown tone {tone!r}: one of {', '.join(sorted(TONES))}")
    return tone


@register.simple_tag
def icon(name, label="", classes=""):
    """`{% icon "map-pin" %}`, decorative; `{% icon "lock" label="Privé" %}` where it stands alone."""
    return icon_svg(name, label, classes)


@register.simple_tag
def state(label, tone="neutral"):
    """`{% state "En retard" "late" %}`: a tag whose shape, colour and words say the same thing."""
    return format_html('<span class="state" data-tone="{}">{}</span>', tone_of(tone), words(label))


@register.simple_block_tag
def card(content, title="", level=2, icon="", classes="", id=""):
    """`{% card title="Ma demande" %}…{% endcard %}`: a framed block, with a heading where a title is given."""
    head = SafeString("")
    if title:
        picture = format_html("{} ", icon_svg(icon)) if icon else ""
        head = format_html("<h{}>{}{}</h{}>", level, picture, words(title), level)
    named = format_html(' id="{}"', id) if id else ""
    return format_html('<section class="{}"{}>{}{}</section>', f"card {classes}".strip(), named, head, content)


@register.simple_block_tag
def callout(content, title="", tone="neutral", icon="", level=0):
    """`{% callout tone="waiting" title="Mairie fermée" %}<p>…</p>{% endcallout %}`: a boxed remark."""
    picture = icon_svg(icon or TONE_ICONS.get(tone_of(tone), "info"))
    tag = f"h{level}" if level else "p"
    head = format_html('<{} class="strong">{}</{}>', tag, words(title), tag) if title else ""
    return format_html('<div class="callout" data-tone="{}">{}{}<div>{}</div></div>', tone, picture, head, content)


@register.simple_block_tag
def dialog(content, id, title):
    """`{% dialog "close" "Clore la demande" %}…{% enddialog %}`, opened by `{% dialog_button %}`."""
    return format_html(
        '<dialog class="dialog" id="{0}" aria-labelledby="{0}-title"><header><h2 id="{0}-title">{1}</h2>'
        '<button type="button" class="btn btn-ghost btn-icon" data-dialog-close aria-label="Fermer">{2}</button>'
        '</header><div class="dialog-body">{3}</div></dialog>',
        id,
        words(title),
        icon_svg("x"),
        content,
    )


@register.simple_tag
def dialog_button(id, label, url="", icon="", classes="btn btn-plain"):
    """Opens the dialog; `url` is the page that does the same without JavaScript."""
    text = format_html("{}{}", icon_svg(icon) if icon else "", label)
    if url:
        return format_html('<a class="{}" href="{}" data-dialog-open="{}">{}</a>', classes, url, id, text)
    return format_html(
        '<button type="button" class="{} needs-js" data-dialog-open="{}" aria-haspopup="dialog">{}</button>',
        classes,
        id,
        text,
    )


@register.simple_tag
def steps(labels, current):
    """`{% steps wizard.labels 2 %}`: « Étape 2 sur 4 », what it is about, and what comes next (1 is the first)."""
    labels = list(labels)
    bars = format_html_join(
        "",
        '<li data-state="{}"{}><span class="visually-hidden">{}</span></li>',
        (
            (
                "done" if rank < current else "current" if rank == current else "next",
                SafeString(' aria-current="step"') if rank == current else "",
                f"Étape {rank}\u202f: {label}{', terminée' if rank < current else ''}",
            )
            for rank, label in enumerate(labels, 1)
        ),
    )
    following = f" Ensuite\u202f: {labels[current]}." if current < len(labels) else ""
    return format_html(
        '<div class="steps"><ol>{}</ol><p>Étape {} sur {}\u202f: <strong>{}</strong>.{}</p></div>',
        bars,
        current,
        len(labels),
        labels[current - 1],
        following,
    )


@register.inclusion_tag("ui/parts/timeline.html")
def timeline(items, level=3):
    """`{% timeline items %}`: what happened, newest or oldest first as given.

    Each item (dict or object): `at`, `title`; and where they apply `text`, `author`, `tone`, `icon`, `url`,
    `private` (only agents read it), `files` (objects with `name`, `url`).
    """
    return {"items": items, "level": level}


@register.inclusion_tag("ui/parts/empty.html")
def empty(title, text="", url="", label="", icon="inbox"):
    """`{% empty "Aucune demande" "Vos demandes…" url "Faire une demande" %}`: says what to do next."""
    return {"title": title, "text": text, "url": url, "label": label, "icon": icon}


def _tab_shown(request, urls: list[str]) -> int | None:
    """The rank of the tab of this page: its path, and of those, the one that says most of its query (page, search and
    sort may come on top)."""
    asked = {(name, value) for name, values in request.GET.lists() for value in values}
    found, most = None, -1
    for rank, url in enumerate(urls):
        path, _mark, query = url.partition("?")
        said = set(parse_qsl(query, keep_blank_values=True))
        if path in ("", request.path) and said <= asked and len(said) > most:
            found, most = rank, len(said)
    return found


@register.simple_tag(takes_context=True)
def tabs(context, items, label):
    """`{% tabs items "Vues du rapport" %}`: links; items are (label, url) or (label, url, count)."""
    items = list(items)
    shown = _tab_shown(context["request"], [item[1] for item in items])
    links = []
    for rank, (text, url, *count) in enumerate(items):
        current = rank == shown
        figure = format_html(' <span class="badge">{}</span>', count[0]) if count and count[0] is not None else ""
        links.append((url, SafeString(' aria-current="page"') if current else "", words(text), figure))
    body = format_html_join("", '<a href="{}"{}>{}{}</a>', links)
    return format_html('<nav class="tabs" aria-label="{}">{}</nav>', label, body)


@register.simple_tag
def side_menu(groups):
    """`{% side_menu shell.desk_menu %}`: entries job by job, written at once: forty are on each page."""
    parts = []
    for group, links in groups:
        parts.append(f"<h2>{escape(group)}</h2>\n<ul>" if group else "<ul>")
        for link in links:
            current = f' aria-current="{link.current}"' if link.current else ""
            count = f" <b>{nb(link.count)}</b>" if link.count else ""
            head = f'<li><a href="{escape(link.url)}"{current}>{icon_svg(link.icon)}'
            parts.append(f"{head}{escape(link.label)}{count}</a></li>")
        parts.append("</ul>")
    return SafeString("\n".join(parts))


@register.simple_tag
def copy_button(text, label="Copier"):
    """A button that copies `text`; hidden without JavaScript."""
    return format_html(
        '<button type="button" class="btn btn-plain btn-small needs-js" data-copy="{}">{}<span>{}</span></button>',
        text,
        icon_svg("copy"),
        label,
    )


@register.simple_tag(takes_context=True)
def here(context, url):
    """` aria-current="page"` when `url` is the page shown, `aria-current="true"` when it is above it."""
    path = context["request"].path if "request" in context else ""
    if path == url:
        return SafeString(' aria-current="page"')
    return SafeString(' aria-current="true"') if url not in ROOTS and path.startswith(url) else ""


@register.simple_tag
def url_if(name, *args):
    """The address of that name, or nothing when its module is switched off."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def show_block(context, block):
    """`{% for block in blocks %}{% show_block block %}{% endfor %}`: a part that a module adds to a page, with the
    variables that its manifest gives (also together, as `block`)."""
    template = context.template.engine.get_template(block.template)
    with context.push(**{**block.context, "block": block.context}):
        return template.render(context)
