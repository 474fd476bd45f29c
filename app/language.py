"""The language of the window: the person's choice or that of the system, for Mimesh's texts and for Qt's own."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from .numbers import locale
from .tr import language, use


class Language(QObject):
    """Speaks ``wanted``, a code of :data:`app.tr.LANGUAGES` or "system", from when it is made; make it before views."""

    def __init__(self, wanted: str, parent: QObject) -> None:
        super().__init__(parent)
        use(wanted, QLocale.system().uiLanguages())
        QLocale.setDefault(locale())  # which Qt's own boxes and dialogs follow
        self._qt = QTranslator(self)  # buttons of Qt's dialogs, names of keys; PySide6 ships it
        if language() != "en" and self._qt.load(
            f"qtbase_{language()}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        ):
            QCoreApplication.installTranslator(self._qt)
