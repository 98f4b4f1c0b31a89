"""Who acts: a person's account, an agent's account, or a program's."""

from functools import cached_property
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class UserManager(BaseUserManager):
    def create_user(self, email, password=None, **fields):
        """An ordinary account; without a password it can only be entered by code, passkey or identity provider."""
        user: Any = self.model(email=self.normalize_email(email).strip(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """The administrator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


class User(AbstractBaseUser, PermissionsMixin):
    """One person, one login. What they may do comes from their roles in organisations, held elsewhere.

    An erased account keeps its line (the journal names it) without anything that identifies: see `anonymise`.
    """

    email = models.EmailField("adresse électronique", max_length=254)
    first_name = models.CharField("prénom", max_length=80, blank=True)
    last_name = models.CharField("nom", max_length=80, blank=True)
    is_active = models.BooleanField("compte actif", default=True)
    is_staff = models.BooleanField("accès à l’administration technique", default=False)
    date_joined = models.DateTimeField("créé le", default=timezone.now)
    erased_at = models.DateTimeField("effacé le", null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "compte"
        verbose_name_plural = "comptes"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message="Un compte existe déjà avec cette adresse.",
            )
        ]

    def __str__(self):
        return self.get_full_name() or self.email

    def get_full_name(self):
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self):
        return self.first_name or self.email

    @cached_property
    def roles_by_organisation(self) -> dict[int, frozenset[str]]:
        """Today's roles: {organisation's id: role codes}. One query for each request."""
        roles: dict[int, set[str]] = {}
        for membership in self.memberships.active():
            roles.setdefault(membership.organisation_id, set()).add(membership.role)
        return {pk: frozenset(codes) for pk, codes in roles.items()}

    @property
    def is_agent(self) -> bool:
        """Holds at least one role somewhere, or administers the installation."""
        return self.is_superuser or bool(self.roles_by_organisation)
