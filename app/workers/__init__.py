"""Processes that can be killed: whatever runs in them can take down nothing but itself.

``Worker`` is one process that hosts a service, ``Pool`` several alike. A service is a plain
synchronous object made by a factory (``module:factory``) from a JSON object; its public methods
take a JSON object and return a JSON value, or bytes in pieces (``Stream``, ``Push``).
"""

from app.workers.frames import Json, JsonObject, Push, Stream
from app.workers.pool import Pool
from app.workers.worker import Answer, Worker

__all__ = ["Answer", "Json", "JsonObject", "Pool", "Push", "Stream", "Worker"]
