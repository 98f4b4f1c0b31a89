"""The public site: home, pages, news, agenda, alerts, one page for each commune, directory of the mairies.

Editors write pages in Wagtail (`/cms/`); town halls publish news, events and alerts from the desk; communes and
mairies come from the organisations.
"""
