"""What no address can hold."""

from django.core.exceptions import BadRequest

NUL = "\x00"
BLANK = "%20"


class NullCharacterMiddleware:
    """Reads a NUL character after « ? » as a blank: the database refuses it in a text (PostgreSQL, « Character
    Types »), and a filter typed by hand is no fault. Before « ? » nothing has such a name: 400. Forms refuse it by
    themselves in what is posted."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if NUL in request.path_info:
            raise BadRequest("NUL in an address")
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", BLANK)
        return self.get_response(request)
