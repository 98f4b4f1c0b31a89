"""A form with files is sent by a script that shows its progress; the browser itself opens the page that follows."""

HEADER = "X-Beffroi-Upload"


class UploadRedirectMiddleware:
    """Tells `upload.js` where to go instead of letting it follow the redirection, which would consume the messages."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if HEADER in request.headers and response.status_code in {301, 302, 303}:
            response.status_code = 204
            response["X-Location"] = response["Location"]
            del response["Location"]
        return response
