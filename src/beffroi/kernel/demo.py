"""The sample data of the kernel: a webhook that is off, and what the night would have done."""

from beffroi.kernel import indicators
from beffroi.kernel.datasets import snapshots
from beffroi.kernel.models import Webhook


def load() -> None:
    """The months of the indicators, the files of the datasets."""
    Webhook.objects.get_or_create(
        name="Supervision (exemple)",
        defaults={
            "url": "https://supervision.example.invalid/beffroi",
            "verbs": ["kernel.retention"],
            "is_active": False,
        },
    )
    indicators.store()
    snapshots.refresh_all()
