"""The words of what enters a result, described."""

from enum import Enum

from services.shared.vocabulary import MarkState, PenaltyKind, PenaltyState, RenditionFormat

RESULT_ENUMS: dict[type[Enum], tuple[str, dict[str, str]]] = {
    RenditionFormat: (
        "A kind of document. (文件格式)",
        {
            "PDF": "To be read and printed. (PDF)",
            "DOCX": "To be put on the office's own letterhead. (Word)",
            "XLSX": "All lists, to be sorted and filtered. (Excel)",
            "CSV": "The list of everybody. (CSV)",
        },
    ),
    PenaltyKind: (
        "What a penalty does. (扣罚方式)",
        {
            "HALVE": "Half of the points. (减半)",
            "ZERO": "No points. (计零分)",
            "SUBTRACT": "So many points less, never below 0. (扣分)",
            "DISQUALIFY": "The whole result is void. (取消成绩)",
        },
    ),
    MarkState: (
        "Whether a judge's mark holds. (评分状态)",
        {"HOLDS": "It does. (有效)", "WAITING": "Typed; a second person confirms it. (待确认)"},
    ),
    PenaltyState: (
        "How far a penalty has come. (扣罚状态)",
        {
            "PROPOSED": "Waits for a second person. (待确认)",
            "IN_FORCE": "Counts in runs started since. (生效)",
            "REVOKED": "Taken back, or declined. (已撤销)",
        },
    ),
}
