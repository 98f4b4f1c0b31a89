"""How messages leave: e-mail, SMS, notifications. Read by `settings.py`; listed in docs/exploitation.md."""

from beffroi.config import env

# --- E-mail ----------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = env.text("EMAIL_BACKEND", "beffroi.kernel.notices.smtp.EmailBackend")
if env.flag("DEMO"):
    # A demonstration never writes to anybody: its messages are read on /demo/courriels/.
    EMAIL_BACKEND = "beffroi.kernel.notices.mailbox.MailboxBackend"
EMAIL_HOST = env.text("SMTP_HOST", "127.0.0.1")
EMAIL_PORT = env.number("SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("SMTP_STARTTLS")
EMAIL_USE_SSL = env.flag("SMTP_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("FROM_EMAIL", "Beffroi <ne-pas-repondre@example.invalid>")

# --- SMS -------------------------------------------------------------------------------------------------------------

# "ovh", or nothing: then no SMS leaves and nobody is offered any.
SMS_PROVIDER = env.text("SMS_PROVIDER")
# Eleven letters or digits at most, declared at the provider.
SMS_SENDER = env.text("SMS_SENDER", "Beffroi")[:11]
SMS_OVH_URL = env.text("SMS_OVH_URL", "https://eu.api.ovh.com/1.0").rstrip("/")
SMS_OVH_SERVICE = env.text("SMS_OVH_SERVICE")
SMS_OVH_KEY = env.text("SMS_OVH_KEY")
SMS_OVH_SECRET = env.text("SMS_OVH_SECRET")
SMS_OVH_CONSUMER = env.text("SMS_OVH_CONSUMER")

# --- Notifications on the device -------------------------------------------------------------------------------------

# The private key (base64url), the same on every machine; empty = drawn once and kept in the home folder.
VAPID_PRIVATE_KEY = env.text("VAPID_PRIVATE_KEY")
# Notification services accepted besides those of the browsers ("host:port").
PUSH_SERVICES = env.words("PUSH_SERVICES")

# --- Calls to other programs -----------------------------------------------------------------------------------------

# Addresses of our own network that may be called ("host:port"); no other private address ever is.
WEBHOOK_PRIVATE = env.words("WEBHOOK_PRIVATE")
