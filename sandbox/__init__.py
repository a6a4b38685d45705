"""A Bot API server on your desk, with a page to chat on. Imports nothing of the project."""

from sandbox.people import Control, DeskClock, Group, Person
from sandbox.server import Sandbox

__all__ = ["Control", "DeskClock", "Group", "Person", "Sandbox"]
