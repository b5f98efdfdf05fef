"""What a data folder knows of the store that it delivers to: ``DATA/store/``.

``delivered.json`` says what each graph there was when it was last sent, so that only what differs
is sent again; ``people.nq`` holds what people had written there when it was last fetched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.errors import GraphError
from app.graph import files

_FOLDER: Final = "store"


@dataclass
class Delivered:
    """The record of one data folder.

    Attributes:
        folder: where it lies.
        store: the store's endpoint of graphs; "" if nothing was ever delivered.
        graphs: IRI of each graph that is surely there → digest of what was sent.
        forced: graphs that edits have changed there, and that are sent whatever their digest.
    """

    folder: Path
    store: str = ""
    graphs: dict[str, str] = field(default_factory=dict)
    forced: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, data: Path) -> Delivered:
        """The record of a data folder.

        Raises: GraphError if it is damaged.
        """
        folder = data / _FOLDER
        path = folder / "delivered.json"
        try:
            record = json.loads(path.read_bytes())
            return cls(folder, record["store"], record["graphs"], record["forced"])
        except FileNotFoundError:
            return cls(folder)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GraphError(
                f"{path} is damaged ({type(error).__name__}). Remove it, empty the store, and "
                "deliver everything again: polku deliver."
            ) from error

    def keep(self) -> None:
        """Writes the record, durably."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {"store": self.store, "graphs": self.graphs, "forced": self.forced}
        files.replace(self.folder / "delivered.json", json.dumps(record, indent=1).encode() + b"\n")

    def people(self) -> set[str]:
        """The lines of N-Quads that people had written when they were last fetched."""
        path = self.folder / "people.nq"
        return set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()

    def keep_people(self, lines: set[str]) -> None:
        """Remembers what people have written."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = "".join(f"{line}\n" for line in sorted(lines)).encode()
        files.replace(self.folder / "people.nq", content, mode=0o600)
