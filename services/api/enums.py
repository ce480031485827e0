"""The enumerations of the vocabulary, described for readers of the schema."""

from enum import Enum

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema

from services.api.file_enums import FILE_ENUMS
from services.api.flag_enums import FLAG_ENUMS
from services.api.result_enums import RESULT_ENUMS
from services.shared.file_vocabulary import ClaimState, Originals, OwnerlessOrders
from services.shared.vocabulary import (
    AliasState,
    ArchiveState,
    ChangeCause,
    ComparisonState,
    ContactRole,
    DocumentPurpose,
    DocumentState,
    DoubleEntryDecision,
    Eligibility,
    EntryWay,
    EvidenceKind,
    FinalistChange,
    HostRole,
    InvitationState,
    NamePolicy,
    Place,
    Platform,
    PublicationStage,
    PublicationState,
    ReviewDecision,
    ReviewStep,
    Role,
    RunStage,
    RunState,
    SelectedPlace,
    Side,
    SubmissionState,
    TeamPart,
    TokenScope,
)
from services.shared.words import Language

ENUMS: dict[type[Enum], tuple[str, dict[str, str]]] = {
    Language: ("A language of sentences. (语言)", {"ZH": "Chinese. (中文)", "EN": "English. (英文)"}),
    ContactRole: (
        "For what a notice names somebody. (联系人类别)",
        {"CONTACT": "To be asked. (联系人)", "SUPERVISION": "To be told of wrongs. (监督举报)"},
    ),
    HostRole: (
        "What a body does for the contest. (主办或承办)",
        {"HOST": "Holds it. (主办)", "UNDERTAKER": "Carries it out. (承办)"},
    ),
    OwnerlessOrders: (
        "What happens to orders whose file says that nobody sold them. (无达人订单的归属)",
        {
            "UNCLAIMED": "They count for nobody. (不计入任何人)",
            "FOLDER_ACCOUNT": "They count for the account of the folder or upload. (计入文件所属账号)",
        },
    ),
    Originals: (
        "What becomes of export files once they are read. (原始文件的处理)",
        {
            "KEEP_ENCRYPTED": "Kept, each sealed under its own key. (加密保存)",
            "DROP_AFTER_INGEST": "Deleted, unless lines of theirs wait for somebody. (读取后删除)",
        },
    ),
    Role: (
        "What somebody is in a contest. (角色)",
        {
            "ORGANISER": "Host or undertaker. (主办、承办单位)",
            "CITY_CLERK": "Enters and submits one city's people. (经办人)",
            "CITY_LEADER": "Leads one city's team. (领队)",
            "JUDGE": "Reads rankings and reasons. (评委)",
            "CONTESTANT": "Competes. (选手)",
            "AUDITOR": "Reads everything masked, changes nothing. (审计、纪检)",
            "PUBLIC": "Whoever has not signed in; never granted. (公众)",
        },
    ),
    TokenScope: (
        "What a personal token may do of what its holder may. (令牌权限范围)",
        {
            "READ": "Reads. (只读)",
            "UPLOAD": "Reads, and sends files. (读取与上传)",
            "FULL": "Everything but managing accounts and seeing personal data whole. (除账号与完整个人信息外的全部)",
        },
    ),
    Platform: ("Where people publish and sell. (平台)", {"DOUYIN": "抖音.", "KUAISHOU": "快手."}),
    EntryWay: (
        "How somebody came in. (报名方式)",
        {"RECOMMENDED": "By a city. (推荐)", "SELF_REGISTERED": "By themselves. (自主报名)"},
    ),
    Eligibility: (
        "What the review found. (资格认定)",
        {
            "PENDING": "Not reviewed. (待审核)",
            "APPROVED": "May compete. (通过)",
            "RETURNED": "To be mended and sent again. (退回)",
            "REJECTED": "May not compete. (不通过)",
        },
    ),
    EvidenceKind: (
        "How evidence is given. (证明方式)",
        {"DOCUMENT": "A picture or PDF. (图片或 PDF)", "GIVEN_LIST": "A list the contest was given. (已有名单)"},
    ),
    DocumentPurpose: (
        "What a document is for. (材料用途)",
        {
            "EVIDENCE": "Of a contestant's eligibility. (资格证明)",
            "SIGNED_LIST": "The signed copy of a city's list. (盖章名单)",
            "ALIAS": "Shows that an account was renamed. (账号改名证明)",
            "NOTICE": "Attached to a notice. (公告附件)",
            "PENALTY": "Evidence of a penalty. (扣罚依据)",
            "APPEAL": "Evidence of an appeal or objection. (申诉、异议材料)",
        },
    ),
    DocumentState: (
        "How far a document has come. (材料状态)",
        {
            "CREATED": "Waits for its bytes. (待传输)",
            "CHECKING": "Is being looked at. (检查中)",
            "READY": "Can be viewed. (可查看)",
            "REFUSED": "Cannot be used; its problem says why. (已拒收)",
            "DELETED": "Its bytes are gone. (已删除)",
        },
    ),
    ReviewStep: (
        "Whose turn a review is. (审核环节)",
        {"CITY": "The city's, first. (市州审核)", "ORGANISER": "The organiser's, then. (主办方审核)"},
    ),
    ReviewDecision: (
        "What a review decides. (审核结论)",
        {
            "APPROVED": "By the city: handed on; by the organiser: may compete. (通过)",
            "RETURNED": "To be mended and sent again. (退回)",
            "REJECTED": "May not compete. (不通过)",
            "SENT_AGAIN": "Was mended and sent again; nobody decides that. (重新提交)",
            "REOPENED": "A rejected one is taken up again. (重新受理)",
        },
    ),
    AliasState: (
        "How far an alias has come. (别名状态)",
        {
            "ASKED": "Waits for the organiser. (待审核)",
            "APPROVED": "Files with it are taken for the account. (通过)",
            "REFUSED": "It is not the account. (不通过)",
        },
    ),
    DoubleEntryDecision: (
        "What becomes of somebody who was entered twice. (重复报名的处理)",
        {"KEPT": "Stays where they are. (保留原报名)", "TRANSFERRED": "Goes to the other place. (调整到另一处)"},
    ),
    ClaimState: (
        "Whether a platform number is the account's it is said to be. (认领状态)",
        {"ASKED": "Not decided. (待审核)", "APPROVED": "It is. (已通过)", "REFUSED": "It is not. (未通过)"},
    ),
    SubmissionState: (
        "Whether a submitted list locks its people. (上报状态)",
        {"SUBMITTED": "It does. (已上报)", "REOPENED": "No longer: they can be changed. (已退回修改)"},
    ),
    RunState: (
        "How far a scoring run has come. (核算状态)",
        {
            "QUEUED": "Waits. (排队)",
            "RUNNING": "Computes. (核算中)",
            "SCORED": "Has its result. (已完成)",
            "FAILED": "Ended without one; its error says why. (失败)",
            "CANCELLED": "Ended by a person. (已取消)",
        },
    ),
    ComparisonState: (
        "How far a comparison has come. (对比状态)",
        {
            "QUEUED": "Waits. (排队)",
            "RUNNING": "Computes. (对比中)",
            "READY": "Can be read. (已完成)",
            "FAILED": "Ended without a result; its error says why. (失败)",
        },
    ),
    ArchiveState: (
        "How far an archive has come. (归档状态)",
        {
            "QUEUED": "Waits. (排队)",
            "RUNNING": "Is being written. (归档中)",
            "READY": "Can be fetched. (可下载)",
            "FAILED": "Ended without one; its error says why. (失败)",
            "DELETED": "Was kept for a week, or names somebody erased since: ask for a new one. (已删除)",
        },
    ),
    Side: (
        "A side of a comparison. (对比的一侧)",
        {"BASE": "What is compared with. (原成绩)", "OTHER": "What would hold in its place. (新成绩)"},
    ),
    FinalistChange: (
        "What becomes of somebody among the proposed finalists. (进出拟推荐名单)",
        {"ENTERS": "Would be in. (进入)", "LEAVES": "Would be out. (退出)"},
    ),
    ChangeCause: (
        "Why somebody's points differ. (变化原因)",
        {
            "RULE": "The metric's rule differs. (规则不同)",
            "FIGURES": "Their own figures differ. (本人数据不同)",
            "OTHERS": "Theirs are the same, those they are compared with differ. (他人数据不同)",
            "GATE": "They fail a gate on one side only. (门槛不同)",
            "PENALTY": "The penalties differ. (扣罚不同)",
        },
    ),
    RunStage: (
        "What a running run is at. (核算阶段)",
        {
            "LOAD": "Figures are read. (读取数据)",
            "MEASURE": "Figures become metrics. (计量)",
            "NORMALISE": "Metrics become points. (折算)",
            "SCORE": "Points are added up. (计分)",
            "RANK": "Contestants are ranked. (排名)",
            "PICK": "Finalists are proposed. (拟推荐)",
            "WRITE": "The result is written. (写入结果)",
        },
    ),
    Place: (
        "Where the policy puts somebody. (入选类别)",
        {
            "STREAMER": "Proposed for the final. (拟推荐主播)",
            "TIED": "Equal at the cut: a person decides. (并列待定)",
            "RESERVE": "Follows. (候补)",
        },
    ),
    SelectedPlace: (
        "Where people put somebody. (确认结果)",
        {
            "STREAMER": "In the team. (主播)",
            "RESERVE": "Moves up when somebody leaves. (候补)",
            "OUT": "Passed over, or has left. (不入选)",
        },
    ),
    TeamPart: (
        "What somebody is in a team. (参赛队身份)",
        {"LEADER": "Leads it. (领队)", "ASSISTANT": "Assists. (助理)", "STREAMER": "Streams. (主播)"},
    ),
    InvitationState: (
        "What became of an invitation. (邀请状态)",
        {
            "OPEN": "Can be used. (有效)",
            "ACCEPTED": "Was used. (已接受)",
            "EXPIRED": "Its time is over. (已过期)",
            "REVOKED": "Was ended by somebody, or replaced. (已作废)",
        },
    ),
    PublicationStage: (
        "How definite a publication is. (公示或公布)",
        {"PROPOSED": "Objections may be raised. (公示)", "FINAL": "Holds. (公布)"},
    ),
    PublicationState: (
        "How far a revision is. (发布稿状态)",
        {
            "PREPARING": "Is being put together. (正在生成)",
            "PREPARED": "Waits for another person's approval. (待批准)",
            "APPROVED": "Public from its hour on. (已批准)",
            "DECLINED": "Is not published. (未批准)",
            "FAILED": "Could not be put together. (生成失败)",
        },
    ),
    NamePolicy: (
        "How names are published. (姓名公布方式)",
        {"FULL": "Whole. (全名)", "SURNAME": "The surname alone. (仅公布姓)"},
    ),
    **FILE_ENUMS,
    **FLAG_ENUMS,
    **RESULT_ENUMS,
}

for _enum, (_description, _) in ENUMS.items():
    strawberry.enum(_enum, description=_description)


def describe_enums(schema: GraphQLSchema) -> None:
    """Describes each value; raises KeyError for one that has no description."""
    for enum, (_, values) in ENUMS.items():
        found = schema.type_map.get(enum.__name__)
        if isinstance(found, GraphQLEnumType):
            for name, value in found.values.items():
                value.description = values[name]
