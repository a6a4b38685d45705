"""What Telegram hands to a Mini App: who opens it, signed with the bot's token (`initData`)."""

import hashlib
import hmac
import json
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.errors import bad
from sandbox.world.people import Control
from sandbox.world.world import World


class MiniApp:
    """Signs for the people of `world`; `control` tells the time."""

    def __init__(self, token: str, world: World, control: Control) -> None:
        self._token = token
        self._world = world
        self._control = control

    async def opened(self, request: Request) -> Response:
        """Return the `data` with which a person opens a Mini App now.

        Raises:
            Refused: 400, if there is no such person.
        """
        person = self._world.people.get(int(request.query_params["person_id"]))
        if person is None:
            raise bad("user not found")
        user = json.dumps({"id": person.id, "first_name": person.first_name}, ensure_ascii=False)
        fields = {"auth_date": str(int(self._control.now().timestamp())), "user": user}
        said = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
        key = hmac.digest(b"WebAppData", self._token.encode(), hashlib.sha256)
        fields["hash"] = hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
        return JSONResponse({"data": urlencode(fields)})
