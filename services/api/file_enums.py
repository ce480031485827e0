"""The enumerations about files and what they hold, described for readers of the schema."""

from enum import Enum

from services.shared.file_vocabulary import (
    AccountMeasure,
    ExportState,
    MarkedCopyState,
    Origin,
    Source,
    UploadKind,
    UploadState,
)
from services.shared.vocabulary import ImportPolicy, RosterImportState, Severity

FILE_ENUMS: dict[type[Enum], tuple[str, dict[str, str]]] = {
    UploadKind: (
        "What a file is. (文件类型)",
        {
            "DOUYIN_WORKS": "抖音《作品列表》.",
            "DOUYIN_WORKS_SHORT": "抖音《投稿分析》.",
            "DOUYIN_ACCOUNT_DAYS": "抖音《数据表现》.",
            "DOUYIN_LIVE_SESSIONS": "抖音《直播间列表》.",
            "DOUYIN_ORDERS": "抖店订单.",
            "KUAISHOU_WORK_DAYS": "快手《作品数据分析明细表》, one file a work.",
            "KUAISHOU_LIVE_SESSIONS": "快手《直播历史》.",
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
            "WAITING": "Nothing of it counts until an organiser says what its headings mean. (待对应列名)",
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
    MarkedCopyState: (
        "Whether a marked copy can be fetched. (标注副本状态)",
        {
            "QUEUED": "Is being made. (生成中)",
            "DONE": "It can. (可下载)",
            "FAILED": "Our fault; ask again. (生成失败)",
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
    Severity: (
        "How much a problem matters. (严重程度)",
        {"ERROR": "Keeps the line or file from counting. (错误)", "WARNING": "Worth a look. (提醒)"},
    ),
}
