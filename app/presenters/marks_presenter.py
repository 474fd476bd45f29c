"""Which marks saved files get: the menu's switches ↔ what is remembered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from core.errors import OutputError
from core.provenance.choice import REASON, SWITCHES, keep_choice, read_choice
from core.provenance.credentials import SigningError
from core.provenance.marks import Marks
from core.provenance.own_signer import try_signer

from ..sentences import tr_sentence
from ..session import Session
from ..tr import later, tr
from ..views import marks_dialog
from ..views.main_window import MainWindow
from ..views.signer_dialog import Pair, SignerDialog

WORDS = {
    "manifest": (
        later("Signed &manifest"),
        later("signed manifest"),
        later("How the file was made, signed, for programs to read (C2PA)."),
    ),
    "watermark": (
        later("Invisible &watermark"),
        later("invisible watermark"),
        later("In the pixels: it outlives compression and cropping."),
    ),
    "label": (later("Visible &label"), later("visible label"), later("A small “AI MODIFIED” in a corner.")),
}
NEEDED = ("manifest", "watermark")
LEFT_OUT = {
    (): "",
    ("manifest",): later(", without the signed manifest"),
    ("watermark",): later(", without the invisible watermark"),
    ("manifest", "watermark"): later(", without the signed manifest and the invisible watermark"),
}


class MarksPresenter(QObject):
    """``chosen``: what saved and copied pictures get."""

    def __init__(self, session: Session, window: MainWindow, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._window = session, window
        self.chosen = read_choice()
        menu = window.menus.marks
        menu.setToolTipsVisible(True)
        for name in SWITCHES:
            text, _, tip = WORDS[name]
            action = menu.addAction(tr(text))
            action.setToolTip(tr(tip))
            action.setCheckable(True)
            action.setChecked(getattr(self.chosen, name))
            action.triggered.connect(lambda on, name=name, action=action: self._switch(name, on, action))
        menu.addSeparator()
        signer = menu.addAction(tr("Signing &certificate…"))
        signer.setToolTip(tr("Whose signature the manifest carries: made by Mimesh, or your own."))
        signer.triggered.connect(self.choose_signer)

    @property
    def left_out(self) -> str:
        """What is switched off though it should be there, as the end of a sentence; "" for nothing."""
        missing = tuple(name for name in NEEDED if not getattr(self.chosen, name))
        return tr(LEFT_OUT[missing])

    @property
    def in_words(self) -> str:
        """What saved files will carry, as a sentence."""
        marked = [tr(WORDS[name][1]) for name in SWITCHES if getattr(self.chosen, name)]
        if not marked:
            return tr("Pictures and films are written without marks (File, Marks in saved files).")
        return tr("Pictures and films carry: {marks}.  Meshes, flow and coefficients have no place for marks.",
                  marks=", ".join(marked))  # fmt: skip

    def choose_signer(self) -> None:
        marks = self.chosen
        pair = None if marks.certificate is None or marks.key is None else (marks.certificate, marks.key)
        agreed, found, said = SignerDialog.ask(self._window, pair, signs)
        if agreed:
            certificate, key = found or (None, None)
            if found is None:
                said = tr("Saved files are signed with the certificate that Mimesh made from now on.")
            self._keep(replace(marks, certificate=certificate, key=key), said)

    def _switch(self, name: str, on: bool, action: QAction) -> None:
        what = tr(WORDS[name][1])
        if name in NEEDED and not on and not marks_dialog.ask_switch_off(self._window, what, tr_sentence(REASON)):
            action.setChecked(True)
            return
        changed: dict[str, Any] = {name: on}
        said = tr("Saved files get a {what} from now on.", what=what)
        if not on:
            said = tr("Saved files get no {what} from now on.", what=what)
        self._keep(replace(self.chosen, **changed), said)

    def _keep(self, marks: Marks, said: str) -> None:
        self.chosen = marks
        try:
            keep_choice(marks)
        except OutputError as error:
            said = tr("Only until Mimesh ends: {why}", why=tr_sentence(str(error)))
        self._session.set_message(said)


def signs(pair: Pair) -> tuple[bool, str]:
    """Whether a certificate and its key sign, and what comes of it, in a sentence."""
    try:
        signer = try_signer(*pair)
    except SigningError as error:
        return False, tr_sentence(error.why)
    except OutputError as error:
        return False, tr_sentence(str(error))
    day = signer.last_day.isoformat()
    if not signer.owner:
        return True, tr("Saved files are signed with your certificate, which names nobody, until {day}.", day=day)
    return True, tr("Saved files say that they were signed by “{owner}”, until {day}.", owner=signer.owner, day=day)
