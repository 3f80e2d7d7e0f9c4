import os

from headrace.exchange.endpoint import Endpoint, Finish, Request, Screen

endpoint = Endpoint(private_key="private.pem", app_secret=os.environ["APP_SECRET"])
endpoint.on_init(lambda request: Screen("HELLO", {"greeting": "Good morning"}))


@endpoint.on("HELLO")
def hello(request: Request) -> Finish:
    return Finish({"name": request.data["name"]})
