"""The presets menu ↔ saved edits."""

from __future__ import annotations

from PySide6.QtCore import QObject

from core.edits import NO_EDITS, Edits

from ..controls import PART_WORDS
from ..session import Session
from ..store.folders import Folders
from ..store.presets import Presets, presets_text, read_presets
from ..tr import inside, tr
from ..views import dialogs
from ..views.edit_panel import EditPanel
from ..workers.keeper import Keeper, KeepOrder


class PresetPresenter(QObject):
    def __init__(self, session: Session, panel: EditPanel, keeper: Keeper, folders: Folders, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._panel, self._keeper, self._path = session, panel, keeper, folders.presets
        self.presets, problem = read_presets(self._path)
        if problem:
            session.set_message(problem)
        panel.preset_wanted.connect(self.apply)
        panel.preset_deleted.connect(self.delete)
        panel.save_preset_wanted.connect(self.save)
        session.edits_changed.connect(self._allow_saving)
        keeper.failed.connect(self._tell)
        self._show()
        self._allow_saving()

    def apply(self, name: str, part: str) -> None:
        """Take what a preset changes, or one ``part`` of it, into the edits; the rest of them stays."""
        preset = self.presets[name]
        words = tr("Preset {name}", name=name)
        if part:
            words = tr("Preset {name}: {part}", name=name, part=inside(tr(PART_WORDS[part])))
        self._session.set_edits(self._session.edits.taking(preset, (part,) if part else preset.parts), words)

    def save(self) -> None:
        """Keep the present edits under a name."""
        if self._session.edits == NO_EDITS:
            return
        name = dialogs.ask_name(self._panel, tr("Save preset"), tr("Name of the preset:"), sorted(self.presets))
        if not name:
            return
        if name in self.presets and not dialogs.ask_replace(
            self._panel, tr("There is a preset “{name}” already.", name=name)
        ):
            return
        self._keep({**self.presets, name: self._session.edits})
        self._session.set_message(tr("Saved the preset “{name}”.", name=name))

    def delete(self, name: str) -> None:
        if dialogs.ask_delete(
            self._panel, tr("The preset “{name}” will be deleted; this cannot be undone.", name=name)
        ):
            self._keep({kept: edits for kept, edits in self.presets.items() if kept != name})

    def _keep(self, presets: Presets) -> None:
        self.presets = presets
        self._keeper.keep(KeepOrder(self._path, presets_text(presets)))
        self._show()

    def _tell(self, order: KeepOrder, why: str) -> None:
        if order.path == self._path:
            self._session.set_message(tr("The presets could not be saved: {why}", why=why))

    def _show(self) -> None:
        self._panel.show_presets({name: words_of(edits) for name, edits in sorted(self.presets.items())})

    def _allow_saving(self) -> None:
        self._panel.save_preset.setEnabled(self._session.edits != NO_EDITS)


def words_of(preset: Edits) -> dict[str, str]:
    """Part → its name, for the parts that a preset changes."""
    return {part: tr(PART_WORDS[part]) for part in preset.parts}
