"""What no address can hold."""

from django.core.exceptions import BadRequest

NUL = "\x00"


class NullCharacterMiddleware:
    """Answers 400 to an address with a NUL character: nothing has such a name, and the database refuses it in a text
    (PostgreSQL, « Character Types »). Forms refuse it by themselves in what is posted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if NUL in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in an address")
        return self.get_response(request)
