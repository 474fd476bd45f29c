"""The two sides of the window."""

from __future__ import annotations

from typing import Literal

Role = Literal["source", "driving"]
ROLES: tuple[Role, Role] = ("source", "driving")


def other(role: Role) -> Role:
    return "driving" if role == "source" else "source"
