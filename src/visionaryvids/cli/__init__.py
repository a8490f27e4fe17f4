"""The command line: a thin face. Each command parses, calls one library function and prints.

Results go to stdout, progress and logs to stderr. Exit status: 0 done, 2 bad input (with a remedy), 1 our fault,
130 stopped by Ctrl-C. Heavy imports (torch, matplotlib) happen inside commands, so that `--help` is instant.
"""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from visionaryvids import __version__
from visionaryvids.cli.terminal import print_anything
from visionaryvids.errors import ConfigError, VisionaryVidsError

app = App(
    name="visionaryvids",
    help="Describe a moment; get it back: moment retrieval and highlight detection in video.",
    version=__version__,
    suppress_keyboard_interrupt=False,  # `main` says how to go on
)


@functools.cache
def register() -> None:
    """Hang every command on `app`; kept in one place so that the list of commands can be read at a glance."""
    from visionaryvids.cli import (
        cache,
        data,
        demo,
        doctor,
        encoders,
        evaluate,
        export,
        extract,
        find,
        highlights,
        report,
        reproduce,
        train,
        weights,
    )

    app.command(find.find)
    app.command(highlights.highlights)
    app.command(export.export)
    app.command(demo.demo)
    app.command(train.train)
    app.command(reproduce.reproduce)
    app.command(evaluate.evaluate)
    app.command(report.report)
    app.command(data.app)
    app.command(extract.extract)
    app.command(encoders.encoders)
    app.command(cache.app)
    app.command(weights.app)
    app.command(doctor.doctor)


def main(tokens: list[str] | None = None) -> None:
    """Run one command and leave with its exit status."""
    register()
    print_anything()
    words = sys.argv[1:] if tokens is None else tokens
    try:
        _refuse_empty(words)
        status = app(words, exit_on_error=False, print_error=True)
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is told of here, and not when Python ends
    except CycloptsError:
        sys.exit(2)
    except VisionaryVidsError as error:
        print(f"visionaryvids: {error}", file=sys.stderr)
        sys.exit(error.exit_status)
    except BrokenPipeError:
        sys.exit(0)
    except SystemExit as left:  # the help is printed by `rich`, which leaves with 1 when nobody reads on
        sys.exit(0 if isinstance(left.__context__, BrokenPipeError) else left.code)
    except OSError as error:  # no permission, a name too long, a full disk: where no command had a better remedy
        print(f"visionaryvids: {error.filename or 'output'}: {error.strerror or error}", file=sys.stderr)
        print("  -> check the path, its permissions, and that the disk has space", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("visionaryvids: stopped; the same command goes on (train and reproduce: with --resume)", file=sys.stderr)
        sys.exit(130)
    except Exception:  # what remains is ours: say so, and leave what is needed to report it
        traceback.print_exc()
        print("visionaryvids: this is a fault of visionaryvids, not of your input; please report it", file=sys.stderr)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _refuse_empty(words: Sequence[str]) -> None:
    """Refuse empty words, which nobody means; as a path, one would be the current folder.

    Raises:
        ConfigError: there is one.
    """
    for number, word in enumerate(words, start=1):
        is_unset = word.startswith("--") and word.find("=") == len(word) - 1  # --video=
        if not word or is_unset:
            where, expected = word.rstrip("=") or f"argument {number}", "a file name, a sentence or a value"
            raise ConfigError(where, "empty", expected, "is a variable of the shell not set? otherwise leave it out")
