"""Runs a command: exit codes 0 done, 1 a job failed, 2 bad input or usage; an error is one line on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

import click

from ..errors import Cancelled, InputError, MimeshError
from ..log.write import log_unexpected
from .interruption import listen

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def run(arguments: Sequence[str]) -> int:
    """Run ``arguments`` (without the program's name); gives the exit code, never raises."""

    def command() -> object:
        from .root import root  # takes seconds (torch), in which Ctrl-C may come too

        return root.main(list(arguments), prog_name="python main.py", standalone_mode=False)

    return _guarded(command)


def run_command(command: click.Command) -> NoReturn:
    """Run a command that is a module of its own (``python -m``) with the process's arguments, and exit."""
    sys.exit(_guarded(lambda: command.main(standalone_mode=False)))


def _guarded(command: Callable[[], object]) -> int:
    try:
        listen()
        result = command()
        return result if isinstance(result, int) else DONE
    except click.exceptions.Abort:
        return _say("Interrupted; nothing partial was left.", INTERRUPTED)
    except (KeyboardInterrupt, Cancelled):
        return _say("Interrupted; nothing partial was left.", INTERRUPTED)
    except click.ClickException as error:
        return _say(error.format_message(), BAD_INPUT)
    except InputError as error:
        return _say(str(error), BAD_INPUT)
    except MimeshError as error:
        return _say(str(error), FAILED)
    except BrokenPipeError:
        return FAILED
    except MemoryError:
        return _say("Not enough memory for this; use smaller pictures.", FAILED)
    except Exception as error:
        where = log_unexpected(error)
        return _say(f"Something unexpected went wrong ({type(error).__name__}); the details are in {where}.", FAILED)


def _say(message: str, code: int) -> int:
    sys.stderr.write(f"Error: {' '.join(message.split())}\n")
    return code
