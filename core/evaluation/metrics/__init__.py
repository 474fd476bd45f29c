"""One metric a module; its name holds its protocol."""
