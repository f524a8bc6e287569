"""What several tests of the content's tools share."""

import shutil

import pytest

import check
import fresh
from prepaid.catalogue import tables


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A copy of our tables to write to."""
    for path in (*check.CONTENT.glob("*.csv"), check.CONTENT / "datapackage.json"):
        shutil.copy(path, tmp_path)
    monkeypatch.setattr(fresh, "CONTENT", tmp_path)
    monkeypatch.setattr(tables, "CONTENT", tmp_path)
    return tmp_path
