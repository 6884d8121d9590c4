"""`python -m tests.faults.matrix`: the long form of the crash matrix, seed by seed, and its table."""

import argparse
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from contextlib import ExitStack, nullcontext
from time import monotonic, strftime

from tests.faults.matrix.outcome import Outcome
from tests.faults.matrix.places import postgresql
from tests.faults.matrix.runs import play
from tests.faults.matrix.table import line_of, table_of


def main(arguments: list[str]) -> int:
    """Play the seeds; returns 1 where anything was found."""
    asked = _parser().parse_args(arguments)
    seeds = [asked.seed] if asked.seed is not None else range(asked.first, asked.first + asked.seeds)
    began = monotonic()
    said = f"{asked.database}, replicas: {asked.replicas}, leads a seed: {asked.leads}"
    say(f"{strftime('%Y-%m-%d %H:%M')}: {said}")
    with ExitStack() as stack:
        server = stack.enter_context(postgresql() if asked.database == "postgresql" else nullcontext())
        context = multiprocessing.get_context("spawn")
        pool = stack.enter_context(ProcessPoolExecutor(asked.at_once, mp_context=context))
        url = None if server is None else server.url
        futures: list[Future[Outcome]] = [pool.submit(play, seed, asked, url) for seed in seeds]
        outcomes = []
        for outcome in _played(futures, began + asked.minutes * 60):
            outcomes.append(outcome)
            say(f"{len(outcomes)}/{len(futures)} {line_of(outcome)}")
            if outcome.problems:
                say(f"  the bots' logs: {outcome.logs}\n  again: {again(outcome.seed, asked)}")
    say(f"\n{table_of(outcomes)}\n\nin {(monotonic() - began) / 60:.0f} min")
    return 1 if any(one.problems for one in outcomes) else 0


def _played(futures: Sequence[Future[Outcome]], until: float) -> Iterator[Outcome]:
    """What the seeds left as they end; from then on only those that are being played are waited for."""
    for future in as_completed(futures):
        if not future.cancelled():
            yield future.result()
        if monotonic() > until:
            for waiting in futures:
                waiting.cancel()


def again(seed: int, asked: argparse.Namespace) -> str:
    """The command that repeats one seed."""
    return (
        f"python -m tests.faults.matrix --seed {seed} --database {asked.database} --replicas {asked.replicas} "
        f"--leads {asked.leads} --kills {asked.kills} --skew {asked.skew:g}"
    )


def say(text: str) -> None:
    print(text, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.matrix", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument(
        "--replicas", type=int, default=1, help="bots at once; more than one on PostgreSQL only"
    )
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--seed", type=int, help="this one alone")
    parser.add_argument("--leads", type=int, default=5, help="in each seed")
    parser.add_argument(
        "--kills", type=int, default=2, help="named ones of each bot in each seed; more come at random"
    )
    parser.add_argument(
        "--skew", type=float, default=0.0, help="seconds by which the last bot's clock is wrong"
    )
    parser.add_argument("--minutes", type=float, default=600.0, help="after that no further seed is begun")
    parser.add_argument("--at-once", type=int, default=6, help="seeds that are played side by side")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
