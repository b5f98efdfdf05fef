"""Processes that can be killed: whatever runs in them can take down nothing but itself.

``Worker`` is one process that hosts a service, ``Pool`` several alike. A service is a plain
synchronous object made by a factory (``module:factory``) from a JSON object; its public methods
take a JSON object and return a JSON value, or bytes in pieces (``Stream``, ``Push``).
"""

from app.workers.buckets import Buckets
from app.workers.frames import Json, JsonObject, Push, Stream
from app.workers.pool import Pool
from app.workers.queue import Share, Ticket
from app.workers.worker import Answer, Worker

__all__ = [
    "Answer",
    "Buckets",
    "Json",
    "JsonObject",
    "Pool",
    "Push",
    "Share",
    "Stream",
    "Ticket",
    "Worker",
]
