"""Settings of the whole suite."""

from hypothesis import settings

# A loaded machine is no reason to fail: what an example costs is measured by the benchmarks, not here.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
