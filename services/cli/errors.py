"""What ends a command with one line instead of a traceback."""

import errno

_CAUSES = {
    errno.ENOENT: "文件不存在",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "这是文件夹，不是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.ENOSPC: "磁盘已满",
    errno.EROFS: "磁盘只读",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "打开的文件太多",
    errno.ECONNREFUSED: "对方没有接受连接",
}


class CommandError(Exception):
    """The message is for the person at the terminal, Chinese first; the command ends with `exit_code`."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def cause(error: Exception) -> str:
    """Why the system said no: `没有权限 / Permission denied`; text that is no valid UTF-8 likewise."""
    if isinstance(error, UnicodeDecodeError):
        return "文字编码不对 / the text is not UTF-8"
    said = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    known = _CAUSES.get(error.errno or 0, "系统错误") if isinstance(error, OSError) else "出错"
    return f"{known} / {said}"
