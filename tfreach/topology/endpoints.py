"""Instances, interfaces, functions and databases of an inventory in; Endpoints of the model out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tfreach.plan.raw import Unknown
from tfreach.plan.references import How, Link
from tfreach.resources import compute as typed
from tfreach.resources.vpc import Subnet as TypedSubnet
from tfreach.topology.addresses import freed_addresses, public_address
from tfreach.topology.carried import AttachedGroups
from tfreach.topology.faces import as_public
from tfreach.topology.ground import Ground
from tfreach.topology.middleboxes import check_origin, forwards
from tfreach.topology.network import Endpoint, Interface, Origin, Public, Subnet, Tri
from tfreach.topology.placed import Placed
from tfreach.topology.sites import Places, Sites, names
from tfreach.topology.ties import Ties

NO_CALLS = "a function's interface takes no calls"


class Builder:
    """Builds the endpoints of one side."""

    def __init__(
        self, ground: Ground, subnets: Mapping[str, Subnet], elastic: Mapping[str, Public]
    ) -> None:
        self._ground = ground
        self._subnets = subnets
        self._elastic = elastic
        self._sites = Sites(ground, subnets)
        self._maps = {item.key: item.public_addresses for item in ground.now.of(TypedSubnet)}
        self._interfaces = {item.key: item for item in ground.now.of(typed.NetworkInterface)}
        self._attached_groups = AttachedGroups(ground)
        self._freed = freed_addresses(ground)
        self._states = Ties(ground.now.of(typed.InstanceState), lambda item: (item.instance,))
        self._tie()

    def _tie(self) -> None:
        """What ties interfaces to instances, from either end; and what only may."""
        attachments = self._ground.now.of(typed.InterfaceAttachment)
        before = self._ground.before
        gone = _tied(before.of(typed.InterfaceAttachment) if before else ()) - _tied(attachments)
        hosts = {key: self._hosts(item, gone) for key, item in self._interfaces.items()}
        self._foreign = hosts
        self._attaching = Ties(attachments, lambda item: (item.instance,))
        self._attached_by = Ties(attachments, lambda item: (item.interface,))
        self._naming = Ties(hosts, lambda key: hosts[key])
        perhaps = [(item.instance, item.interface) for item in attachments]
        perhaps += [
            (host, Link(How.FOLLOWED, (key,))) for key, links in hosts.items() for host in links
        ]
        unsure = [tie for tie in perhaps if not (tie[0].sure and tie[1].sure)]
        self._perhaps = Ties(unsure, lambda tie: (tie[0],))
        launched = [
            (instance.key, link)
            for instance in self._ground.now.of(typed.Instance)
            for link in instance.interfaces
            if not link.sure
        ]
        self._perhaps_launched = Ties(launched, lambda tie: (tie[1],))

    def build(self) -> dict[str, Endpoint]:
        """Every endpoint by id; `internet` is not among them."""
        found: dict[str, Endpoint] = {}
        taken: set[str] = set()
        for instance in self._ground.now.of(typed.Instance):
            endpoint, used = self._instance(instance)
            found[instance.key] = endpoint
            taken |= used
        for interface in self._interfaces.values():
            if interface.key not in taken:
                found[interface.key] = self._alone(interface)
        for function in self._ground.now.of(typed.Function):
            found[function.key] = self._function(function)
        for database in self._ground.now.of(typed.Database):
            found[database.key] = self._database(database)
        return found | Placed(self._ground, self._subnets, self._sites).build()

    def _instance(self, instance: typed.Instance) -> tuple[Endpoint, set[str]]:
        instance, doubt = self._state(instance)
        attached = self._attached(instance)
        interfaces = [
            self._interface(self._interfaces[key], origin, down=instance.stopped)
            for key, origin in attached.items()
        ]
        if not instance.interfaces:
            interfaces.insert(0, self._primary(instance))
        elif eip := self._elastic.get(instance.key):
            interfaces[:1] = [replace(item, public=eip) for item in interfaces[:1]]
        missing = [link for link in instance.interfaces if not link.sure]
        missing += self._perhaps_attached(instance.key)
        if missing or not interfaces:
            why = (
                missing[0].reason if missing else f"the interfaces of {instance.key} are not known"
            )
            interfaces.append(Interface(f"{instance.key} (interface)", (), (), unknown=why))
        if doubt:
            interfaces = [replace(item, sites=(), unknown=doubt) for item in interfaces]
        endpoint = Endpoint(
            instance.key,
            "instance",
            tuple(interfaces),
            instance.key,
            instance.cloud_id,
            tags=instance.tags,
            previous_id=instance.previous,
            origin=Origin(instance.key),
        )
        return endpoint, set(attached)

    def _state(self, instance: typed.Instance) -> tuple[typed.Instance, str]:
        """The instance as aws_ec2_instance_state leaves it, and "" or why that is not known."""
        for item in self._states.near(instance.key):
            if item.state == "running" or not self._ground.may_lead(item.instance, instance.key):
                continue
            if not item.instance.sure or not isinstance(item.state, str):
                return instance, f"whether {item.key} stops {instance.key} is not known"
            instance = replace(instance, stopped=item.state)
        return instance, ""

    def _attached(self, instance: typed.Instance) -> dict[str, Origin]:
        """The interfaces made beforehand that the instance holds, and what attaches each."""
        launched = Origin(instance.key, "launched with the interface")
        ties = [(link, launched) for link in instance.interfaces]
        ties += [
            (item.interface, Origin(item.key, "attaches the interface"))
            for item in self._attaching.near(instance.key)
            if _leads_to(item.instance, instance.key)
        ]
        found: dict[str, Origin] = {}
        for link, origin in ties:
            if link.sure and link.targets[0] in self._interfaces:
                found.setdefault(link.targets[0], origin)
        for key in self._naming.near(instance.key):
            if any(_leads_to(host, instance.key) for host in self._foreign[key]):
                found.setdefault(key, Origin(key, "attached"))
        return found

    def _perhaps_attached(self, instance: str) -> list[Link]:
        """The links for which it is not known whether the instance holds an interface, or which."""
        return [
            interface if host.sure else host
            for host, interface in self._perhaps.near(instance)
            if self._ground.may_lead(host, instance)
        ]

    def _hosts(self, interface: typed.NetworkInterface, gone: set[str]) -> list[Link]:
        """Whom the interface names as its host: not the echo of an attachment that is gone, nor a
        host that is (plan-json.md, trap 15).

        gone   the interfaces that attachments name no longer
        """
        if interface.key in gone and not interface.configured:
            return []
        return [
            link
            for link in interface.hosts
            if not any(self._ground.gone("instance", target) for target in link.targets)
        ]

    def _primary(self, instance: typed.Instance) -> Interface:
        places = self._sites.places(
            [instance.subnet] if not instance.subnet.unset else [],
            (),
            instance.private_ips,
            f"{instance.key} lives in the default VPC, which is not in this plan",
            ipv6=instance.ipv6,
        )
        groups = self._sites.groups(instance.groups, places, instance.group_names)
        groups = self._attached_groups.beside(instance.key, "vpc_security_group_ids", groups)
        subnets = [self._subnets.get(site.subnet) for site in places.sites] or [None]
        public = self._elastic.get(instance.key)
        if public is None or public.has is not Tri.YES:
            own = public_address(self._ground, instance, subnets, self._maps, self._freed)
            public = own if public is None or own.has is Tri.YES else public
        return Interface(
            instance.key,
            places.sites,
            groups,
            public,
            places.unknown,
            f"{instance.key} is {instance.stopped}" if instance.stopped else "",
            Origin(instance.key, f"carries {names(groups)}"),
            origin=Origin(instance.key),
            no_ipv6=places.no_ipv6,
            forwards=forwards(instance.checks),
            forwards_origin=check_origin(instance.key, instance.checks),
        )

    def _interface(
        self, item: typed.NetworkInterface, attached: Origin | None, *, down: str = ""
    ) -> Interface:
        places = self._sites.places([item.subnet], (), item.private_ips, "", ipv6=item.ipv6)
        groups = self._sites.groups(item.groups, places, ())
        groups = self._attached_groups.beside(item.key, "security_groups", groups)
        return Interface(
            item.key,
            places.sites,
            groups,
            self._elastic.get(item.key, Public()),
            places.unknown,
            down,
            Origin(item.key, f"carries {names(groups)}"),
            attached,
            Origin(item.key),
            no_ipv6=places.no_ipv6,
            forwards=forwards(item.checks),
            forwards_origin=check_origin(item.key, item.checks),
        )

    def _alone(self, item: typed.NetworkInterface) -> Endpoint:
        """An interface that no instance of this side holds."""
        interface = self._interface(item, None)
        foreign = [link for link in self._foreign[item.key] if link.targets or link.open]
        perhaps = [
            tie.key
            for tie in self._attached_by.near(item.key)
            if self._ground.may_lead(tie.interface, item.key)
        ]
        perhaps += [
            instance
            for instance, link in self._perhaps_launched.near(item.key)
            if self._ground.may_lead(link, item.key)
        ]
        if perhaps:
            why = f"which instance {perhaps[0]} attaches to {item.key} is not known before apply"
            interface = replace(interface, sites=(), unknown=why)
        elif not foreign and not item.in_use:
            interface = replace(interface, down=f"{item.key} is attached to nothing")
        return Endpoint(
            item.key,
            "network_interface",
            (interface,),
            item.key,
            item.cloud_id,
            tags=item.tags,
            origin=Origin(item.key),
        )

    def _function(self, item: typed.Function) -> Endpoint:
        origin = Origin(item.key)
        endpoint = Endpoint(
            item.key,
            "lambda_function",
            address=item.key,
            cloud_id=item.arn,
            inbound=NO_CALLS,
            tags=item.tags,
            previous_id=item.previous,
            origin=origin,
        )
        if item.inside is False:
            return replace(endpoint, outside=True)
        why = f"whether {item.key} is in a VPC is not known before apply"
        places = Places((), why)
        if item.inside is True:
            places = self._sites.places(
                item.subnets.items,
                item.subnets.maybe,
                (),
                item.subnets.reason,
                is_open=item.subnets.open,
                ipv6=item.ipv6,
            )
        groups = self._sites.groups(item.groups, places, ())
        interface = Interface(
            f"{item.key} (interface)",
            places.sites,
            groups,
            unknown=places.unknown,
            groups_origin=Origin(item.key, f"carries {names(groups)}"),
            origin=origin,
            no_ipv6=places.no_ipv6,
        )
        return replace(endpoint, interfaces=(interface,))

    def _database(self, item: typed.Database) -> Endpoint:
        places = self._sites.of_group(item.key, item.subnet_group, ipv6=item.ipv6)
        groups = self._sites.groups(item.groups, places, ())
        origin = Origin(item.key)
        public = Public()
        if isinstance(item.public, Unknown):
            why = f"publicly_accessible of {item.key} is not known before apply"
            public = Public(Tri.MAYBE, "", why, origin)
        elif item.public:
            public = Public(Tri.YES, "its public address", origin=Origin(item.key, "is public"))
        interface = Interface(
            f"{item.key} (interface)",
            places.sites,
            groups,
            public,
            places.unknown,
            groups_origin=Origin(item.key, f"carries {names(groups)}"),
            origin=origin,
            no_ipv6=places.no_ipv6,
            own=as_public(public),
        )
        return Endpoint(
            item.key,
            "db_instance",
            (interface,),
            item.key,
            item.cloud_id,
            tags=item.tags,
            previous_id=item.previous,
            origin=origin,
        )


def _leads_to(link: Link, key: str) -> bool:
    return link.sure and link.targets[0] == key


def _tied(attachments: Iterable[typed.InterfaceAttachment]) -> set[str]:
    return {key for item in attachments for key in item.interface.targets}
