"""Where django-allauth looks for the identity services of an application."""

from beffroi.shared.accounts.oidc.provider import provider_classes

__all__ = ["provider_classes"]
