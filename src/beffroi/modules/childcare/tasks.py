"""What the childcare does by itself."""

from procrastinate.contrib.django import app

from beffroi.modules.childcare import actions


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="childcare.offers", name="childcare.expire_offers")
def expire_offers(timestamp: int) -> int:
    """Give the places left without answer to the next families."""
    return actions.expire_offers()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="childcare.seats", name="childcare.serve_waiting_lines")
def serve_waiting_lines(timestamp: int) -> int:
    """Give the seats of the transport lines that became free to those who wait."""
    return actions.serve_waiting_lines()


@app.periodic(cron="*/15 5-12 * * *")
@app.task(queueing_lock="childcare.meals", name="childcare.order_due_meals")
def order_due_meals(timestamp: int) -> int:
    """Write to the kitchens at their hour, and again when something has changed since."""
    return actions.order_due_meals()


@app.periodic(cron="10 6 * * *")
@app.task(queueing_lock="childcare.documents", name="childcare.remind_documents")
def remind_documents(timestamp: int) -> int:
    """Tell the families whose documents end within a month."""
    return actions.remind_documents()


@app.periodic(cron="15 5 * * *")
@app.task(queueing_lock="childcare.absences", name="childcare.close_absences")
def close_absences(timestamp: int) -> int:
    """The absences that nobody has justified in time are not justified."""
    return actions.close_absences()


@app.periodic(cron="20 6 * * *")
@app.task(queueing_lock="childcare.certifications", name="childcare.remind_certifications")
def remind_certifications(timestamp: int) -> int:
    """Ask the families whose file nobody has certified for a year whether it is still right."""
    return actions.remind_certifications()


@app.periodic(cron="30 7 * 1,2 *")
@app.task(queueing_lock="childcare.campaign", lock="childcare.campaign", name="childcare.tell_quotients")
def tell_quotients(timestamp: int) -> int:
    """In January and February, once we have asked ourselves: tell the families whose quotient is not known."""
    return actions.campaign()


@app.periodic(cron="30 5 * 1,2 *")
@app.task(queueing_lock="childcare.quotients", name="childcare.refresh_quotients")
def refresh_quotients(timestamp: int) -> dict[str, int]:
    """In January and February, ask for the new quotients of those who consented."""
    return actions.refresh_quotients()
