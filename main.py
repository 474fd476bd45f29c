"""Mimesh.  Without a command the app opens; ``python main.py --help`` lists the commands.

Nothing heavy is imported here: the app's window is painted before torch is loaded.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def not_installed(error: ImportError) -> str:
    """What to do where this Python lacks a package."""
    return f"Error: {error}. Install what Mimesh needs with make setup, then start it with .venv/bin/python main.py.\n"


try:
    import click

    from core.cli.log_paths import log_paths_option
except ModuleNotFoundError as missing:
    sys.stderr.write(not_installed(missing))
    sys.exit(2)


def main(arguments: list[str]) -> int:
    """Run the app or a command; gives the exit code."""
    try:
        if arguments and arguments[0] != "app":
            from core.cli.run import run
            from core.log.watch import watching

            with watching():
                return run(arguments)
        return int(open_app.main(arguments[1:], prog_name="python main.py app", standalone_mode=False) or 0)
    except click.ClickException as error:
        sys.stderr.write(f"Error: {error.format_message()}\n")
        return 2
    except (KeyboardInterrupt, click.Abort):
        return 130
    except ModuleNotFoundError as error:
        sys.stderr.write(not_installed(error))
        return 2


@click.command()
@click.argument("source", required=False, type=click.Path(path_type=Path))
@click.argument("driving", required=False, type=click.Path(path_type=Path))
@click.option("--sample", is_flag=True, help="Open with the sample pair.")
@click.option("--model", help="What draws: geometric, a model's name, or a folder of exported weights.")
@log_paths_option
def open_app(source: Path | None, driving: Path | None, sample: bool, model: str | None) -> int:
    """Open the window, with SOURCE and DRIVING if they are given."""
    if not has_display():
        return without_display(source, driving, model)
    try:
        from app import run

        return run(source, driving, sample, model)
    except ImportError as error:
        raise click.ClickException(f"The window cannot open: {error}. Install what is missing: make setup.") from error


def has_display() -> bool:
    """Whether a window can be opened here at all."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def without_display(source: Path | None, driving: Path | None, model: str | None = None) -> int:
    """The same job without a window: picture, panels and GIF in ``out/``."""
    from core.cli.run import run
    from core.pipeline.samples import sample_driving, sample_source

    click.echo("There is no display here, so no window can be opened: writing picture, panels and GIF to out/ instead.")
    out = Path("out")
    try:
        out.mkdir(exist_ok=True)
    except OSError as error:
        raise click.ClickException(f"The folder 'out' cannot be made here ({error.strerror}).") from error
    pair = [str(source or sample_source()), str(driving or sample_driving())]
    drawn_by = [] if model is None else ["--model", model]
    return run(["reenact", *pair, "-o", str(out / "result.png"), "--panels", str(out / "panels"), *drawn_by]) or run(
        ["animate", *pair, "-o", str(out / "result.gif"), *drawn_by]
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
