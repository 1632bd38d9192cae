"""The application for tests of the API: built once, over a fresh database for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from tests.api.server import Server
from tests.databases import CONSENT_HOST, KEY
from tests.staffing import SEALING_KEY

from otonai.app import create_app
from otonai.config import Profile, Settings


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built PWA in small: a shell, one hashed file in three forms, one file at the root."""
    folder = tmp_path_factory.mktemp("pwa")
    (folder / "assets").mkdir()
    (folder / "index.html").write_text("<!doctype html><title>おとない</title>", encoding="utf-8")
    (folder / "assets" / "app-1a2b3c.js").write_text("console.info('plain')", encoding="utf-8")
    (folder / "assets" / "app-1a2b3c.js.br").write_bytes(b"brotli form")
    (folder / "manifest.webmanifest").write_text("{}", encoding="utf-8")
    (folder.parent / "secret.txt").write_text("outside", encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def app(pages: Path) -> Flask:
    """As a clinic's own server runs it."""
    settings = Settings(
        database_url="sqlite:///unused",
        base_url="http://localhost",
        live_url="http://localhost:8001",
        profile=Profile.DEMO,
        database_key=KEY,
        ticket_secret=bytes(range(32)),
        sealing_keys=(SEALING_KEY,),
        pwa_folder=pages,
        consent_hosts=frozenset({CONSENT_HOST}),
    )
    return create_app(settings)


def _over(app: Flask, engine: Engine) -> Server:
    app.extensions["otonai"].engine = engine
    return Server(app, engine)


@pytest.fixture
def server(app: Flask, embedded: Engine) -> Server:
    """Over the embedded database."""
    return _over(app, embedded)


@pytest.fixture
def either_server(app: Flask, engine: Engine) -> Server:
    """Over both engines, one after the other."""
    return _over(app, engine)
