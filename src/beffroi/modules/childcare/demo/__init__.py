"""Sample data: invented families, six sites, a year of Wednesdays and holidays, written many rows at a time."""

from beffroi.modules.childcare.demo.loading import load

__all__ = ["load"]
