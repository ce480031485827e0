"""What a child told in JSON, as values again."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from services.scorer.uploads.parse import ParsedFile
from services.scorer.uploads.refused import Refused
from services.scorer.uploads.unpack import Member
from services.shared.formats.catalogue import catalogue
from services.shared.formats.waiting import Waiting
from services.shared.problems import Problem
from services.shared.vocabulary import Platform, Severity


def as_problem(told: dict[str, Any]) -> Problem:
    return Problem(**{**told, "severity": Severity(told["severity"])})


def as_refusal(told: dict[str, Any]) -> Refused:
    return Refused(told["code"], told["parameters"], sheet=told["sheet"], line=told["line"])


def as_member(told: dict[str, Any]) -> Member:
    platform = Platform(told["folder_platform"]) if told["folder_platform"] else None
    return Member(**{**told, "path": Path(told["path"]), "folder_platform": platform})


def as_parsed_file(told: dict[str, Any], own: str, frame: pl.DataFrame | None) -> ParsedFile:
    first_and_last = [datetime.fromisoformat(moment) for moment in told["period"] or ()]
    return ParsedFile(
        format=catalogue(own).of(told["format"]) if told["format"] else None,
        frame=frame,
        problems=list(map(as_problem, told["problems"])),
        unknown_columns=told["unknown_columns"],
        content_digest=told["content_digest"],
        rows=told["rows"],
        refused_rows=told["refused_rows"],
        period=(first_and_last[0], first_and_last[1]) if first_and_last else None,
        measures=told["measures"],
        waiting=Waiting.read(told["waiting"]) if told["waiting"] else None,
    )
