"""What the pages of the billing ask beside their own context."""

from django import template
from django.utils.safestring import SafeString

from beffroi.kernel.ui.tags.content import state
from beffroi.shared.billing.money import number, words

register = template.Library()


@register.filter
def cents(value) -> str:
    """1250 = « 12,50 € »."""
    return "" if value is None or value == "" else words(int(value))


@register.filter
def quantity(value) -> str:
    """1.5000 = « 1,5 »."""
    return "" if value is None else number(value)


@register.simple_tag
def status(thing) -> SafeString:
    """The state of an invoice, of a run…: anything whose `status` is (words, tone)."""
    words_, tone = thing.status
    return state(words_, tone)
