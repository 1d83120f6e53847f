"""The dialects a feed may be written in. A new one is a file here and a line in DIALECTS."""

from __future__ import annotations

from skill.catalogue.dialects import acp, google, jsonld, magento, meta, openai, shopify, woocommerce
from skill.catalogue.dialects.row import Dialect

# In the order they are tried: what has names nobody else uses goes first.
DIALECTS: tuple[Dialect, ...] = (
    shopify.DIALECT,
    woocommerce.DIALECT,
    magento.DIALECT,
    jsonld.DIALECT,
    acp.DIALECT,
    openai.DIALECT,
    meta.DIALECT,
    google.DIALECT,
)
