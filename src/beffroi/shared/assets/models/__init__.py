"""Kinds of assets, assets, downtime, imports."""

from beffroi.shared.assets.models.asset import Asset, AssetQuerySet, Downtime, code_read, draw_tag
from beffroi.shared.assets.models.imports import AssetImport
from beffroi.shared.assets.models.kinds import AssetKind

__all__ = ["Asset", "AssetImport", "AssetKind", "AssetQuerySet", "Downtime", "code_read", "draw_tag"]
