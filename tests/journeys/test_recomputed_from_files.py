"""The sample contest, and its numbers found again straight from the files, with a calculator's arithmetic."""

import re
import shutil
import zipfile
from collections import defaultdict
from decimal import Decimal, localcontext
from pathlib import Path
from random import Random
from typing import Any

import pytest

from services.cli.bind_uids import Binding
from services.cli.demo_files import DemoFiles, write_files
from services.cli.instance import Instance
from services.cli.transfer import Parcel
from services.sample.contest import HUBEI_2021
from services.shared.vocabulary import Platform
from tests.journeys.calculator import Figures, rounded
from tests.journeys.conftest import Organiser, organise

CITIES = ("武汉市", "神农架")

EXPLAINED = """
query ($round: ID!) {
  rankings(roundId: $round, first: 200) {
    nodes {
      total
      contestant { account { platform handle } }
      score { items { item points countedShare metrics { metric value points full scale field missing leftOut } } }
    }
  }
}
"""


def small_contest(folder: Path) -> Path:
    """The reference contest with two of its cities and some thirty people."""
    shutil.copytree(HUBEI_2021.parent, folder)
    contest = (folder / "contest.toml").read_text(encoding="utf-8")
    for block in re.findall(r"\[\[cities\]\]\nname = \".*\"\naliases = .*\n\n", contest):
        if not any(f'"{city}"' in block for city in CITIES):
            contest = contest.replace(block, "")
    (folder / "contest.toml").write_text(contest, encoding="utf-8")
    head, *quotas = (folder / "quotas.csv").read_text(encoding="utf-8").splitlines()
    kept = [head, *(line for line in quotas if line.startswith(CITIES))]
    (folder / "quotas.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    plan = (folder / "sample.toml").read_text(encoding="utf-8")
    (folder / "sample.toml").write_text(re.sub(r"contestants = \d+", "contestants = 30", plan), encoding="utf-8")
    return folder / "contest.toml"


async def scored(instance: Instance, files: DemoFiles, contest_file: Path, shuffle: int | None) -> tuple[Any, Any]:
    """The adopted run and the explained standings."""
    async with organise(instance, contest_file) as organiser:
        answers = await organiser.import_rosters(files.rosters)
        assert [problem for answer in answers for problem in answer["problems"]] == []
        people = enumerate(files.sample.people, start=2)
        await organiser.bind_uids([Binding(line, one.platform, one.handle, one.uid) for line, one in people])
        answer = await organiser.upload(*parcels(files, shuffle))
        assert answer["problems"] == []
        run = await organiser.score()
        return run, await explained(organiser)


def parcels(files: DemoFiles, shuffle: int | None) -> list[Parcel]:
    found = [
        Parcel(one.path, one.path.name, exported_at=one.exported_at.isoformat(), attested=True)
        for one in files.archives
    ]
    if shuffle is not None:
        Random(shuffle).shuffle(found)
    return found


async def explained(organiser: Organiser) -> list[dict[str, Any]]:
    nodes: list[dict[str, Any]] = (await organiser.ask(EXPLAINED, round=organiser.round_id))["rankings"]["nodes"]
    return nodes


def points(metric: dict[str, Any], field: list[Decimal]) -> Decimal:
    """What the rules' text says a value is worth among the values of its field."""
    full, value = Decimal(metric["full"]), Decimal(metric["value"] or 0)
    best = max(field, default=Decimal(0))
    with localcontext(prec=28):
        match metric["scale"]:
            case "log":
                return full * (1 + max(value, Decimal(0))).ln() / (1 + best).ln() if best > 0 else Decimal(0)
            case "ratio":
                return full * max(value, Decimal(0)) / best if best > 0 else Decimal(0)
            case "percentile":
                below, equal = sum(one < value for one in field), sum(one == value for one in field)
                return full * (below + Decimal(equal - 1) / 2) / (len(field) - 1) if len(field) > 1 else full
            case "points-per-n":
                return min(full, value * Decimal("0.2"))
            case "bands":
                return Decimal(sum(2 for bound in ("0.5", "0.75", "1") if value >= Decimal(bound)))
            case other:
                raise AssertionError(f"the sample rules have no scale {other}")


@pytest.fixture
def files(tmp_path: Path) -> DemoFiles:
    contest_file = small_contest(tmp_path / "contest")
    return write_files(contest_file, tmp_path / "files", 2021, full=False, heard=lambda *_: None)


async def test_every_douyin_contestant_is_found_again_from_the_files(
    instance: Instance, files: DemoFiles, tmp_path: Path
) -> None:
    run, standings = await scored(instance, files, tmp_path / "contest" / "contest.toml", None)
    assert run["contestantCount"] == len(files.sample.people) == len(standings) == 30
    archives = [one.path for one in files.archives]
    uids = {one.handle: one.uid for one in files.sample.people}
    fields: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    for one in standings:
        platform = one["contestant"]["account"]["platform"]
        everything = [metric for item in one["score"]["items"] for metric in item["metrics"]]
        if all(metric["missing"] for metric in everything):
            continue  # without any data: in no field
        for metric in everything:
            if not metric["leftOut"]:
                value = Decimal(metric["value"] or 0)
                for field in ("round", platform):
                    fields[metric["metric"], field].append(value)

    checked = 0
    for one in standings:
        account = one["contestant"]["account"]
        items = one["score"]["items"]
        if account["platform"] != Platform.DOUYIN or all(m["missing"] for item in items for m in item["metrics"]):
            continue
        found = Figures(archives, account["handle"], uids[account["handle"]]).metrics()
        total = Decimal(0)
        for item in items:
            earned = Decimal(0)
            for metric in item["metrics"]:
                expected = found[metric["metric"]]
                assert (metric["value"] and Decimal(metric["value"])) == expected, (account["handle"], metric["metric"])
                if not metric["leftOut"]:
                    among = fields[metric["metric"], "DOUYIN" if metric["field"] == "platform" else "round"]
                    earned += rounded(points(metric, among), 4)
            total += rounded(earned * 100 / Decimal(item["countedShare"]), 2)
        assert Decimal(one["total"]) == total, account["handle"]
        checked += 1
    assert checked > 10


def rename(contest_file: Path, slug: str) -> None:
    text = contest_file.read_text(encoding="utf-8")
    contest_file.write_text(re.sub(r'slug = ".*"', f'slug = "{slug}"', text), encoding="utf-8")


async def digest(instance: Instance, files: DemoFiles, contest_file: Path, slug: str, shuffle: int | None) -> str:
    """The digest of the same contest under another name."""
    rename(contest_file, slug)
    run, _ = await scored(instance, files, contest_file, shuffle)
    assert len(run["digest"]) == 64
    return str(run["digest"])


def change_one_order(archive: Path) -> None:
    """Makes one paid order of one shop a hundred yuan dearer."""
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    name = next(name for name in members if name.endswith("/抖店订单.csv"))
    text = members[name].decode("gb18030")
    head, line, *rest = text.splitlines(keepends=True)
    cells = line.split('","')
    place = head.split('","').index("订单应付金额")
    cells[place] = f"{Decimal(cells[place].replace(',', '')) + 100}"
    members[name] = "".join([head, '","'.join(cells), *rest]).encode("gb18030")
    with zipfile.ZipFile(archive, "w") as changed:
        for member, content in members.items():
            changed.writestr(member, content)


async def test_the_digest_depends_on_what_the_files_say_and_on_nothing_else(
    instance: Instance, files: DemoFiles, tmp_path: Path
) -> None:
    contest_file = tmp_path / "contest" / "contest.toml"
    first = await digest(instance, files, contest_file, "first", None)
    assert await digest(instance, files, contest_file, "shuffled", 7) == first
    other_seed = write_files(contest_file, tmp_path / "other", 2022, full=False, heard=lambda *_: None)
    assert await digest(instance, other_seed, contest_file, "other-seed", None) != first
    change_one_order(files.archives[1].path)
    assert await digest(instance, files, contest_file, "one-order-changed", None) != first
