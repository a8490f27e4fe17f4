"""`visionaryvids doctor`: what is here and what is missing."""

from __future__ import annotations

import json
from functools import partial
from typing import Annotated

from cyclopts import Parameter


def doctor(*, json_output: Annotated[bool, Parameter(name="--json", negative="")] = False) -> int:
    """Look at everything that `find` needs, and say what to do about what is missing.

    Exit status: 0 if `find` will work, 2 if not.

    Args:
        json_output: print one JSON object instead of text.
    """
    from visionaryvids.features.cache import FeatureCache
    from visionaryvids.features.health import attempt, checkup, published_files
    from visionaryvids.model.released import RELEASED

    models = [attempt(f"model {name}", partial(_load_model, name)) for name in ("lite", "text-track")]
    released = published_files("released models", RELEASED, "UMT")
    checks = (*checkup(FeatureCache.default()), released, *models)
    works = not any(check.fails for check in checks)
    if json_output:
        found = [check.to_dict() for check in checks]
        print(json.dumps({"schema": "visionaryvids/doctor/1", "works": works, "checks": found}, indent=2))
    else:
        print("\n".join(map(str, checks)))
        print("\n`visionaryvids find` will work." if works else "\n`visionaryvids find` will not work yet: see FAIL.")
    return 0 if works else 2


def _load_model(name: str) -> str:
    from visionaryvids.localize import Localizer

    localizer = Localizer.load(name, cache=False)
    return f"loads, for encoders {localizer.encoders.spec.name} version {localizer.encoders.spec.version}"
