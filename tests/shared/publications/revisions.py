"""Revisions for tests of what is made of them."""

from datetime import datetime
from decimal import Decimal

from services.shared.beijing import BEIJING
from services.shared.publications.snapshot import (
    Contact,
    Correction,
    Host,
    Item,
    NoticeWindow,
    PublishedAward,
    PublishedStanding,
    PublishedTeam,
    PublishedWinner,
    RulesUsed,
    RunUsed,
    Snapshot,
)
from services.shared.vocabulary import ContactRole, HostRole, Place, Platform, PublicationStage


def a_standing(position: int = 1) -> PublishedStanding:
    """Somebody of Wuhan, at this position; those behind have less."""
    return PublishedStanding(
        position=position,
        rank=position,
        city_rank=position,
        division_rank=position,
        number=100 + position,
        name="张**",
        city="武汉市",
        division="全媒体运营师学员",
        platform=Platform.DOUYIN,
        account="zh****n",
        points=(Decimal("28.11") - position, Decimal("43.25")),
        total=Decimal("71.36") - position,
        finalist=Place.STREAMER if position == 1 else None,
        awards=("一等奖",) if position == 1 else (),
    )


def a_snapshot(people: int = 3) -> Snapshot:
    """The second revision of a notice, with a team and an award."""
    return Snapshot(
        contest="hubei-2021",
        contest_title="湖北省“战友杯”直播大赛",
        hosts=(Host("湖北省退役军人事务厅", HostRole.HOST), Host("湖北战友企业管理集团", HostRole.UNDERTAKER)),
        round="qualifier",
        round_title="选手全员赛",
        stage=PublicationStage.PROPOSED,
        revision=2,
        title="选手全员赛成绩公示",
        publish_at=datetime(2021, 9, 6, 9, tzinfo=BEIJING),
        corrects=Correction(1, "ab" * 32, "申诉成立，更正 101 号选手的成绩"),
        notice=NoticeWindow(datetime(2021, 9, 6, 9, tzinfo=BEIJING), datetime(2021, 9, 13, tzinfo=BEIJING)),
        contacts=(
            Contact("大赛组委会办公室", "027-00000001", ContactRole.CONTACT),
            Contact("机关纪委", "027-00000002", ContactRole.SUPERVISION),
        ),
        run=RunUsed(2, "cd" * 32),
        rules=RulesUsed("选手全员赛计分规则", 1, "ef" * 32),
        finalists_confirmed=True,
        cities=("武汉市", "恩施州"),
        items=(Item("SHORT_VIDEO", "短视频制作"), Item("SALES", "直播带货")),
        standings=tuple(map(a_standing, range(1, people + 1))),
        teams=(PublishedTeam(1, 1, "武汉市", Decimal("140.72"), (101,)),),
        awards=(PublishedAward("first", "一等奖", (PublishedWinner(1, "武汉市", 101, "张**"),)),),
    )
