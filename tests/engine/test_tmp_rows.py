import os
from hypothesis import given, settings, HealthCheck
from tests.engine.strategies import OPTIONS, networks
from tfreach.engine.reach import survey
import sys

sys.path.insert(0, "/tmp")
from cmp import pairs


@settings(
    max_examples=int(os.environ.get("N", "300")),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(networks())
def test_rows(network):
    s = survey(network, OPTIONS).pairs
    r = pairs(network, OPTIONS)
    assert s.keys() == r.keys()
    for k in s:
        assert s[k] == r[k], (k, s[k], r[k])
