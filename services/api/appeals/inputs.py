"""What the mutations of appeals take, and what must be true of it."""

from dataclasses import dataclass

import strawberry

from services.api.checks import check_lines, check_sha256, check_text
from services.api.contestants.details import LONGEST_NAME, check_mobile
from services.api.documents.inputs import LARGEST
from services.api.errors import InvalidInputError
from services.shared.appeal_vocabulary import AppealKind, AppealState, AppealVerdict

MOST_PAPERS = 5
_LONGEST = 4000  # characters of what it says


@strawberry.input(description="Only those that fit all that is given. (筛选)")
class AppealFilter:
    round_id: strawberry.ID | None = strawberry.field(default=None, description="About this round. (轮次)")
    city_id: strawberry.ID | None = strawberry.field(default=None, description="About people of this city. (市州)")
    kind: AppealKind | None = strawberry.field(default=None, description="Of this kind. (种类)")
    state: AppealState | None = strawberry.field(default=None, description="In this state. (状态)")
    led_to: strawberry.ID | None = strawberry.field(
        default=None, description="That led to this file, penalty, run, comparison or revision. (促成的处理结果)"
    )


@strawberry.input(description="A paper that comes with it. (材料)")
class AppealPaperInput:
    title: str = strawberry.field(description="What it is called. (名称)")
    size: int = strawberry.field(description="Bytes, at most 20 MiB. (字节数)")
    sha256: str = strawberry.field(description="SHA-256 of the bytes, 64 hex digits. (校验值)")


@strawberry.input(description="What is contested, by whom. (提出申诉或异议)")
class FileAppealInput:
    kind: AppealKind = strawberry.field(description="About own figures, or somebody else's. (种类)")
    round_id: strawberry.ID = strawberry.field(description="In which round. (轮次)")
    number: int = strawberry.field(description="Whose figures: the contestant's number, as published. (选手编号)")
    text: str = strawberry.field(description="What is wrong, and how it is known; up to 4000 characters. (内容)")
    name: str | None = strawberry.field(
        default=None, description="Real name; needed for an objection, kept sealed. (真实姓名)"
    )
    unit: str | None = strawberry.field(default=None, description="Where a unit objects: its name. (单位)")
    phone: str | None = strawberry.field(
        default=None, description="A mobile number to ask back; needed for an objection, kept sealed. (手机号)"
    )
    papers: list[AppealPaperInput] = strawberry.field(default_factory=list, description="At most 5. (材料)")
    idempotency_key: str | None = strawberry.field(
        default=None, description="Repeating the very same request with the same key files nothing more. (幂等键)"
    )


@strawberry.input(description="Who looks into it. (指定承办人)")
class AssignAppealInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    user_id: strawberry.ID = strawberry.field(description="An organiser or judge who is not concerned. (承办人)")


@strawberry.input(description="What is decided. (作出结论)")
class DecideAppealInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    verdict: AppealVerdict = strawberry.field(description="What. (结论)")
    reason: str = strawberry.field(description="Why; whoever filed it reads it. (理由)")


@strawberry.input(description="A proposed decision that holds. (复核)")
class ConfirmAppealInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    verdict: AppealVerdict = strawberry.field(
        description="The one that is confirmed: refused where another is proposed by now. (所复核的结论)"
    )


@strawberry.input(description="One that is taken back. (撤回申诉)")
class WithdrawAppealInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    secret: str | None = strawberry.field(
        default=None, description="What was answered when it was filed; without an account. (查询码)"
    )


@strawberry.input(description="Something that an upheld appeal has led to. (关联处理结果)")
class LinkAppealInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    outcome_id: strawberry.ID = strawberry.field(
        description="A file, penalty, run, comparison or revision, made since. (处理结果)"
    )


@strawberry.input(description="Whose filer is read whole, and why. (查看提出人)")
class RevealFilerInput:
    id: strawberry.ID = strawberry.field(description="The appeal. (申诉)")
    reason: str = strawberry.field(description="Why; it is recorded. (原因)")


@strawberry.input(description="Of which objection. (告知正在核实)")
class TellOfInquiryInput:
    id: strawberry.ID = strawberry.field(description="The objection. (异议)")


@strawberry.input(description="What a contest wants of appeals. (申诉设置)")
class UpdateAppealSettingsInput:
    contest_id: strawberry.ID = strawberry.field(description="The contest. (赛事)")
    need_two: bool = strawberry.field(description="One decides, another confirms. (决定须两人)")
    block_publication: bool = strawberry.field(
        description="Nothing of a round is published while one about it is open. (未结不公布)"
    )
    reason: str = strawberry.field(description="Why; kept. (理由)")


@dataclass(frozen=True, slots=True)
class Signed:
    """Who stands behind an appeal."""

    name: str
    unit: str | None
    phone: str | None


def check_filing(asked: FileAppealInput, viewer_name: str) -> Signed:
    """Raises InvalidInputError for the first thing that is wrong."""
    check_lines("text", asked.text, _LONGEST)
    if len(asked.papers) > MOST_PAPERS:
        raise InvalidInputError("LIST_TOO_LONG", field="papers", most=MOST_PAPERS)
    for place, paper in enumerate(asked.papers):
        check_text(f"papers.{place}.title", paper.title)
        if not 0 < paper.size <= LARGEST:
            raise InvalidInputError("UPLOAD_TOO_LARGE", field=f"papers.{place}.size", most=LARGEST >> 20)
        check_sha256(f"papers.{place}.sha256", paper.sha256)
    if asked.unit is not None:
        check_text("unit", asked.unit)
    signed = asked.kind is AppealKind.OBJECTION
    name = asked.name if asked.name is not None or signed else viewer_name
    check_text("name", name or "", LONGEST_NAME)
    phone = check_mobile(asked.phone or "") if signed or asked.phone is not None else None
    return Signed((name or "").strip(), asked.unit.strip() if asked.unit else None, phone)
