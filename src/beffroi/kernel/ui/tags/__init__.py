"""The components, by family: formats, content, forms, tables, data."""

from django.template import Library

register = Library()
