"""All that is refused, wherever it is sent."""

from __future__ import annotations

from tests.hostile import rows_body, rows_chain, rows_form, rows_signature, rows_url

REFUSED = (*rows_url.ROWS, *rows_signature.ROWS, *rows_chain.ROWS, *rows_body.ROWS, *rows_form.ROWS)
