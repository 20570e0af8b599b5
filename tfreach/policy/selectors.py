"""A selector and a network in; the endpoints it selects, and how sure that is, out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from difflib import get_close_matches

from tfreach.errors import UsageError
from tfreach.policy.addresses import Chosen, Held, holders, within
from tfreach.policy.grammar import Both, Either, Not, Selector, Term, parse
from tfreach.policy.patterns import matches
from tfreach.records import dataclass
from tfreach.space.headers import prefix
from tfreach.space.intervals import EMPTY, IntervalSet
from tfreach.topology.apart import apart
from tfreach.topology.network import (
    INTERNET,
    ON_PREMISES,
    AwsService,
    Endpoint,
    Network,
    OneOf,
    Origin,
    ToService,
    Tri,
    beyond,
)

__all__ = [
    "Chosen",
    "Selection",
    "counterpart",
    "everything",
    "parse",
    "select",
    "with_services",
]

SERVICE = "service:"


@dataclass(frozen=True, slots=True)
class Selection:
    """The endpoints that a selector means in one network.

    chosen    by endpoint id, sorted
    nobody    addresses asked for that no interface holds; only where nothing else was found
    outside   private addresses asked for that lie in no modelled network, likewise
    notes     what was taken for granted
    """

    chosen: Mapping[str, Chosen] = field(default_factory=dict)
    nobody: IntervalSet = EMPTY
    outside: IntervalSet = EMPTY
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.chosen or self.nobody or self.outside)


def select(selector: Selector, network: Network, *, allow_empty: bool = False) -> Selection:
    """What `selector`, and each of its parts, means. Raises UsageError where that is nothing."""
    found = _select(selector, network, allow_empty)
    if not found and not allow_empty:
        raise UsageError("the selector selects no endpoint", hint="--allow-empty accepts that")
    return Selection(
        {name: found.chosen[name] for name in sorted(found.chosen)},
        found.nobody,
        found.outside,
        found.notes,
    )


def everything(network: Network) -> Selection:
    """Every endpoint, as when nothing is asked for in particular."""
    return Selection({name: Chosen() for name in sorted(network.endpoints)})


def counterpart(found: Selection, here: Network, far: Network) -> Selection:
    """The same endpoints in the other snapshot, where they may have another address."""
    later = {end.previous_id: end.id for end in far.endpoints.values() if end.previous_id}
    chosen: dict[str, Chosen] = {}
    for name, one in found.chosen.items():
        names = (name, here.endpoints[name].previous_id, later.get(name, ""))
        if known := next((other for other in names if other in far.endpoints), ""):
            chosen[known] = one
    return replace(found, chosen={name: chosen[name] for name in sorted(chosen)})


def with_services(network: Network, *selectors: Selector) -> Network:
    """The network that treats apart the services of AWS that the selectors name, by whichever way
    it offers them."""
    for text in sorted({term for one in selectors for term in _service_terms(one)}):
        names = {one.id: (one.id, f"{SERVICE}{one.name}") for one in network.services.values()}
        id = next((id for id, own in names.items() if text in own), text)
        found = network.services.get(id)
        if found is None or (_is_public(found) and not _is_named(found)):
            network = apart(network, id)
    return network


def _service_terms(selector: Selector) -> Iterator[str]:
    match selector:
        case Term(text):
            if text.startswith(SERVICE) and text != SERVICE:
                yield text
        case Not(of):
            yield from _service_terms(of)
        case Both(parts) | Either(parts):
            for part in parts:
                yield from _service_terms(part)


def _select(selector: Selector, network: Network, allow_empty: bool) -> Selection:
    match selector:
        case Term():
            return _term(selector.text, network, allow_empty)
        case Not():
            return _others(_select(selector.of, network, allow_empty), network)
        case Either():
            return _join([_select(part, network, allow_empty) for part in selector.of])
        case Both():
            first, *rest = (_select(part, network, allow_empty) for part in selector.of)
            for part in rest:
                first = _common(first, part, network)
            return first


def _others(found: Selection, network: Network) -> Selection:
    """Every endpoint that is not surely selected, and the addresses left of one that is in part."""
    chosen: dict[str, Chosen] = {}
    for name, endpoint in network.endpoints.items():
        known = found.chosen.get(name)
        if known is None:
            chosen[name] = Chosen()
        elif known.doubt:
            chosen[name] = Chosen(None, known.doubt)
        elif known.limit is not None:
            chosen[name] = Chosen((within(endpoint, network) or EMPTY) - known.limit)
    return Selection(chosen, notes=found.notes)


def _join(parts: list[Selection]) -> Selection:
    chosen: dict[str, Chosen] = {}
    nobody, outside = EMPTY, EMPTY
    notes: tuple[str, ...] = ()
    for part in parts:
        for name, one in part.chosen.items():
            chosen[name] = _either(chosen[name], one) if name in chosen else one
        nobody, outside = nobody | part.nobody, outside | part.outside
        notes += part.notes
    return Selection(chosen, nobody, outside, notes)


def _either(a: Chosen, b: Chosen) -> Chosen:
    limit = None if a.limit is None or b.limit is None else a.limit | b.limit
    sure = (one for one in (a, b) if not one.doubt and one.limit == limit)
    return Chosen(limit, "" if any(sure) else a.doubt or b.doubt)


def _common(a: Selection, b: Selection, network: Network) -> Selection:
    chosen: dict[str, Chosen] = {}
    for name in a.chosen.keys() & b.chosen.keys():
        one, other = a.chosen[name], b.chosen[name]
        limits = [limit for limit in (one.limit, other.limit) if limit is not None]
        limit = limits[0] & limits[-1] if limits else None
        if limit is None or limit:
            chosen[name] = Chosen(limit, one.doubt or other.doubt)
    return Selection(chosen, a.nobody & b.nobody, a.outside & b.outside, a.notes + b.notes)


def _term(text: str, network: Network, allow_empty: bool) -> Selection:
    form, colon, rest = text.partition(":")
    if text == INTERNET:
        return Selection({INTERNET: Chosen()} if INTERNET in network.endpoints else {})
    if text == ON_PREMISES:
        return _on_premises(network, allow_empty)
    if block := _block(text):
        held: Held = holders(network, block, text)
        return Selection(held.chosen, held.nobody, held.outside, held.notes)
    if colon and form in _FORMS:
        find, names = _FORMS[form]
        found = find(rest.strip(), network)
    else:
        found, names = _named(text, network), _endpoint_names
    if not found and not allow_empty:
        raise _nothing(text, rest.strip() if colon and form in _FORMS else text, names(network))
    by_name = text.startswith(SERVICE)
    return Selection(found, notes=tuple(_other_ways(found, network, by_name)))


def _on_premises(network: Network, allow_empty: bool) -> Selection:
    """What lies behind a virtual private gateway, a VPN or Direct Connect, if there is one."""
    if ON_PREMISES in network.endpoints:
        return Selection({ON_PREMISES: Chosen()})
    if allow_empty:
        return Selection()
    raise UsageError(
        f"{ON_PREMISES!r} selects nothing: no virtual private gateway, VPN or Direct Connect here",
        hint="--with adds the plan or state that has it; --allow-empty accepts that",
    )


def _block(text: str) -> IntervalSet | None:
    """The addresses of a block of either family; None for what is not one."""
    ipv6 = text.count(":") > 1 and set(text) <= set("0123456789abcdefABCDEF:./")
    if not ipv6 and (not text[:1].isdigit() or set(text) - set("0123456789./")):
        return None
    try:
        return prefix(text)
    except ValueError as error:
        family = "IPv6" if ipv6 else "IPv4"
        raise UsageError(f"{text!r} is not an {family} address or block: {error}") from error


def _nothing(text: str, name: str, names: Iterable[str]) -> UsageError:
    near = get_close_matches(name, sorted(set(names) - {""}), n=3, cutoff=0.5)
    hint = f"did you mean {', '.join(near)}?" if near else "--allow-empty accepts that"
    return UsageError(f"the selector {text!r} selects nothing", hint=hint)


_ARN_KINDS = {"lambda": "lambda_function", "rds": "db_instance"}
"""ARNs of other services than EC2 end in names, which are unique for one kind only."""


def _named(text: str, network: Network) -> dict[str, Chosen]:
    """By Terraform address, glob or identifier, of the endpoint or of one of its interfaces."""
    text = network.known_as.get(text, text)
    return {
        name: Chosen()
        for name, endpoint in network.endpoints.items()
        if beyond(network, name) is None
        and (any(matches(text, one) for one in _all_names(endpoint)) or _arn(text, endpoint))
    }


def _all_names(endpoint: Endpoint) -> set[str]:
    own = {endpoint.id, endpoint.address, endpoint.cloud_id}
    return own | {face.id for face in endpoint.interfaces}


def _is_arn(text: str) -> bool:
    return text.startswith("arn:") and text.count(":") >= 5


def _arn(text: str, endpoint: Endpoint) -> bool:
    if not _is_arn(text) or not endpoint.cloud_id:
        return False
    parts = text.split(":", 5)
    kind = _ARN_KINDS.get(parts[2], endpoint.kind)
    tail = parts[5].replace("/", ":").rpartition(":")[2]
    return kind == endpoint.kind and tail == endpoint.cloud_id


def _endpoint_names(network: Network) -> set[str]:
    return {name for end in network.endpoints.values() for name in _all_names(end)}


def _tagged(text: str, network: Network) -> dict[str, Chosen]:
    name, equals, value = text.partition("=")
    name, value = name.strip().strip('"'), value.strip().strip('"')
    return {
        end.id: Chosen()
        for end in network.endpoints.values()
        if name in end.tags and (not equals or end.tags[name] == value)
    }


def _of_kind(text: str, network: Network) -> dict[str, Chosen]:
    return {end.id: Chosen() for end in network.endpoints.values() if end.kind == text}


def _in_group(text: str, network: Network) -> dict[str, Chosen]:
    wanted = _known(text, network, {name: one.origin for name, one in network.groups.items()})
    found: dict[str, Chosen] = {}
    for end in network.endpoints.values():
        links = [link for face in end.interfaces for link in face.groups]
        if any(link.sure and link.ids[0] in wanted for link in links):
            found[end.id] = Chosen()
        elif wanted and any(_may_lead(link, wanted) for link in links):
            doubt = f"whether {end.id} carries {text} is not known before apply"
            found[end.id] = Chosen(None, doubt)
    return found


def _in_subnet(text: str, network: Network) -> dict[str, Chosen]:
    origins = {name: subnet.origin for name, subnet in network.subnets.items()}
    return _placed(text, network, _known(text, network, origins))


def _in_vpc(text: str, network: Network) -> dict[str, Chosen]:
    vpcs = _known(text, network, {name: vpc.origin for name, vpc in network.vpcs.items()})
    subnets = {name for name, subnet in network.subnets.items() if subnet.vpc in vpcs}
    return _placed(text, network, subnets)


def _placed(text: str, network: Network, subnets: set[str]) -> dict[str, Chosen]:
    """Who lives in one of `subnets`; with doubt where the plan does not say in which."""
    found: dict[str, Chosen] = {}
    for end in network.endpoints.values() if subnets else ():
        for face in end.interfaces:
            inside = [site.subnet in subnets for site in face.sites]
            if inside and (all(inside) if face.unknown else any(inside)):
                found[end.id] = Chosen()
            elif face.unknown and (any(inside) or not inside):
                doubt = f"whether {end.id} is placed in {text} is not known before apply"
                found.setdefault(end.id, Chosen(None, doubt))
    return found


def _known(text: str, network: Network, origins: Mapping[str, Origin]) -> set[str]:
    """The ids that `text` names: by themselves, by the address they come from, by identifier or
    ARN."""
    text = network.known_as.get(text.rpartition("/")[2] if _is_arn(text) else text, text)
    return {
        name
        for name, origin in origins.items()
        if matches(text, name) or matches(text, origin.address)
    }


def _may_lead(link: OneOf, wanted: set[str]) -> bool:
    return link.open or not wanted.isdisjoint(link.ids)


def _other_ways(found: Iterable[str], network: Network, by_name: bool) -> Iterator[str]:
    for name in found:
        service = network.services.get(name)
        if service is not None and _has_gateway(service, network):
            for private, _ in service.private:
                yield f"{private}, another way to {name}, is not evaluated"
    for service in network.services.values() if by_name else ():
        for private, named in service.private:
            if private in found and named is Tri.NO:
                yield f"{private} leads to {service.id} by names of its own only (F74)"
            elif private in found:
                yield f"{service.id} is reached by its name through {private} (F74)"


def _is_public(service: AwsService) -> bool:
    """Whether it may be reached by the public way too: not one that PrivateLink offers."""
    return service.name.startswith(("com.", "cn.")) and ".vpce." not in service.name


def _is_named(service: AwsService) -> bool:
    return any(named is not Tri.NO for _, named in service.private)


def _has_gateway(service: AwsService, network: Network) -> bool:
    """Whether a gateway endpoint leads to it, somewhere."""
    targets = (
        target
        for table in network.tables.values()
        for route in table.routes
        for target in route.targets
    )
    return any(isinstance(one, ToService) and one.service == service.id for one in targets)


def _of_service(text: str, network: Network) -> dict[str, Chosen]:
    """By the short name or the full one: the service, where it is an endpoint of its own, and the
    interface endpoints that lead to it, unless a gateway endpoint does so too."""
    chosen: dict[str, Chosen] = {}
    for one in network.services.values():
        if text not in (one.id.removeprefix(SERVICE), one.name):
            continue
        if one.apart:
            chosen[one.id] = Chosen()
        for id, named in one.private if not _has_gateway(one, network) else ():
            if id in network.endpoints:
                doubt = f"whether the name of {one.id} leads to {id} is not known"
                chosen[id] = Chosen(None, doubt if named is Tri.MAYBE else "")
    return chosen


_Finder = Callable[[str, Network], dict[str, Chosen]]
_Names = Callable[[Network], Iterable[str]]
_FORMS: Mapping[str, tuple[_Finder, _Names]] = {
    "tag": (
        _tagged,
        lambda network: [
            name
            for end in network.endpoints.values()
            for key, value in end.tags.items()
            for name in (key, f"{key}={value}")
        ],
    ),
    "sg": (_in_group, lambda network: network.groups),
    "subnet": (_in_subnet, lambda network: network.subnets),
    "vpc": (_in_vpc, lambda network: network.vpcs),
    "service": (_of_service, lambda network: [one.name for one in network.services.values()]),
    "kind": (_of_kind, lambda network: [end.kind for end in network.endpoints.values()]),
}
