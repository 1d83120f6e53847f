"""flask-ask-sdk's adapter, importable on current OpenSSL.

flask_ask_sdk imports ask_sdk_webservice_support.verifier, which imports certvalidator → oscrypto 1.3.0.
That release reads OpenSSL's version with a pattern that knows one digit a part, so from 3.0.10 on the
import raises LibraryNotFoundError (wbond/oscrypto issues 75, 78 and 81; mended on its master in 2023,
never released). We verify requests ourselves, on the raw body, before the adapter sees them, so the
validator is never called: an empty stand-in for certvalidator is all the import needs.
`tests/alexa/test_bridge.py` fails as soon as the plain import works, and this module can go.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def skill_adapter() -> Any:
    """The class flask_ask_sdk.skill_adapter.SkillAdapter."""
    if "flask_ask_sdk.skill_adapter" not in sys.modules:
        sys.modules.setdefault("certvalidator", _stand_in())
        sys.modules.setdefault("certvalidator.errors", sys.modules["certvalidator"].errors)
    from flask_ask_sdk.skill_adapter import SkillAdapter

    return SkillAdapter


def _stand_in() -> Any:
    validator, errors = ModuleType("certvalidator"), ModuleType("certvalidator.errors")

    class NotHere:
        """Raised to whoever would verify with the SDK's own verifier."""

        def __init__(self, *_: object, **__: object) -> None:
            raise RuntimeError("certvalidator is stood in for; verify with skill.alexa.verifier")

    class PathError(Exception):
        """Named by an except clause of the SDK's verifier."""

    class ValidationError(Exception):
        """Named by an except clause of the SDK's verifier."""

    for name, value in (("CertificateValidator", NotHere), ("errors", errors)):
        setattr(validator, name, value)
    for error in (PathError, ValidationError):
        setattr(errors, error.__name__, error)
    return validator
