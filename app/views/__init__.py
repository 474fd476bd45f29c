"""Widgets.  They draw what they are told and emit what the user wants; they decide nothing."""
