"""What outlives the window: projects, presets, settings, autosave.  No Qt in here."""
