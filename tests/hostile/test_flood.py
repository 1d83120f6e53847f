"""Many at once whose certificates take for ever: they are turned away, and whoever is known is not kept
waiting."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.alexa import pki
from tests.hostile.amazon import address
from tests.hostile.shop import shop

FLOOD, ABREAST = 300, 60
# Waiting for a certificate takes 1.5 at most; the rest is for a machine that sixty clients keep busy.
SECONDS = 4.0


def test_a_flood_of_chains_that_hang_keeps_no_shopper_waiting(tmp_path: Path) -> None:
    with shop(tmp_path) as served, ThreadPoolExecutor(ABREAST) as crowd:
        served.amazon.host.answers = {
            f"/echo.api/flood-{number}.pem": pki.hanging() for number in range(FLOOD)
        }
        # The good chain is fetched once, and remembered from here on.
        assert served.send(served.post()).status == 200
        posts = [served.post(url=address(f"flood-{number}")) for number in range(FLOOD)]
        hostile = [crowd.submit(served.send, post) for post in posts]
        shoppers = []
        while not all(one.done() for one in hostile):
            shoppers.append(served.send(served.post()))
        answers = [one.result() for one in hostile]
        assert {answer.status for answer in answers} == {400}
        assert max(answer.seconds for answer in answers) < SECONDS
        reasons = Counter(answer.json["error"].split(":")[0] for answer in answers)
        assert set(reasons) == {"chain_fetch", "chain_busy"}
        # Few were fetched at all, each once; the others went as they came.
        fetched = [path for path in served.amazon.host.paths if "flood" in path]
        assert len(fetched) == len(set(fetched)) == reasons["chain_fetch"] < FLOOD / 4
        assert shoppers
        assert {answer.status for answer in shoppers} == {200}
        assert max(answer.seconds for answer in shoppers) < SECONDS
        assert served.healthy()
