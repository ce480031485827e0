"""Where the bytes of uploads and documents are kept: a local folder, or a bucket of whatever speaks S3."""

from services.shared.storage.files import FileStore, StorageError, open_files

__all__ = ["FileStore", "StorageError", "open_files"]
