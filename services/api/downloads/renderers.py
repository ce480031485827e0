"""Who makes the file of each kind of download."""

from collections.abc import Mapping

from services.api.archives.fetch import render_archive
from services.api.certificates.fetch import render_certificate
from services.api.documents.read import render_document
from services.api.downloads.file import DownloadKind, Renderer
from services.api.marked_copies.fetch import render_marked_copy
from services.api.messages.export import render_message_file
from services.api.submissions.exports import render_city_list

RENDERERS: Mapping[DownloadKind, Renderer] = {
    DownloadKind.DOCUMENT: render_document,
    DownloadKind.CITY_LIST: render_city_list,
    DownloadKind.MARKED_COPY: render_marked_copy,
    DownloadKind.ARCHIVE: render_archive,
    DownloadKind.CERTIFICATE: render_certificate,
    DownloadKind.MESSAGE_FILE: render_message_file,
}
