"""The secret that pseudonyms are made with: made, kept in a pass-phrase-protected file or the system's key
store, copied, put back, replaced and destroyed."""

from core.protection.keys.backup import (
    KeyState,
    backup_key_file,
    backup_keystore_key,
    backup_place,
    backup_proven,
    create_with_backup,
    restore_key_file,
    restore_keystore_key,
    state_in_key_store,
    state_of_file,
)
from core.protection.keys.book import KnownKey, book_path, known_key, note_release
from core.protection.keys.certificate import (
    CERTIFICATE_SUFFIX,
    Certificate,
    destroy_key_file,
    destroy_keystore_key,
)
from core.protection.keys.key import KEY_BYTES, Key, create_key, project_mark
from core.protection.keys.key_file import (
    BACKUP_SUFFIX,
    KeyFile,
    Proof,
    load_key_file,
    open_key_file,
    save_key_file,
)
from core.protection.keys.key_store import (
    DEFAULT_KEY_NAME,
    KEY_STORE_SERVICE,
    keystore_available,
    keystore_load,
    keystore_remove,
    keystore_save,
)
from core.protection.keys.rotation import change_passphrase, replace_key, running_projects

__all__ = [
    "BACKUP_SUFFIX",
    "CERTIFICATE_SUFFIX",
    "DEFAULT_KEY_NAME",
    "KEY_BYTES",
    "KEY_STORE_SERVICE",
    "Certificate",
    "Key",
    "KeyFile",
    "KeyState",
    "KnownKey",
    "Proof",
    "backup_key_file",
    "backup_keystore_key",
    "backup_place",
    "backup_proven",
    "book_path",
    "change_passphrase",
    "create_key",
    "create_with_backup",
    "destroy_key_file",
    "destroy_keystore_key",
    "keystore_available",
    "keystore_load",
    "keystore_remove",
    "keystore_save",
    "known_key",
    "load_key_file",
    "note_release",
    "open_key_file",
    "project_mark",
    "replace_key",
    "restore_key_file",
    "restore_keystore_key",
    "running_projects",
    "save_key_file",
    "state_in_key_store",
    "state_of_file",
]
