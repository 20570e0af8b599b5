"""The command line's words for a plan, a snapshot, ports and a service in; their values out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tfreach.cli.guard import say
from tfreach.cli.progress import Progress
from tfreach.cli.reading import read, refuse_large
from tfreach.engine.verdicts import Options
from tfreach.errors import UsageError
from tfreach.pipeline import Analysis, analyse
from tfreach.plan.document import is_binary
from tfreach.records import dataclass
from tfreach.report.found import Basis, Files
from tfreach.space.headers import (
    ALL_SERVICES,
    EPHEMERAL,
    ICMP_OF,
    NAMES,
    NUMBERS,
    PROTOCOLS,
    TCP,
    UDP,
    Family,
    service,
    services,
)
from tfreach.space.intervals import IntervalSet
from tfreach.topology.network import Network, Unmodelled

if TYPE_CHECKING:
    from tfreach.plan.modules import Source


FILES = Files()
ECHO = {Family.IPV4: "8/0", Family.IPV6: "128/0"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Services as a person asks for them: `tcp` and `443`, `icmp` and `8/0`, `any` and `all`.

    family   the only one asked about; ICMP has a protocol of its own in each
    """

    protocol: str
    ports: str
    services: IntervalSet
    family: Family | None = None


def load(
    plan: str,
    config_dir: str | None,
    config: str | None,
    *,
    quiet: bool,
    check_all: bool = False,
    everywhere: bool = False,
) -> Analysis:
    """Read and build PLAN, with its source; notes go to standard error. Raises InputError."""
    if config_dir is not None and config is not None:
        raise UsageError("--config-dir and --config exclude each other")
    name = "standard input" if plan == "-" else plan
    with Progress(f"reading {name}", quiet=quiet) as now:
        data = [read(plan)]
        source = _source(config_dir, config)
        if is_binary(data[0]):
            from tfreach.plan.binary import shown_by_terraform

            source = source or _inside(data[0], name)
            data = [shown_by_terraform(data[0], name, _folders(config_dir, plan))]
            refuse_large(len(data[0]), name)
        # Handed over, and not kept here: a large plan is in memory once.
        found = analyse(
            data.pop(), name, source, check_all=check_all, everywhere=everywhere, now=now
        )
    for note in () if quiet else found.notes:
        say(f"note: {note}")
    return found


def _source(config_dir: str | None, config: str | None) -> Source | None:
    if config is not None:
        data = read(config)
        if not is_binary(data):
            raise UsageError(
                f"--config {config}: this is no binary plan file",
                hint="--config-dir names a folder with Terraform source",
            )
        return _inside(data, config)
    if config_dir is None:
        return None
    from tfreach.plan.cache import Cache
    from tfreach.plan.modules import Source

    if not Path(config_dir).is_dir():
        raise UsageError(f"--config-dir {config_dir}: there is no such folder")
    return Source.of_folder(Path(config_dir), Cache.of_user())


def _inside(data: bytes, name: str) -> Source:
    from tfreach.plan.cache import Cache
    from tfreach.plan.modules import Source

    return Source.of_plan_file(data, name, Cache.of_user())


def _folders(config_dir: str | None, plan: str) -> list[Path]:
    """Where Terraform may have been initialised, the likeliest first."""
    given = [] if config_dir is None else [Path(config_dir)]
    beside = [] if plan == "-" else [Path(plan).resolve().parent]
    return [*given, *beside, Path.cwd()]


def project(plan: str) -> str:
    """What a stack is called unless --project says: by the folder of its plan."""
    return (Path.cwd() if plan == "-" else Path(plan).resolve().parent).name or "/"


def snapshot(analysis: Analysis, state: str | None) -> str:
    """Which snapshot is meant; a state has one. Raises UsageError."""
    if analysis.kind != "state":
        return state or "planned"
    if state == "planned":
        raise UsageError("a state has no planned snapshot", hint="leave --state out")
    return "current"


def network_of(analysis: Analysis, state: str) -> Network:
    return analysis.before if state == "current" else analysis.after


def basis(analysis: Analysis, name: str, state: str, files: Files = FILES) -> Basis:
    """What an answer about `state` rests on; "" for both snapshots together."""
    networks = [network_of(analysis, state)] if state else [analysis.after, analysis.before]
    assumptions = dict.fromkeys(text for network in networks for text in network.assumptions)
    return Basis(
        name,
        state,
        sum(one.changes for one in analysis.planned.values()),
        analysis.references,
        tuple(assumptions),
        _unmodelled(networks),
        analysis.warnings,
        files,
    )


def _unmodelled(networks: list[Network]) -> tuple[Unmodelled, ...]:
    """Those of all networks, one of each type."""
    found: dict[str, Unmodelled] = {}
    for one in (one for network in networks for one in network.unmodelled):
        known = found.setdefault(one.type, one)
        addresses = tuple(sorted({*known.addresses, *one.addresses}))
        found[one.type] = replace(known, addresses=addresses)
    return tuple(found[name] for name in sorted(found))


def options(client_ports: str, source_port: int | None = None) -> Options:
    """The client ports that count. Raises UsageError."""
    if source_port is not None:
        return Options(IntervalSet.span(source_port, source_port))
    if client_ports == "1024-65535":
        return Options(EPHEMERAL)
    return Options(IntervalSet.of(_span(part, client_ports) for part in client_ports.split(",")))


def _span(text: str, whole: str) -> tuple[int, int]:
    lo, dash, hi = text.strip().partition("-")
    span = _number(lo, 65535, whole), _number(hi if dash else lo, 65535, whole)
    if span[0] > span[1]:
        raise UsageError(f"{whole!r} is not a range of ports", hint="as in 1024-65535")
    return span


def _number(text: str, most: int, whole: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise UsageError(f"{whole!r}: expected a number up to {most}")
    return int(text)


def asked(protocol: str | None, port: str | None, family: str | None = None) -> Asked:
    """--protocol, --port and --family; without the first two, every service. Raises UsageError."""
    found = _asked(protocol, port)
    wanted = None if family is None else Family(family)
    if found.family and wanted and found.family is not wanted:
        raise UsageError(f"--protocol {protocol} is a protocol of {found.family.value} only")
    return replace(found, family=found.family or wanted)


def _asked(protocol: str | None, port: str | None) -> Asked:
    name = (protocol or ("any" if port is None else "tcp")).lower()
    number = None if name == "any" else NUMBERS.get(name)
    if name != "any" and number is None:
        number = _number(name, PROTOCOLS - 1, protocol or "")
    if number in (TCP, UDP):
        name = {TCP: "tcp", UDP: "udp"}[number]
        if port is None:
            return Asked(name, "all", services(number))
        return Asked(name, str(int(port)), _one(service(number, _number(port, 65535, port))))
    for family, icmp in ICMP_OF.items():
        if number == icmp:
            kind, _, code = (port or ECHO[family]).partition("/")
            known = _number(kind, 255, port or "") * 256 + _number(code or "0", 255, port or "")
            text = f"{known >> 8}/{known & 255}"
            return Asked(NAMES[icmp], text, _one(service(icmp, known)), family)
    if port is not None:
        raise UsageError("--port goes with --protocol tcp, udp, icmp or icmpv6")
    if number is None:
        return Asked("any", "all", ALL_SERVICES)
    return Asked(str(number), "all", services(number))


def _one(number: int) -> IntervalSet:
    return IntervalSet.span(number, number)
