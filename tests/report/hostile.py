"""Names that try to be more than names: what every format is tried on."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Final

from tests.policy.examples import analysis, at, host, https, network
from tests.report.samples import SSH, with_entries, with_host, with_route_elsewhere
from tfreach.cli.inputs import basis
from tfreach.diff.changes import Planned
from tfreach.diff.compare import compare
from tfreach.engine.verdicts import Options
from tfreach.lint.lints.acl_entry_shadowed import LINT as SHADOWED
from tfreach.lint.model import Undecided
from tfreach.lint.run import lint as look
from tfreach.lint.run import waived
from tfreach.policy.checks import check as judge
from tfreach.policy.document import read_policy
from tfreach.policy.rules import Flows, Waiver
from tfreach.policy.scene import Scene
from tfreach.policy.waivers import Remark
from tfreach.report.found import CheckFound, DiffFound, Files, LintFound
from tfreach.topology.network import Location, Network, Origin

NAMES: Final = {
    "pipes": "a|b\\|c",
    "code-span": "`x` ``y`` `",
    "fence": "```\n# head\n```diff",
    "end-of-fold": "</code></summary></details><script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)> ![p](http://evil.example/p.png)",
    "mention": "@octocat cc @org/team",
    "reference": 'see #1 !2 $3 &4 ~"label" %"milestone" owner/repo#5',
    "link": "[click](http://evil.example) [x]: http://evil.example",
    "bare-link": "www.evil.example http://evil.example x@evil.example mailto:x@evil.example",
    "terminal": "\x1b[2J\x1b]0;title\x07",
    "command": "\r\n::error file=a::pwned\n##[add-mask]secret",
    "percent": "%0A::set-output name=x::y %25",
    "property": "a,b:c=d",
    "xml": "]]> <!-- --> &amp; &#0; \x00\x08\ufffe",
    "direction": "\u202eabc\u2066",
    "half-a-pair": "\ud800 \udfff",
    "placeholder": "{0} {1} ](1) ](http://evil.example)",
    "emphasis": "**b** _i_ __u__ ~~s~~ a_b $x$",
    "backslash": "\\ ends with \\",
    "quotes": "' \" ''' &quot;",
    "fail": "failover FAIL",
    "separator": "a\u2028b\u2029c\x85d",
}
FUNCTION: Final = "aws_lambda_function.f"
FILES: Final = Files("infra/prod", "infra", "plan.json")


@cache
def _networks(name: str) -> tuple[Network, Network, dict[str, Planned]]:
    address = f'aws_sg_rule.open["{name}"]'
    at_line = Location(f"{name}.tf", 9)
    rule = replace(SSH, origin=Origin(address, f"permits tcp/22 from {name}", at_line))
    # As Terraform quotes a key; what is crafted by hand need not be quoted (aws_instance.b).
    new = host(
        f"aws_instance.a[{json.dumps(name, ensure_ascii=False)}]",
        at("aws_subnet.a", "10.0.1.9"),
        public="198.51.100.9",
    )
    base = with_route_elsewhere(network(https(), rule), f"{name} is not in this plan")
    after = with_host(base, f'aws_instance.b["{name}"]')
    after = replace(
        after,
        endpoints={**after.endpoints, new.id: new},
        assumptions=(f"{name} holds",),
        unmodelled=tuple(replace(one, effect=f"{name} is lost") for one in after.unmodelled),
    )
    return network(https()), after, {address: Planned(address, ("create",))}


@cache
def diff(name: str) -> DiffFound:
    before, after, planned = _networks(name)
    both = replace(analysis(before, after), planned=planned, warnings=(f"beware of {name}",))
    comparison = compare(before, after, planned, Options())
    return DiffFound(basis(both, f"app {name}", "", FILES), before, after, comparison)


@cache
def check(name: str, *, kept: bool = False) -> CheckFound:
    """Failing, undecided, waived and kept results of rules with such names; `kept`: none fails."""
    before, after, planned = _networks(name)
    scene = Scene(before, after, planned, Options(), date(2026, 11, 30))
    # JSON has an escape for everything; half a pair is no text, and never gets into a file.
    said = name.encode("utf-8", "replace").decode()
    rule = json.dumps(f"no ssh {said}")
    text = f"""
    {{"version": 1, "undetermined": "{"warn" if kept else "fail"}",
      "assert": [
        {{"name": {json.dumps(f"web {said}")}, "from": "internet", "to": "aws_instance.web[0]",
          "protocol": "tcp", "ports": 443, "expect": "reachable"}},
        {{"name": {json.dumps(f"lost {said}")}, "from": {json.dumps(FUNCTION)}, "to": "internet",
          "protocol": "tcp", "ports": 443, "expect": "reachable"}}],
      "deny": [
        {{"name": {rule}, "from": "internet", "to": "aws_instance.a", "protocol": "tcp",
          "ports": 22, "severity": "{"warning" if kept else "error"}"}},
        {{"name": {json.dumps(f"old {said}")}, "from": "internet", "to": "aws_instance.web[0]"}}],
      "waivers": [
        {{"rule": {json.dumps(f"old {said}")}, "reason": {json.dumps(said)},
          "expires": "2027-01-31"}}]}}
    """
    found = judge(read_policy([(f"{name}.yaml", text.encode())]), scene)
    both = replace(analysis(before, after), planned=planned, warnings=(f"beware of {name}",))
    return CheckFound(basis(both, f"app {name}", "", FILES), before, after, found)


@cache
def lint(name: str) -> LintFound:
    """Two findings, one of them waived, and what could not be judged."""
    before = network()
    names = "aws_acl_rule.a", f'aws_acl_rule.b["{name}"]', "aws_acl_rule.c"
    found = look(before, after := with_entries(before, *names), {}, Options(), (SHADOWED,))
    expires = date(2027, 1, 31), date(2026, 3, 31)
    resources = "aws_acl_rule.b", "aws_acl_rule.c"
    remarks = [
        Remark(
            resource,
            Waiver("acl-entry-shadowed", Flows(None, None), name, day, Location(f"{name}.tf", 7)),
        )
        for resource, day in zip(resources, expires, strict=True)
    ]
    linted = waived(found, remarks, date(2026, 11, 30))
    unsure = Undecided(linted.findings[0].lint, "aws_acl_rule.d", f"{name} is unknown")
    both = replace(analysis(before, after), warnings=(f"beware of {name}",))
    return LintFound(
        basis(both, f"app {name}", "planned", FILES), after, replace(linted, undecided=(unsure,))
    )
