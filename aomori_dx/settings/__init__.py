"""Settings by environment: AOMORI_ENV is `dev` (default), `test` or `prod`."""

import os
from importlib import import_module

_name = os.environ.get("AOMORI_ENV", "dev")
if _name not in {"dev", "test", "prod"}:
    raise RuntimeError(f"AOMORI_ENV must be dev, test or prod, not {_name!r}.")
_module = import_module(f"aomori_dx.settings.{_name}")
globals().update({key: value for key, value in vars(_module).items() if key.isupper()})
