"""What is shown of personal values: enough to tell two people apart, not enough to use."""


def mask_id_number(number: str) -> str:
    """`420106199001011234` → `4201**********1234`."""
    return f"{number[:4]}{'*' * (len(number) - 8)}{number[-4:]}"


def mask_phone(number: str) -> str:
    """`13812341234` → `138****1234`."""
    return f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """`张小明` → `张**`: what an erased person is called, however long the name was."""
    return f"{name[:1]}**"


def mask_handle(handle: str) -> str:
    """`zhangsan` → `zh****n`, however long it was."""
    return f"{handle[:2]}****{handle[-1:]}"
