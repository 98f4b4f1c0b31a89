"""The interface that every page shares: base templates, components, theme, behaviours, and the build of its assets.

A module writes templates that extend `ui/portal.html`, `ui/desk.html` or `ui/terrain.html` and uses the tags of
`templatetags/ui.py`, available in every template. The living reference is `/styles/`; the written one is
`docs/composants.md`.
"""
