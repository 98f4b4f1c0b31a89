"""The components of the interface, available in every template (`builtins` of the settings).

They live in `beffroi.kernel.ui.tags`, one file per family; `docs/composants.md` shows each one in use.
"""

from beffroi.kernel.ui.tags import content, data, formats, forms, register, tables

__all__ = ["content", "data", "forms", "formats", "register", "tables"]
