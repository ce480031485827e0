"""Who makes the file of each kind of download."""

from collections.abc import Mapping

from services.api.documents.read import render_document
from services.api.downloads.file import DownloadKind, Renderer

RENDERERS: Mapping[DownloadKind, Renderer] = {
    DownloadKind.DOCUMENT: render_document,
}
