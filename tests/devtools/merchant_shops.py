"""Shops for tests of the merchant's page: an empty one, the sample, and a feed that sounds poor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from skill.app import App
from skill.developing import development
from skill.server import create_app
from skill.settings import Settings
from tests.serving import serving
from tests.talk import publish_sample

HEADER = "id\ttitle\tdescription\tlink\tprice\tavailability\tbrand\tproduct_type\n"
# A code, capitals, and two that sound alike; the last row has no price.
DULL = (
    "a1\tAcme XZ-4711/B9 kettle\tBoils water.\thttps://shop.example/a1\t19.00 USD\tin_stock\tAcme\tKitchen\n"
    "a2\tACME TOASTER DELUXE\tToasts bread.\thttps://shop.example/a2\t29.00 USD\tin_stock\tAcme\tKitchen\n"
    "a3\tAcme flour sieve\tSieves.\thttps://shop.example/a3\t9.00 USD\tin_stock\tAcme\tKitchen\n"
    "a4\tAcme flower sieve\tSieves, too.\thttps://shop.example/a4\t9.00 USD\tin_stock\tAcme\tKitchen\n"
    "a5\tAcme bread board\tOf beech.\thttps://shop.example/a5\t12.00 USD\tin_stock\tAcme\tKitchen\n"
)
BROKEN = "a6\tAcme spoon\tStirs.\thttps://shop.example/a6\tnot a price\tin_stock\tAcme\tKitchen\n"
FACTS = 'name = "Kettle Corner"\ncurrency = "USD"\nlocale = "en-US"\ntimezone = "America/New_York"\n'


def feed(*, rows: str = DULL + BROKEN) -> bytes:
    """A feed in Google's format."""
    return (HEADER + rows).encode()


def empty_shop(folder: Path) -> App:
    """A deployment nothing was ever sold in, its state under `folder`."""
    settings = Settings(store=f"sqlite:{folder / 'shop.db'}", catalogues=folder / "catalogues")
    return development(settings).main


def sample(folder: Path) -> App:
    """The sample shop, live."""
    app = empty_shop(folder)
    publish_sample(app)
    return app


@contextmanager
def served(app: App) -> Iterator[str]:
    """The address of a real server with this shop."""
    with serving(create_app(app, verify=None)) as address:
        yield address
