"""A real window on a virtual screen, used with a real mouse and a real keyboard."""
