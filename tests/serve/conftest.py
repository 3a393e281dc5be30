"""An application over a store of invented articles, for each test anew."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette

from standfirst.config import ServeSettings
from standfirst.serve.app import create_app
from standfirst.store.memory import MemoryStore

from .fakes import NOW, FakeActions, filled


def app_over(store: MemoryStore, **settings: object) -> Starlette:
    """The pages over this store, at the fakes' time."""
    return create_app(store, FakeActions(store), lambda: NOW, ServeSettings(**settings))  # type: ignore[arg-type]


@pytest.fixture
def store() -> MemoryStore:
    return filled()


@pytest.fixture
def app(store: MemoryStore) -> Starlette:
    return app_over(store)
