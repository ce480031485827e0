"""The enumerations of the vocabulary, described for readers of the schema."""

from enum import Enum

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema

from services.shared.vocabulary import (
    AccountMeasure,
    AliasState,
    ContactRole,
    DocumentPurpose,
    DocumentState,
    DoubleEntryDecision,
    Eligibility,
    EntryWay,
    EvidenceKind,
    ExportState,
    HostRole,
    ImportPolicy,
    InvitationState,
    Origin,
    OwnerlessOrders,
    Place,
    Platform,
    ReviewDecision,
    ReviewStep,
    Role,
    RosterImportState,
    RunStage,
    RunState,
    SelectedPlace,
    Severity,
    Source,
    SubmissionState,
    TeamPart,
    TokenScope,
    UploadKind,
    UploadState,
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
        {"CITY": "The city's, first. (市州审核)", "ORGANISER": "The organiser's, then. (组织方审核)"},
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
    UploadKind: (
        "What a file is. (文件类型)",
        {
            "DOUYIN_WORKS": "抖音《作品列表》.",
            "DOUYIN_ACCOUNT_DAYS": "抖音《数据表现》.",
            "DOUYIN_LIVE_SESSIONS": "抖音《直播间列表》.",
            "DOUYIN_ORDERS": "抖店订单.",
            "KUAISHOU_ORDERS": "快手小店订单.",
            "TEMPLATE_WORKS": "Our template for works. (作品模板)",
            "TEMPLATE_ACCOUNT_DAYS": "Our template for account days. (账号每日数据模板)",
            "TEMPLATE_LIVE_SESSIONS": "Our template for live sessions. (直播场次模板)",
            "TEMPLATE_ORDERS": "Our template for orders. (订单模板)",
            "OWN": "A format that the contest has added. (赛事自定义格式)",
            "ROSTER": "A city's recommendation table. (推荐表)",
            "GIVEN_LIST": "A list that evidence is matched with. (给定名单)",
            "ARCHIVE": "A zip whose folders name accounts. (压缩包)",
        },
    ),
    UploadState: (
        "How far a file has come. (上传状态)",
        {
            "CREATED": "Waits for its bytes. (待传输)",
            "QUEUED": "Waits to be read. (排队)",
            "READING": "Is being read. (读取中)",
            "ACCEPTED": "Counts. (已接收)",
            "REFUSED": "Nothing of it counts; its problems say why. (已拒收)",
            "DUPLICATE": "The same content already counts. (重复)",
            "WITHDRAWN": "Counts no longer. (已撤回)",
            "FAILED": "Our fault, after several tries. (处理失败)",
        },
    ),
    Origin: (
        "Where figures come from. (数据来源)",
        {
            "PLATFORM": "A file of the platform's. (平台导出文件)",
            "TEMPLATE": "Our own template, vouched for by whoever sent it. (本平台模板，由上传人承诺属实)",
            "TYPED": "Typed in by a person, with a reason. (人工录入，注明原因)",
        },
    ),
    ImportPolicy: (
        "What one refused line means for the others. (导入方式)",
        {
            "ALL_OR_NOTHING": "Nothing is taken. (有一行有误则全部不导入)",
            "GOOD_ROWS": "The good lines are taken. (只导入无误的行)",
        },
    ),
    RosterImportState: (
        "How far an import has come. (导入状态)",
        {
            "QUEUED": "Waits. (排队)",
            "RUNNING": "Is being read. (读取中)",
            "DONE": "Its good lines are in. (完成)",
            "REFUSED": "Nothing of it was taken. (已拒收)",
            "FAILED": "Our fault, after several tries. (处理失败)",
        },
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
    Source: (
        "What an export tells of. (数据类别)",
        {
            "WORKS": "Videos and picture posts. (作品)",
            "ACCOUNT_DAYS": "The account, day by day. (账号每日数据)",
            "LIVE_SESSIONS": "Broadcasts. (直播场次)",
            "ORDERS": "Shop orders. (店铺订单)",
        },
    ),
    AccountMeasure: (
        "What account days tell. (账号每日指标)",
        {
            "PLAYS": "Plays. (播放量)",
            "LIKES": "Likes. (作品点赞)",
            "COMMENTS": "Comments. (作品评论)",
            "SHARES": "Shares. (作品分享)",
            "COVER_CLICK_RATE": "Clicks on covers. (封面点击率)",
            "NET_FOLLOWERS": "Followers gained less those lost. (净增粉丝)",
            "LOST_FOLLOWERS": "Followers lost. (取关粉丝)",
            "TOTAL_FOLLOWERS": "Followers at the end of the day. (总粉丝量)",
            "PROFILE_VISITS": "Visits to the profile. (主页访问)",
            "SOUND_WAVES": "Gifts received, in 音浪. (收获音浪)",
            "WORKS": "Works published. (投稿量)",
            "COMPLETION_RATE_5S": "Played for five seconds. (5 秒完播率)",
            "BOUNCE_RATE_2S": "Left within two seconds. (2 秒跳出率)",
            "AVERAGE_PLAY_SECONDS": "Seconds played on average. (平均播放时长)",
        },
    ),
    ExportState: (
        "Whether a week's export is there. (导出状态)",
        {
            "HAVE": "It is there. (已有)",
            "LATE": "It is there, handed in after it was due. (迟交)",
            "MISSING": "Over, and not there. (缺少)",
            "NOT_YET": "Not over. (未到时间)",
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
    Severity: (
        "How much a problem matters. (严重程度)",
        {"ERROR": "Keeps the line or file from counting. (错误)", "WARNING": "Worth a look. (提醒)"},
    ),
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
