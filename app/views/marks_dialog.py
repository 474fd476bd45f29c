"""The question before a mark is switched off."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget

from ..tr import tr


def ask_switch_off(parent: QWidget, what: str, reason: str) -> bool:
    """Whether to save without ``what`` from now on; ``reason`` says why it is there.  Keeping it is the default."""
    box = QMessageBox(parent)
    box.setWindowTitle("Mimesh")
    box.setIcon(QMessageBox.Icon.Question)
    box.setText(tr("Save without the {what} from now on?", what=what))
    box.setInformativeText(reason)
    off = box.addButton(tr("Switch off"), QMessageBox.ButtonRole.DestructiveRole)
    keep = box.addButton(tr("Keep it"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.exec()
    chosen = box.clickedButton() is off
    box.deleteLater()
    return chosen
