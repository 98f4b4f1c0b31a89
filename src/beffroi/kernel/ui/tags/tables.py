"""Lists of the desk: tables, sorting, bulk selection, filters, pagination."""

from urllib.parse import urlencode

from django.utils.html import format_html
from django.utils.safestring import SafeString

from beffroi.kernel.ui.icons import icon
from beffroi.kernel.ui.tags import register

SORT = "tri"
PAGE = "page"


def query_with(request, **changes) -> str:
    """`?…` of the current address with some values replaced; None removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}" if query else "?"


@register.simple_block_tag
def table(content, caption, cards=True, sticky=False, show_caption=False, classes=""):
    """`{% table caption="Demandes" %}<thead>…<tbody>…{% endtable %}`.

    On a phone each line becomes a card (`cards=False` keeps the table): give each cell its `data-label`, and make the
    first one a `<th scope="row">`. `sticky=True` keeps the head visible in a long list.
    """
    names = f"table{' table-cards' if cards else ''} {classes}".strip()
    wrap = f"table-wrap{' table-sticky' if sticky else ''}"
    hidden = "" if show_caption else SafeString(' class="visually-hidden"')
    return format_html(
        '<div class="{}" role="region" aria-label="{}" tabindex="0"><table class="{}"><caption{}>{}</caption>'
        "{}</table></div>",
        wrap,
        caption,
        names,
        hidden,
        caption,
        content,
    )


@register.simple_tag(takes_context=True)
def th(context, label, sort="", classes=""):
    """`{% th "Échéance" "due_at" %}`: a heading that sorts by `?tri=due_at`, then `?tri=-due_at`."""
    named = format_html(' class="{}"', classes) if classes else ""
    if not sort:
        return format_html('<th scope="col"{}>{}</th>', named, label)
    request = context["request"]
    current = request.GET.get(SORT, context.get("sort", ""))
    ascending, descending = current == sort, current == f"-{sort}"
    direction = "ascending" if ascending else "descending" if descending else "none"
    picture = icon("arrow-up" if ascending else "arrow-down" if descending else "arrow-up-down")
    url = query_with(request, **{SORT: f"-{sort}" if ascending else sort, PAGE: None})
    return format_html(
        '<th scope="col"{} aria-sort="{}"><a class="sort" href="{}">{}{}</a></th>',
        named,
        direction,
        url,
        label,
        picture,
    )


@register.simple_tag
def check_all(form="bulk"):
    """The heading of the column of boxes; ticks every line (needs JavaScript, lines stay tickable without)."""
    return format_html(
        '<th scope="col" class="check"><input type="checkbox" class="needs-js" data-check-all="{}" '
        'aria-label="Tout sélectionner"><span class="visually-hidden">Sélection</span></th>',
        form,
    )


@register.simple_tag
def check_row(value, label, form="bulk", name="choix"):
    """`{% check_row case.pk case.reference %}`: the box of a line; sent with the form of `{% bulk_bar %}`."""
    return format_html(
        '<td class="check"><input type="checkbox" class="row-check" form="{}" name="{}" value="{}" '
        'aria-label="Sélectionner {}"></td>',
        form,
        name,
        value,
        label,
    )


@register.simple_block_tag(takes_context=True)
def bulk_bar(context, content, action, id="bulk"):
    """`{% bulk_bar url %}<button name="geste" value="close" class="btn btn-plain">Clore</button>{% endbulk_bar %}`."""
    from django.middleware.csrf import get_token

    return format_html(
        '<form class="bulk" id="{}" method="post" action="{}" data-bulk>'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<p class="bulk-count" role="status">Cochez les lignes à traiter ensemble.</p>{}</form>',
        id,
        action,
        get_token(context["request"]),
        content,
    )


@register.inclusion_tag("ui/parts/filters.html", takes_context=True)
def filter_bar(context, form, label="Filtrer la liste", clear=None):
    """`{% filter_bar form %}`: a GET form; « Effacer » appears when a filter is set; the sort is kept."""
    request = context["request"]
    active = [bound.name for bound in form if request.GET.getlist(bound.html_name) not in ([], [""])]
    return {
        "form": form,
        "label": label,
        "active": len(active),
        "clear": clear or request.path,
        "sort": request.GET.get(SORT, ""),
        "path": request.path,
    }


@register.inclusion_tag("ui/parts/pagination.html", takes_context=True)
def pagination(context, page_obj, what="résultat"):
    """`{% pagination page_obj "demande" %}`: where one is, and the neighbouring pages; filters are kept."""
    request = context["request"]
    pages = [
        (number, query_with(request, **{PAGE: number}) if isinstance(number, int) else "")
        for number in page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1)
    ]
    previous = query_with(request, **{PAGE: page_obj.number - 1}) if page_obj.has_previous() else ""
    following = query_with(request, **{PAGE: page_obj.number + 1}) if page_obj.has_next() else ""
    return {"page": page_obj, "pages": pages, "previous": previous, "following": following, "what": what}


@register.simple_tag
def query(**values):
    """`{% url "reports:list" %}{% query commune="beauval" %}`: « ?commune=beauval », empty values left out."""
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return SafeString(f"?{urlencode(kept)}".replace("&", "&amp;")) if kept else ""
