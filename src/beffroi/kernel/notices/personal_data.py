"""« Mes données », for what a person was told and how they want to be."""

from beffroi.kernel.models import Delivery, NoticePreference, PushSubscription, QuietHours


def export(user) -> dict:
    """The messages of the last year, the preferences, the devices."""
    quiet = QuietHours.objects.filter(user=user).first()
    return {
        "préférences": [
            {"catégorie": one.category, "courriel": one.email, "notification": one.push, "SMS": one.sms}
            for one in NoticePreference.objects.filter(user=user).order_by("category")
        ],
        "heures calmes": str(quiet) if quiet else None,
        "appareils": [
            {"appareil": one.label, "ajouté le": one.created_at.isoformat()}
            for one in PushSubscription.objects.filter(user=user).order_by("pk")
        ],
        "messages": [
            {
                "date": one.created_at.isoformat(),
                "canal": one.get_channel_display(),
                "état": one.get_state_display(),
                "objet": one.subject,
                "texte": one.body,
            }
            for one in Delivery.objects.filter(user=user).order_by("created_at", "pk")
        ],
    }


def erase(user) -> list[str]:
    """Erase all of it: nothing makes us keep it."""
    for model in (Delivery, NoticePreference, PushSubscription, QuietHours):
        model.objects.filter(user=user).delete()
    return []
