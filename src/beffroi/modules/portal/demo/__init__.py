"""Sample news, events, alert and pages for the demonstration territory: all invented, dated from today."""

from beffroi.modules.portal.demo.loading import load

__all__ = ["load"]
