"""A local Bot API server with a web page to chat on. Imports nothing of the project."""

from sandbox.http.server import Sandbox
from sandbox.world.people import Control, Group, Person, RealClock

__all__ = ["Control", "Group", "Person", "RealClock", "Sandbox"]
